"""Connections and cursors of PEP 249, over ADBC."""

from __future__ import annotations

import atexit
import contextlib
import os
import weakref
from collections.abc import Sequence
from typing import Any

import adbc_driver_manager
import adbc_driver_manager.dbapi as adbc

from trackql import _child, _driver, _pandas, _sources
from trackql._errors import interface_error

_BLOCKING = adbc._blocking_call


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

    In a process that was forked it connects anew, by itself. It commits by itself:
    there are no transactions over trackers.
    """

    def __init__(self, space: dict) -> None:
        self._closed = True  # until there is something to close
        self._space = space
        self._join()
        _open.add(self)
        _pandas.teach(Connection)

    def _join(self) -> None:
        served = _child.child()
        address = served.open(self._space)
        db = adbc_driver_manager.AdbcDatabase(
            driver=_driver.path(),
            uri=address,
            **{
                "adbc.flight.sql.authorization_header": f"Bearer {served.token}",
                "adbc.flight.sql.rpc.with_cookie_middleware": "true",
            },
        )
        super().__init__(db, adbc_driver_manager.AdbcConnection(db), autocommit=True)

    @property
    def _conn(self) -> adbc_driver_manager.AdbcConnection:
        """The handle of this process: one that was made before a fork is left alone."""
        if self._pid != os.getpid() and not self._closed:
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
        if self._closed:
            raise interface_error("the connection is closed")
        _pandas.teach(Connection)
        cursor = Cursor(self, *args, **kwargs)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        """Close the connection and its cursors."""
        if not self._closed and self._pid != os.getpid():
            self._leave()
            self._closed = True
        super().close()
        _open.discard(self)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # what is thrown away need not be closed
            self.close()


# The connections that are to be closed before the program below them ends.
_open: weakref.WeakSet[Connection] = weakref.WeakSet()


def _close_all() -> None:
    for connection in list(_open):
        connection.close()


atexit.register(_close_all)


class Cursor(adbc.Cursor):
    """A cursor, for one thread."""

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # what is thrown away need not be closed
            self.close()

    def execute(self, operation: str, parameters: Any = None) -> Cursor:
        """Run a statement.

        :param operation: SQL, with ``?`` for parameters.
        :param parameters: a sequence of values.
        :returns: this cursor.
        """
        if self._closed:
            raise interface_error("the cursor is closed, or its connection is")
        self._clear()
        if parameters is None or (not hasattr(parameters, "__arrow_c_array__") and len(parameters) == 0):
            self._last_query = None
            self._stmt.set_sql_query(operation)
        else:
            self._prepare_execute(operation, parameters)
        handle, self._rowcount = _BLOCKING(self._stmt.execute_query, (), {}, self._stmt.cancel)
        self._results = adbc._RowIterator(self._stmt, handle, self._backend)
        return self

    @property
    def description(self) -> list[tuple] | None:
        """The columns of the rows, seven values each; None where there are no rows."""
        return super().description or None

    def callproc(self, procname: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """Call a procedure of a source, as ``backlog.AddStar``; its rows can be fetched then.

        :param parameters: values by position, or a dict of values by name.
        :returns: the parameters, unchanged.
        """
        if isinstance(parameters, dict):
            named = ", ".join(f"{name} := ?" for name in parameters)
            self.execute(f"CALL {procname}({named})", list(parameters.values()))
        else:
            self.execute(f"CALL {procname}({', '.join('?' * len(parameters))})", list(parameters))
        return parameters
