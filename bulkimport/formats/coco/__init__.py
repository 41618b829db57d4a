"""COCO documents to and from rows."""
