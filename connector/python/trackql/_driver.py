"""The library of the Flight SQL driver, fit for this process.

The driver is written in Go, and a Go library does not live on in a process that
was forked after it was loaded: its threads are not there. So a forked process
loads a copy, which the system takes for another library.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading

import adbc_driver_flightsql

_guard = threading.Lock()
_loaded_by: int | None = None  # the process that has loaded the library
_copy: str | None = None  # where this process has its own


def path() -> str:
    """Return the path of the library to load in this process."""
    global _loaded_by, _copy
    with _guard:
        original = adbc_driver_flightsql._driver_path()
        if _loaded_by is None:
            _loaded_by = os.getpid()
        if _loaded_by == os.getpid():
            return _copy or original
        _copy = _copied(original)
        _loaded_by = os.getpid()
        return _copy


def _copied(original: str) -> str:
    """Copy a library to memory, or where that cannot be, to a file that goes with the process."""
    with open(original, "rb") as source:
        if hasattr(os, "memfd_create"):
            memory = os.memfd_create("trackql-driver")  # open as long as the process
            with open(memory, "wb", closefd=False) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            return f"/proc/{os.getpid()}/fd/{memory}"
        with tempfile.NamedTemporaryFile(
            prefix="trackql-driver-", suffix=os.path.splitext(original)[1], delete=False
        ) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        atexit.register(os.unlink, target.name)
        return target.name


def _forked() -> None:
    global _guard
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
