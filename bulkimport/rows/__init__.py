"""What a row may be: rules, explanations, and what people are told."""
