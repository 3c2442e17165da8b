"""The dialect of SQLAlchemy 2: ``create_engine("trackql+backlog:///?Url=…&ApiKey=…")``.

The query of the address holds the connector's options; ``trackql:///trackql.yaml``
opens a configuration, ``trackql:///?name=connector:Key=Value;…`` sources by name.
SQL is DuckDB's. Tables of sources are read-only: a write raises
:class:`sqlalchemy.exc.NotSupportedError`. Each connection has a session of its own,
in which it can make tables; there are no transactions.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event, exc, pool
from sqlalchemy.engine import URL, default

import trackql
from trackql import _child, _reflect, _sqlcompile, _sqltypes

_NO_TRANSACTIONS = "AUTOCOMMIT"


class TrackQLExecutionContext(default.DefaultExecutionContext):
    """One statement."""

    def fire_sequence(self, seq: Any, type_: Any) -> Any:
        """Take the next number of a sequence."""
        return self._next(self.identifier_preparer.format_sequence(seq), type_)

    def get_insert_default(self, column: Any) -> Any:
        """Take the next number of a key, where the INSERT may not tell what it was."""
        if _sqlcompile.numbered(column):
            return self._next(self.identifier_preparer.format_numbers(column), column.type)
        return super().get_insert_default(column)

    def _next(self, sequence: str, type_: Any) -> Any:
        return self._execute_scalar("SELECT " + self.identifier_preparer.nextval(sequence), type_)


class TrackQLDialect(_reflect.Reflection, default.DefaultDialect):
    """A source of trackql, or several, as a database of SQLAlchemy."""

    name = "trackql"
    driver = "trackql"
    connector: str | None = None
    default_paramstyle = "qmark"
    statement_compiler = _sqlcompile.TrackQLCompiler
    ddl_compiler = _sqlcompile.TrackQLDDLCompiler
    execution_ctx_cls = TrackQLExecutionContext
    type_compiler_cls = _sqlcompile.TrackQLTypeCompiler
    preparer = _sqlcompile.TrackQLPreparer
    poolclass = pool.QueuePool
    colspecs = _sqltypes.COLSPECS
    default_isolation_level = _NO_TRANSACTIONS
    _json_serializer = _json_deserializer = None

    delete_returning = insert_returning = update_returning = True
    insert_executemany_returning = use_insertmanyvalues = True
    postfetch_lastrowid = False
    preexecute_autoincrement_sequences = True
    supports_alter = True
    supports_comments = True
    supports_default_values = True
    supports_empty_insert = False
    supports_multivalues_insert = True
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = True
    supports_sane_multi_rowcount = True
    supports_sane_rowcount = True
    supports_sane_rowcount_returning = False
    supports_schemas = True
    supports_sequences = True
    supports_statement_cache = True
    div_is_floordiv = False
    max_identifier_length = 1024

    def __init__(self, json_serializer: Any = None, json_deserializer: Any = None, **kwargs: Any) -> None:
        """Take what reads and writes JSON, where that is not Python's own module."""
        super().__init__(**kwargs)
        self._json_serializer, self._json_deserializer = json_serializer, json_deserializer

    @classmethod
    def import_dbapi(cls) -> Any:
        """Return the driver."""
        return trackql

    @classmethod
    def engine_created(cls, engine: Any) -> None:
        """Keep keys and tokens from being printed with the engine, and answers from outliving a checkout."""
        engine.url = _Url(*engine.url)
        event.listen(engine.pool, "checkin", _end_answers)

    def create_connect_args(self, url: URL) -> tuple[list, dict]:
        """Turn an address into the arguments of :func:`trackql.connect`.

        :raises sqlalchemy.exc.ArgumentError: the address has a part that means nothing.
        """
        options = dict(url.query)
        if url.username or url.host or url.password or url.port:
            raise exc.ArgumentError(
                f"write {url.drivername}:///?Key=Value&…: what stands between the second and the third / means nothing"
            )
        for option, value in options.items():
            if not isinstance(value, str):
                raise exc.ArgumentError(f"{option} is given {len(value)} times: write it once")
        timezone = options.pop("timezone", None)
        if self.connector is not None:
            if url.database:
                raise exc.ArgumentError(
                    f"write {url.drivername}:///?Key=Value&…, or trackql:///{url.database} for a configuration"
                )
            return [], {"connector": self.connector, "timezone": timezone, **options}
        return [url.database or None], {"sources": options, "timezone": timezone}

    def get_isolation_level_values(self, dbapi_conn: Any) -> list[str]:
        """There are no transactions over trackers."""
        return [_NO_TRANSACTIONS]

    def get_isolation_level(self, dbapi_conn: Any) -> str:
        """Each statement stands for itself."""
        return _NO_TRANSACTIONS

    def set_isolation_level(self, dbapi_conn: Any, level: str) -> None:
        """Nothing is to be set: there is one level."""

    def get_default_isolation_level(self, dbapi_conn: Any) -> str:
        """Each statement stands for itself."""
        return _NO_TRANSACTIONS

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = _reflect.driver(connection).adbc_get_info()["vendor_version"]
        found = re.search(r"(\d+)\.(\d+)\.(\d+)", version)
        return tuple(int(part) for part in found.groups()) if found else ()

    def _get_default_schema_name(self, connection: Any) -> str:
        sources = self._sources(connection)
        return sources[0] if len(sources) == 1 else _reflect.OWN

    def do_commit(self, dbapi_connection: Any) -> None:
        """Every statement has done so."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """There is nothing to take back."""

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Ask for nothing, to see whether there is an answer."""
        with dbapi_connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Tell whether the program below has ended, as opposed to a tracker that is down."""
        if not isinstance(e, trackql.Error):
            return False
        served = _child._child
        return served is None or not served.running or _BROKEN.search(str(e)) is not None


def _end_answers(dbapi_connection: Any, record: Any) -> None:
    """End what nobody has read, before somebody else gets the connection."""
    for cursor in list(dbapi_connection._cursors) if dbapi_connection is not None else ():
        cursor.close()


# What gRPC says of a connection that has ended.
_BROKEN = re.compile(r"error reading from server|connection error: desc|the connection is (closed|draining)")


class BacklogDialect(TrackQLDialect):
    """One Backlog."""

    driver = connector = "backlog"
    supports_statement_cache = True


class ScarabDialect(TrackQLDialect):
    """The files of one scarab export."""

    driver = connector = "scarab"
    supports_statement_cache = True


# Options with a secret, in the query of an address and in the sources in it.
_SECRET = re.compile(r"(?i)((?:^|[?&;:]|%3B|%3A)[a-z]*(?:key|secret|token|password)(?:=|%3D))((?:(?!%3B)[^&;])*)")


class _Url(URL):
    """An address that does not print its keys and tokens."""

    def render_as_string(self, hide_password: bool = True) -> str:
        """Return the address; with its keys and tokens where these are not to be hidden."""
        text = super().render_as_string(hide_password)
        return _SECRET.sub(r"\1***", text) if hide_password else text
