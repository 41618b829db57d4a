"""The local Labellerr: projects, their files, uploads of pre-annotations and what they did."""
