"""Other formats to and from rows: platform exports, and maps of keys and names."""
