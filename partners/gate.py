"""
What all workers of one machine know together of a partner that is down.

A small file for each partner says when it may be tried again; whoever tries it holds the file's
lock. The kernel lets go of the lock when a process ends, also by SIGKILL.
"""

import fcntl
import os
import struct
import tempfile
import time
import weakref
from pathlib import Path

LONGEST_PAUSE_SECONDS = 60.0
_TIME = struct.Struct("d")


class Gate:
    """Whether one partner is down, when it may be tried again, and whose turn that is."""

    def __init__(self, file: Path | None = None) -> None:
        """Share the file with every worker that gives the same one; None keeps it to this process."""
        if file is None:
            with tempfile.TemporaryFile() as nameless:
                self._descriptor = os.dup(nameless.fileno())
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._closing = weakref.finalize(self, os.close, self._descriptor)
        self._is_taken = False

    def close(self) -> None:
        """Let go of the file; whoever still uses the gate gets an error, not somebody else's file."""
        self._descriptor = -1
        self._closing()

    @property
    def is_down(self) -> bool:
        """Tell whether a call has failed, of whichever worker, and none has succeeded since."""
        return self._read() != 0.0

    @property
    def pause(self) -> float:
        """Seconds until the partner may be tried again; none where the machine's time was set back."""
        pause = self._read() - time.time()
        return 0.0 if pause > LONGEST_PAUSE_SECONDS else max(pause, 0.0)

    def shut(self, seconds: float) -> None:
        """Note that the partner is down and let nobody try it for so long."""
        pause = max(min(seconds, LONGEST_PAUSE_SECONDS), self.pause)
        self._write(time.time() + pause)

    def open(self) -> None:
        """Note that the partner answers."""
        if self.is_down:
            self._write(0.0)

    def take(self) -> bool:
        """Take the one turn to try, if nobody has it."""
        if self._is_taken:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        self._is_taken = True
        return True

    def give_back(self) -> None:
        self._is_taken = False
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _read(self) -> float:
        stored = os.pread(self._descriptor, _TIME.size, 0)
        return float(_TIME.unpack(stored)[0]) if len(stored) == _TIME.size else 0.0

    def _write(self, at: float) -> None:
        os.pwrite(self._descriptor, _TIME.pack(at), 0)
