"""Units of upload and resume: grouping, cutting, identity, body, the plan."""
