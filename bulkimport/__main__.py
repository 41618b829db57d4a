"""The command line, as `bulkimport` and as `python -m bulkimport`."""

import gc
import os
from importlib import import_module


def main() -> None:
    """Run the command line; see `bulkimport.cli.main`.

    NumPy's BLAS, which nothing in here uses, would start a thread for each processor that waits by
    turning in circles: a fifth of what a start costs. It is told so before NumPy is loaded.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is imported stays: nobody need look through it for garbage on the way.
    gc.disable()
    command_line = import_module("bulkimport.cli.main")
    gc.enable()
    command_line.main()


if __name__ == "__main__":
    main()
