"""Connections and cursors of PEP 249, over ADBC."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import weakref
from typing import Any

import adbc_driver_manager
import adbc_driver_manager.dbapi as adbc

from trackql import _child, _driver, _pandas, _sources
from trackql._cursor import Cursor
from trackql._errors import interface_error, told

_LARGEST = 1 << 30  # bytes of one message: of one row that is so large


def connect(
    target: str | os.PathLike[str] | None = None,
    *,
    connector: str | None = None,
    sources: dict[str, str] | None = None,
    timezone: str | None = None,
    **options: Any,
) -> Connection:
    """Connect to one source or several.

    :param target: the connection string of a connector (``Key=Value;…``), a source
        as the command line has it (``NAME=CONNECTOR:Key=Value;…``), or the path of a
        ``trackql.yaml``.
    :param connector: the name of the connector that ``target`` and ``options`` are for.
    :param sources: several sources: names to ``CONNECTOR:Key=Value;…``.
    :param timezone: the zone of times without one; the machine's where not given.
    :param options: options of the connector, as ``Url=…``; case does not matter.
    :returns: a connection; the caller closes it.
    :raises ProgrammingError: what was given cannot be, with what to write instead.
    :raises OperationalError: the sources do not answer.
    """
    return Connection(_sources.space(target, connector, sources, timezone, options))


class Connection(adbc.Connection):
    """A connection. Threads may share it; its cursors belong to one thread each.

    It commits by itself: there are no transactions over trackers. In a process that
    was forked, and where the program below it was killed, it connects anew by
    itself; tables of its own are gone then.

    As a context manager it closes itself.
    """

    def __init__(self, space: dict) -> None:
        self._closed = True  # until there is something to close
        self._space = space
        self._said: set[str] = set()  # notices that were logged
        self._join()
        _open.add(self)
        _pandas.teach(Connection)

    def _join(self) -> None:
        self._served = _child.child()
        address = self._served.open(self._space)
        with told():
            db = adbc_driver_manager.AdbcDatabase(
                driver=_driver.path(),
                uri=address,
                **{
                    "adbc.flight.sql.authorization_header": f"Bearer {self._served.token}",
                    "adbc.flight.sql.rpc.with_cookie_middleware": "true",
                    "adbc.flight.sql.client_option.with_max_msg_size": str(_LARGEST),
                },
            )
            super().__init__(db, adbc_driver_manager.AdbcConnection(db), autocommit=True)

    @property
    def _conn(self) -> adbc_driver_manager.AdbcConnection:
        """The handle of this process: one that was made before a fork is left alone."""
        if self._pid != os.getpid() and not self._closed:
            with _joining:
                if self._pid != os.getpid():
                    self._leave()
                    self._join()
        return self._handle

    @_conn.setter
    def _conn(self, handle: adbc_driver_manager.AdbcConnection) -> None:
        self._handle, self._pid = handle, os.getpid()

    def _leave(self) -> None:
        """Let go of handles whose library does not live in this process."""
        for thing in (self._db, self._handle, *self._cursors):
            _child.keep_forever(thing)
        for cursor in self._cursors:
            cursor._closed = True

    def cursor(self, *args: Any, **kwargs: Any) -> Cursor:
        """Return a new cursor; the caller closes it."""
        self._check()
        if not self._served.running and self._pid == os.getpid():
            self._renew()
        _pandas.teach(Connection)
        cursor = Cursor(self, *args, **kwargs)
        self._cursors.add(cursor)
        return cursor

    def _check(self) -> None:
        if self._closed:
            raise interface_error("the connection is closed")

    def _renew(self) -> None:
        """Connect anew where the program below has ended."""
        with _joining:
            if self._served.running:
                return  # another thread has done it
            with contextlib.suppress(adbc.Error):  # nobody is there to be told
                super().close()
            self._join()

    def commit(self) -> None:
        """Do nothing: each statement commits itself.

        :raises InterfaceError: the connection is closed.
        """
        self._check()

    def rollback(self) -> None:
        """Do nothing: there is nothing to take back.

        :raises InterfaceError: the connection is closed.
        """
        self._check()

    def __enter__(self) -> Connection:
        self._check()
        return self

    def close(self) -> None:
        """Close the connection and its cursors. Whoever closes it twice does no harm."""
        if not self._closed and self._pid != os.getpid():
            self._leave()
            self._closed = True
        super().close()
        _open.discard(self)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # what is thrown away need not be closed
            self.close()


_joining = threading.RLock()


def _forked() -> None:
    global _joining
    _joining = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

# The connections that are to be closed before the program below them ends.
_open: weakref.WeakSet[Connection] = weakref.WeakSet()


def _close_all() -> None:
    for connection in list(_open):
        connection.close()


atexit.register(_close_all)
