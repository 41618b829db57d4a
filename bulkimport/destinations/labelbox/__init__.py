"""Labelbox: its GraphQL wire, and imports of labels and pre-labels."""
