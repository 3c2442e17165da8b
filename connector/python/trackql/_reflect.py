"""What SQLAlchemy learns of tables.

Tables of sources are told of by the server's metadata, keys and documentation
included; what a connection has made itself (tables, views, sequences, schemas) by
DuckDB's catalog. A name that comes without a schema is looked for as SQL looks
for it: among the connection's own things, then in the source, where there is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow
from sqlalchemy import exc, util
from sqlalchemy.engine import reflection

import trackql
from trackql import _sqltypes

OWN = "main"  # the schema of what a connection makes, and of saved queries
_RELATIONS = """
    SELECT schema_name, table_name, 'TABLE', temporary, comment FROM system.main.duckdb_tables()
    WHERE database_name IN (current_database(), 'temp') AND NOT internal
    UNION ALL
    SELECT schema_name, view_name, 'VIEW', temporary, comment FROM system.main.duckdb_views()
    WHERE database_name IN (current_database(), 'temp') AND NOT internal"""
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, comment
    FROM system.main.duckdb_columns()
    WHERE database_name IN (current_database(), 'temp') AND NOT internal AND schema_name = ?
    ORDER BY table_name, column_index"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table,
        referenced_column_names, expression
    FROM system.main.duckdb_constraints() WHERE database_name IN (current_database(), 'temp') ORDER BY constraint_index"""
_INDEXES = """
    SELECT schema_name, table_name, index_name, is_unique, expressions FROM system.main.duckdb_indexes()
    WHERE database_name IN (current_database(), 'temp') AND NOT is_primary ORDER BY index_name"""


def driver(connection: Any) -> trackql.Connection:
    """Return the connection of PEP 249 below one of SQLAlchemy."""
    return connection.connection.driver_connection


def _ask(connection: Any, sql: str, *parameters: Any) -> list[tuple]:
    below = driver(connection)
    with below.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


def _objects(connection: Any, **kw: Any) -> list[dict[str, Any]]:
    return driver(connection).adbc_get_objects(**kw).read_all().to_pylist()


