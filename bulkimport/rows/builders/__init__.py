"""Rows made in Python: typed, frozen parts that become the mappings of the import format."""
