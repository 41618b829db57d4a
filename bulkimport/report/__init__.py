"""The account given to people and programs: what happened to every row, and what to do next."""