def _named(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name


class Reflection:
    """The part of a dialect that reflects; its answers live as long as an Inspector."""

    _source_names: list[str] | None = None

    def _sources(self, connection: Any, **kw: Any) -> list[str]:
        """Return the names of the sources, each a schema: an address means the same ones as long as its engine."""
        if self._source_names is None:
            objects = _objects(connection, depth="db_schemas")
            found = (schema["db_schema_name"] for catalog in objects for schema in catalog["catalog_db_schemas"] or ())
            self._source_names = [name for name in found if name != OWN]
        return self._source_names

    @reflection.cache
    def _of_sources(self, connection: Any, **kw: Any) -> dict[str, dict[str, str]]:
        """Return the tables of each source: their names in lower case, to their names."""
        if not self._sources(connection, **kw):
            return {}
        objects = _objects(connection, depth="tables", table_types_filter=["TABLE"])
        return {
            schema["db_schema_name"]: {
                t["table_name"].lower(): t["table_name"] for t in schema["db_schema_tables"] or ()
            }
            for catalog in objects
            for schema in catalog["catalog_db_schemas"] or ()
            if schema["db_schema_name"] != OWN
        }

    @reflection.cache
    def _own(self, connection: Any, **kw: Any) -> list[tuple]:
        """Return the connection's own tables and views: schema, name, kind, temporary, comment."""
        sources = self._sources(connection, **kw)
        return [row for row in _ask(connection, _RELATIONS) if row[0] not in sources]

    def _schemas(self, connection: Any, schema: str | None, **kw: Any) -> list[str]:
        """Return the schemas that a name without one, or with this one, is looked for in."""
        sources = self._sources(connection, **kw)
        if schema is None:
            return [OWN, *sources] if len(sources) == 1 else [OWN]
        return [next((name for name in sources if name.lower() == schema.lower()), schema)]

    def _listed(self, connection: Any, schema: str | None, kind: str, **kw: Any) -> list[str]:
        names: list[str] = []
        for place in self._schemas(connection, schema, **kw):
            if place in self._sources(connection, **kw):
                names += self._of_sources(connection, **kw).get(place, {}).values() if kind == "TABLE" else ()
            names += (r[1] for r in self._own(connection, **kw) if (r[0], r[2], r[3]) == (place, kind, False))
        return names

    def _find(self, connection: Any, name: str, schema: str | None, **kw: Any) -> tuple[str, str, tuple | None] | None:
        """Return a table's schema and name as they are spelled, and its row of _own; None where there is none."""
        for place in self._schemas(connection, schema, **kw):
            for row in self._own(connection, **kw):
                if row[1].lower() == name.lower() and row[0].lower() == place.lower():
                    return row[0], row[1], row
            if found := self._of_sources(connection, **kw).get(place, {}).get(name.lower()):
                return place, found, None
        return None

    def _found(self, connection: Any, name: str, schema: str | None, **kw: Any) -> tuple[str, str, tuple | None]:
        """Return what _find does.

        :raises sqlalchemy.exc.NoSuchTableError: there is no such table.
        """
        if (found := self._find(connection, name, schema, **kw)) is None:
            raise exc.NoSuchTableError(_named(schema, name))
        return found

    @reflection.cache
    def _told(self, connection: Any, table: str, schema: str, **kw: Any) -> pyarrow.Schema:
        """Return what the server tells of a source's table: one question for all of it."""
        return driver(connection).adbc_get_table_schema(table, db_schema_filter=schema)

    def _metadata(self, connection: Any, table: str, schema: str, what: str, **kw: Any) -> Any:
        metadata = self._told(connection, table, schema, **kw).metadata or {}
        return json.loads(metadata.get(f"trackql:{what}".encode(), b"null"))

    @reflection.cache
    def _rows_of(self, connection: Any, sql: str, *parameters: Any, **kw: Any) -> dict[tuple[str, str], list[tuple]]:
        """Return rows of DuckDB's catalog by schema and table: one question for all tables."""
        rows: dict[tuple[str, str], list[tuple]] = {}
        for schema, table, *rest in _ask(connection, sql, *parameters):
            rows.setdefault((schema, table), []).append(tuple(rest))
        return rows

    def _constraints(self, connection: Any, schema: str, table: str, kind: str, **kw: Any) -> list[tuple]:
        """Return the constraints of a table. Their names are DuckDB's own: it forgets those that were given."""
        rows = self._rows_of(connection, _CONSTRAINTS, **kw).get((schema, table), [])
        return [row[1:] for row in rows if row[0] == kind]

    @reflection.cache
    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        """Return the sources, and the connection's own schemas."""
        own = _ask(
            connection,
            "SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name = current_database() AND NOT internal",
        )
        return sorted({OWN, *self._sources(connection, **kw), *(name for (name,) in own)})

    @reflection.cache
    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the tables of a source, or the connection's own."""
        return self._listed(connection, schema, "TABLE", **kw)

    @reflection.cache
    def get_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return saved queries, and the connection's own views."""
        return self._listed(connection, schema, "VIEW", **kw)

    def _temporary(self, connection: Any, kind: str, **kw: Any) -> list[str]:
        return [row[1] for row in self._own(connection, **kw) if row[2] == kind and row[3]]

    @reflection.cache
    def get_temp_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the connection's temporary tables."""
        return self._temporary(connection, "TABLE", **kw)

    @reflection.cache
    def get_temp_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the connection's temporary views."""
        return self._temporary(connection, "VIEW", **kw)

    @reflection.cache
    def get_sequence_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the connection's own sequences."""
        rows = _ask(connection, "SELECT schema_name, sequence_name FROM system.main.duckdb_sequences() ORDER BY 2")
        places = self._schemas(connection, schema, **kw)
        return [name for place, name in rows if place in places]

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Tell whether there is a table or a view; case does not matter."""
        self._ensure_has_table_connection(connection)  # type: ignore[attr-defined]
        return self._find(connection, table_name, schema, **kw) is not None

    @reflection.cache
    def has_sequence(self, connection: Any, sequence_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Tell whether the connection has made a sequence."""
        names = self.get_sequence_names(connection, schema, **kw)
        return sequence_name.lower() in (name.lower() for name in names)

    @reflection.cache
    def has_schema(self, connection: Any, schema_name: str, **kw: Any) -> bool:
        """Tell whether there is a source or a schema; case does not matter."""
        return schema_name.lower() in (name.lower() for name in self.get_schema_names(connection, **kw))

    @reflection.cache
    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        """Return the columns of a table."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        if own is None:
            key = self._metadata(connection, name, place, "key", **kw)
            return [_of_field(field, key) for field in self._told(connection, name, place, **kw)]
        rows = self._rows_of(connection, _COLUMNS, place, **kw).get((place, name), [])
        return [_column(column, _sqltypes.of_name(kind), *rest) for column, kind, *rest in rows]

    @reflection.cache
    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> dict:
        """Return the key of a table."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        if own is None:
            return {"constrained_columns": self._metadata(connection, name, place, "key", **kw) or [], "name": None}
        for columns, *_ in self._constraints(connection, place, name, "PRIMARY KEY", **kw):
            return {"constrained_columns": columns, "name": None}
        return reflection.ReflectionDefaults.pk_constraint()

    @reflection.cache
    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        """Return what the columns of a table refer to."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        if own is None:
            told = self._metadata(connection, name, place, "references", **kw) or []
            return [_reference(r["columns"], schema, r["table"], r["to"]) for r in _apart(told)]
        rows = self._constraints(connection, place, name, "FOREIGN KEY", **kw)
        return [_reference(columns, schema, table, to) for columns, table, to, _ in rows]

    @reflection.cache
    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        """Return what is unique in a table beside its key."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        if own is None:
            told = self._metadata(connection, name, place, "unique", **kw) or []
            return [{"name": None, "column_names": columns} for columns in told]
        rows = self._constraints(connection, place, name, "UNIQUE", **kw)
        return [{"name": None, "column_names": columns} for columns, *_ in rows]

    @reflection.cache
    def get_check_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        """Return what is checked of the rows of a table."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        rows = self._constraints(connection, place, name, "CHECK", **kw) if own else []
        return [{"name": None, "sqltext": expression} for _, _, _, expression in rows]

    @reflection.cache
    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> list:
        """Return the indexes of a table; those of sources have none."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        rows = self._rows_of(connection, _INDEXES, **kw).get((place, name), []) if own else []
        found = []
        for index, unique, expressions in rows:
            if set("'(") & set(_QUOTED.sub("", expressions)):
                util.warn(f"Skipped unsupported reflection of expression-based index {index}")
            else:
                found.append(
                    {"name": index, "unique": unique, "column_names": _columns(expressions), "dialect_options": {}}
                )
        return found

    @reflection.cache
    def get_table_comment(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> dict:
        """Return what a table is, in a sentence."""
        place, name, own = self._found(connection, table_name, schema, **kw)
        return {"text": own[4] if own else self._metadata(connection, name, place, "doc", **kw)}

    @reflection.cache
    def get_view_definition(self, connection: Any, view_name: str, schema: str | None = None, **kw: Any) -> str:
        """Return the query of a view."""
        place, name, own = self._found(connection, view_name, schema, **kw)
        rows = _ask(
            connection,
            "SELECT sql FROM system.main.duckdb_views() WHERE schema_name = ? AND view_name = ? AND NOT internal",
            place,
            name,
        )
        if own is None or not rows:
            raise exc.NoSuchTableError(_named(schema, view_name))
        return re.sub(r"^CREATE .*?VIEW .*? AS ", "", rows[0][0], count=1, flags=re.DOTALL).rstrip(";")


def _column(name: str, kind: Any, nullable: bool, default: str | None, comment: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "nullable": nullable,
        "default": _TRUTHS.get(default, default),
        "autoincrement": (default or "").startswith("nextval("),
        "comment": comment or None,
    }


# Truth values as DuckDB keeps them, and as one writes them.
_TRUTHS = {"CAST('t' AS BOOLEAN)": "true", "CAST('f' AS BOOLEAN)": "false"}


def _of_field(field: pyarrow.Field, key: list[str] | None) -> dict[str, Any]:
    """Return a column of a source. Its tracker makes the numbers that are keys."""
    comment = (field.metadata or {}).get(b"ARROW:FLIGHT:SQL:REMARKS", b"").decode()
    column = _column(field.name, _sqltypes.of_arrow(field.type), field.nullable, None, comment)
    column["autoincrement"] = key == [field.name] and pyarrow.types.is_integer(field.type)
    return column


def _apart(references: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out references by several columns of which another reference has one.

    A status is that of a project, as (ProjectId, StatusId), and ProjectId is a
    reference by itself: the ORM warns of relationships that write one column twice.
    """

    def shares(one: dict[str, Any]) -> bool:
        return any(other is not one and set(one["columns"]) & set(other["columns"]) for other in references)

    return [reference for reference in references if len(reference["columns"]) == 1 or not shares(reference)]


def _reference(columns: Sequence[str], schema: str | None, table: str, to: Sequence[str]) -> dict[str, Any]:
    return {
        "name": None,
        "constrained_columns": list(columns),
        "referred_schema": schema,
        "referred_table": table,
        "referred_columns": list(to),
        "options": {},
    }


# A name among the expressions of an index; what else is quoted is no name.
_QUOTED = re.compile(r"'\"(?:[^\"]|\"\")*\"'")


def _columns(expressions: str) -> Iterable[str]:
    """Read the columns of an index, as ``[a, '"b c"']``."""
    names = re.findall(r"'\"((?:[^\"]|\"\")*)\"'|([^\[\],\s'\"]+)", expressions)
    return [quoted.replace('""', '"') or plain for quoted, plain in names]
