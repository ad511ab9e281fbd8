"""
Runs a program of ours as a child of the command line, and ends it when the command line ends.

`python -m cli.child PROGRAM ARGUMENTS...`, where the program is a file or a module. Standard input
is a pipe that our parent never writes to: when it closes, the parent is gone, however it went.
"""

import contextlib
import os
import runpy
import signal
import sys
import threading
import time

LAST_SECONDS = 10


def follow_parent() -> None:
    """Wait until standard input closes, then end: asked first, made to after some seconds."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)


def main() -> None:
    """Follow the parent beside the program, and run it as if it had been started by itself."""
    threading.Thread(target=follow_parent, daemon=True).start()
    program = sys.argv[1]
    del sys.argv[0]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
