"""Where bytes come from: files, globs, stdin, compressed; spool and fingerprints."""
