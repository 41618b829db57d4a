"""`bulkimport warmup`: compile all kernels now, as when an image is built."""

from bulkimport.cli.options import Json, Verbose
from bulkimport.cli.output import print_json, say
from bulkimport.errors import UsageError
from bulkimport.kernels.folder import CACHE_VARIABLE, Trust, named_folder, trust_of


def warmup(json: Json = False, verbose: Verbose = False) -> None:
    """Compile what is compiled on first use, and keep it where later processes find it.

    The folder is BULKIMPORT_CACHE, else that of XDG_CACHE_HOME; an image may be built with one that
    belongs to root. With BULKIMPORT_JIT=off there is nothing to compile.
    """
    # numba is loaded by who asks for it.
    from bulkimport.kernels.jit import switched_off  # noqa: PLC0415
    from bulkimport.kernels.warmup import warm_all  # noqa: PLC0415

    folder = named_folder()
    if folder is None or trust_of(folder) is not Trust.WRITE:
        raise UsageError(
            "kernels cannot be kept here",
            place=str(folder or "the home folder"),
            remedy=f"name a folder of your own in {CACHE_VARIABLE}",
        )
    modules = [] if switched_off() else warm_all()
    if json:
        print_json({"folder": str(folder), "modules": modules})
    else:
        say(f"{len(modules)} modules of kernels are ready in {folder}")
