"""Move millions of annotations into a labeling platform: planned, resumable, exactly once."""
