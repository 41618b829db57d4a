"""Labellerr: its REST wire, and imports of pre-annotations as COCO documents."""
