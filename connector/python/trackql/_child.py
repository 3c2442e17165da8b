"""The trackql program as a child of this process.

One child serves all connections of a process. It is started on first use, talks
over its standard streams, and ends when its standard input does: with this
process, however that ends. A process that was forked starts a child of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import threading

from trackql._errors import interface_error, operational_error, programming_error

log = logging.getLogger("trackql")

_PATIENCE = 5.0  # seconds that a child has to end
_GUARD = threading.Lock()
_child: Child | None = None


def program() -> str:
    """Return the path of the program: TRACKQL_PROGRAM, the wheel's own, or PATH's.

    :raises InterfaceError: there is none.
    """
    if named := os.environ.get("TRACKQL_PROGRAM"):
        return named
    name = "trackql.exe" if sys.platform == "win32" else "trackql"
    own = pathlib.Path(__file__).parent / "bin" / name
    if own.exists():
        return str(own)
    if found := shutil.which(name):
        return found
    raise interface_error("the program trackql is not there: install the wheel, or set TRACKQL_PROGRAM to its path")


class Child:
    """A running trackql. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._spaces: dict[str, str] = {}  # what was opened: its address
        self._process = subprocess.Popen(
            [program(), "serve", "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=sys.platform != "win32",  # Ctrl-C is for this process
        )
        self._send({"token": self.token})
        self._log = threading.Thread(target=self._listen, name="trackql log", daemon=True)
        self._log.start()

    def _listen(self) -> None:
        for line in self._process.stderr:
            log.warning("%s", line.rstrip())

    def _send(self, message: dict) -> None:
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def open(self, space: dict) -> str:
        """Return the address at which sources are served, opening them first.

        :param space: ``sources`` (a list of NAME=CONNECTOR:Key=Value;…), ``config``
            and ``timezone``.
        :raises ProgrammingError: what was given cannot be.
        :raises OperationalError: the child does not answer.
        """
        key = json.dumps(space, sort_keys=True)
        with self._lock:
            if key in self._spaces:
                return self._spaces[key]
            try:
                self._send(space)
                line = self._process.stdout.readline()
            except OSError as err:
                raise operational_error(f"trackql does not answer: {err}") from err
            if not line:
                raise operational_error(f"trackql ended with code {self._process.wait(_PATIENCE)}")
            answer = json.loads(line)
            if "error" in answer:
                raise programming_error(answer["error"])
            self._spaces[key] = answer["address"]
            return answer["address"]

    @property
    def running(self) -> bool:
        """Tell whether the child has not ended."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the child, and wait until it has ended."""
        with contextlib.suppress(OSError):  # it has ended, and did not read all
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.join()
        self._process.stderr.close()

    def disown(self) -> None:
        """Let go of a child that is the parent's, in a process that was forked."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            os.close(stream.fileno())
            keep_forever(stream)
        self._process.returncode = 0  # not ours to wait for
        keep_forever(self._process)


_kept: list = []


def keep_forever(thing: object) -> None:
    """Never free a thing: what would free it belongs to another process."""
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    _kept.append(thing)


def child() -> Child:
    """Return this process's child, starting it where there is none."""
    global _child
    with _GUARD:
        if _child is not None and not _child.running:
            _child.close()
            _child = None
        if _child is None:
            _child = Child()
        return _child


def _end() -> None:
    if _child is not None:
        _child.close()


def _forked() -> None:
    global _child, _GUARD
    _GUARD = threading.Lock()
    if _child is not None:
        _child.disown()
        _child = None


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
