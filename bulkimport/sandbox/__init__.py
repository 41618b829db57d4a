"""The local stand-in for the platforms: what an import needs of them, on 127.0.0.1."""
