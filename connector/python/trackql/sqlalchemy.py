"""The dialect of SQLAlchemy 2: ``create_engine("trackql+backlog:///?Url=…&ApiKey=…")``.

The query of the address holds the connector's options; ``trackql:///trackql.yaml``
opens a configuration. SQL is DuckDB's. Tables of sources are read-only.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow
from sqlalchemy import exc, pool, types
from sqlalchemy.engine import URL, default, reflection
from sqlalchemy.sql import compiler

import trackql

_NO_TRANSACTIONS = "AUTOCOMMIT"


class TrackQLCompiler(compiler.SQLCompiler):
    """Statements as DuckDB reads them."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        text = ""
        if select._limit_clause is not None:
            text += "\n LIMIT " + self.process(select._limit_clause, **kw)
        if select._offset_clause is not None:
            text += "\n OFFSET " + self.process(select._offset_clause, **kw)
        return text


class TrackQLTypeCompiler(compiler.GenericTypeCompiler):
    """Names of types as DuckDB reads them."""

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:
        return self.visit_TIMESTAMP(type_, **kw)

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:
        return "TIMESTAMP WITH TIME ZONE" if type_.timezone else "TIMESTAMP"

    def visit_CLOB(self, type_: Any, **kw: Any) -> str:
        return "VARCHAR"

    visit_TEXT = visit_NCLOB = visit_NVARCHAR = visit_NCHAR = visit_CLOB


