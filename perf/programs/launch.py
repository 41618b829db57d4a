"""Starts a command from a small process and measures it: `launch.py NUMBERS COMMAND…`.

The kernel counts the memory of a process before it became another program as that program's own,
so what a large process starts seems to be as large. The numbers go to the file NUMBERS, as JSON;
exits as the command does.
"""

import json
import os
import sys
import time

numbers, *command = sys.argv[1:]
began = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - began
with open(numbers, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is large
    json.dump([wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024], file)
sys.exit(os.waitstatus_to_exitcode(status))
