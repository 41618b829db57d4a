"""What stands between this machine and an import: each thing looked at by itself."""