class TrackQLDialect(default.DefaultDialect):
    """A source of trackql, or several, as a database of SQLAlchemy."""

    name = "trackql"
    driver = "trackql"
    connector: str | None = None
    default_paramstyle = "qmark"
    statement_compiler = TrackQLCompiler
    type_compiler_cls = TrackQLTypeCompiler
    poolclass = pool.QueuePool

    supports_alter = False
    supports_comments = False
    supports_native_boolean = True
    supports_native_decimal = True
    supports_native_uuid = True
    supports_sane_rowcount = False
    supports_sane_multi_rowcount = False
    supports_schemas = True
    supports_statement_cache = True
    supports_default_values = True
    supports_multivalues_insert = True
    postfetch_lastrowid = False
    insert_null_pk_still_autoincrements = False
    requires_name_normalize = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """Return the driver."""
        return trackql

    def create_connect_args(self, url: URL) -> tuple[list, dict]:
        """Turn an address into the arguments of :func:`trackql.connect`."""
        options = {name: value for name, value in url.query.items()}
        if url.username or url.host or url.password:
            raise exc.ArgumentError(
                f"write {url.drivername}:///?Key=Value&…: what stands before the path has no meaning here"
            )
        if self.connector is not None:
            return [], {"connector": self.connector, **options}
        timezone = options.pop("timezone", None)
        sources = {name: value for name, value in options.items()}
        return [url.database], {"sources": sources, "timezone": timezone}

    def get_isolation_level_values(self, dbapi_conn: Any) -> list[str]:
        """There are no transactions over trackers."""
        return [_NO_TRANSACTIONS]

    def get_isolation_level(self, dbapi_conn: Any) -> str:
        return _NO_TRANSACTIONS

    def set_isolation_level(self, dbapi_conn: Any, level: str) -> None:
        return None

    def get_default_isolation_level(self, dbapi_conn: Any) -> str:
        return _NO_TRANSACTIONS

    def initialize(self, connection: Any) -> None:
        """Learn what the server is."""
        super().initialize(connection)

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = connection.connection.driver_connection.adbc_get_info()["vendor_version"]
        return tuple(int(part) for part in version.split() if part.isdigit())

    def _get_default_schema_name(self, connection: Any) -> str:
        schemas = [name for name in _schemas(connection) if name != _OWN]
        return schemas[0] if len(schemas) == 1 else _OWN

    def do_rollback(self, dbapi_connection: Any) -> None:
        return None

    def do_ping(self, dbapi_connection: Any) -> bool:
        with dbapi_connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        return isinstance(e, trackql.OperationalError) and "UNAVAILABLE" in str(e)

    @reflection.cache
    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        return _schemas(connection)

    @reflection.cache
    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return self._names(connection, schema, "TABLE")

    @reflection.cache
    def get_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        return self._names(connection, schema, "VIEW")

    def _names(self, connection: Any, schema: str | None, kind: str) -> list[str]:
        objects = _driver(connection).adbc_get_objects(
            depth="tables", db_schema_filter=schema or self.default_schema_name, table_types_filter=[kind]
        )
        return [
            table["table_name"]
            for catalog in objects.read_all().to_pylist()
            for found in catalog["catalog_db_schemas"]
            for table in found["db_schema_tables"]
        ]

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        self._ensure_has_table_connection(connection)
        known = self._names(connection, schema, "TABLE") + self._names(connection, schema, "VIEW")
        return table_name.lower() in (name.lower() for name in known)

    def _schema(self, connection: Any, table_name: str, schema: str | None) -> pyarrow.Schema:
        """Return what the server tells of a table.

        :raises sqlalchemy.exc.NoSuchTableError: there is no such table.
        """
        try:
            return _driver(connection).adbc_get_table_schema(
                table_name, db_schema_filter=schema or self.default_schema_name
            )
        except trackql.Error as err:
            raise exc.NoSuchTableError(f"{schema}.{table_name}" if schema else table_name) from err

    @reflection.cache
    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        return [
            {
                "name": field.name,
                "type": _type(field.type),
                "nullable": field.nullable,
                "default": None,
                "autoincrement": False,
                "comment": (field.metadata or {}).get(b"ARROW:FLIGHT:SQL:REMARKS", b"").decode() or None,
            }
            for field in self._schema(connection, table_name, schema)
        ]

    def _told(self, connection: Any, table_name: str, schema: str | None, what: bytes) -> Any:
        metadata = self._schema(connection, table_name, schema).metadata or {}
        return json.loads(metadata.get(what, b"null"))

    @reflection.cache
    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return {"constrained_columns": self._told(connection, table_name, schema, b"trackql:key") or [], "name": None}

    @reflection.cache
    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        return [
            {
                "name": None,
                "constrained_columns": reference["columns"],
                "referred_schema": schema,
                "referred_table": reference["table"],
                "referred_columns": reference["to"],
                "options": {},
            }
            for reference in self._told(connection, table_name, schema, b"trackql:references") or []
        ]

    @reflection.cache
    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        return [
            {"name": None, "column_names": columns}
            for columns in self._told(connection, table_name, schema, b"trackql:unique") or []
        ]

    @reflection.cache
    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        self._schema(connection, table_name, schema)
        return []

    @reflection.cache
    def get_table_comment(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        return {"text": self._told(connection, table_name, schema, b"trackql:doc")}


class BacklogDialect(TrackQLDialect):
    """One Backlog."""

    driver = connector = "backlog"
    supports_statement_cache = True


class ScarabDialect(TrackQLDialect):
    """The files of one scarab export."""

    driver = connector = "scarab"
    supports_statement_cache = True


_OWN = "main"  # the schema of saved queries, and of what a connection makes


def _driver(connection: Any) -> trackql.Connection:
    return connection.connection.driver_connection


def _schemas(connection: Any) -> list[str]:
    objects = _driver(connection).adbc_get_objects(depth="db_schemas").read_all().to_pylist()
    return [found["db_schema_name"] for catalog in objects for found in catalog["catalog_db_schemas"]]


def _type(of: pyarrow.DataType) -> types.TypeEngine:
    """Return SQLAlchemy's type of what Arrow holds."""
    kinds = pyarrow.types
    if kinds.is_dictionary(of):
        return _type(of.value_type)
    if kinds.is_boolean(of):
        return types.BOOLEAN()
    if kinds.is_integer(of):
        return types.BIGINT() if of.bit_width > 32 else types.INTEGER()
    if kinds.is_floating(of):
        return types.DOUBLE() if of.bit_width > 32 else types.FLOAT()
    if kinds.is_decimal(of):
        return types.NUMERIC(of.precision, of.scale)
    if kinds.is_date(of):
        return types.DATE()
    if kinds.is_time(of):
        return types.TIME()
    if kinds.is_timestamp(of):
        return types.TIMESTAMP(timezone=of.tz is not None)
    if kinds.is_binary(of) or kinds.is_large_binary(of):
        return types.BLOB()
    if kinds.is_string(of) or kinds.is_large_string(of):
        return types.VARCHAR()
    if kinds.is_list(of) or kinds.is_large_list(of):
        return types.ARRAY(_type(of.value_type))
    return types.JSON() if kinds.is_nested(of) else types.NullType()
