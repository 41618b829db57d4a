"""Mask payloads: PNG, palette, composite, run lengths."""
