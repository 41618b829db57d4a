"""`python -m bulkimport` is the command line."""

from bulkimport.cli.main import main

main()
