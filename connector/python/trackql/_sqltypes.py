"""Types of SQLAlchemy for what DuckDB and Arrow hold."""

from __future__ import annotations

import decimal
import json
import math
import re
import uuid
from collections.abc import Callable
from typing import Any

import pyarrow
from sqlalchemy import types


class Json(types.JSON):
    """JSON, and what has fields of its own (a struct, a map), which arrives as a dict."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        """Write a value as text."""
        dumps = dialect._json_serializer or json.dumps
        none_as_null = self.none_as_null

        def process(value: Any) -> Any:
            if value is self.NULL or value is None and not none_as_null:
                return "null"
            return None if value is None else dumps(value)

        return process

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        """Read JSON, and leave alone what is a dict or a list already."""
        loads = dialect._json_deserializer or json.loads
        return lambda value: loads(value) if isinstance(value, (str, bytes)) else value


class JsonIndex(types.JSON.JSONIndexType):
    """A key or a position in JSON: DuckDB's ``->`` takes either as it is."""

    def bind_processor(self, dialect: Any) -> None:
        return None

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:
        """Write a key as text, a position as a number."""
        text = types.String().literal_processor(dialect)
        return lambda value: str(value) if isinstance(value, int) else text(value)


class JsonPath(types.JSON.JSONPathType):
    """A path in JSON, as ``$."a"[0]``."""

    @staticmethod
    def _path(value: Any) -> str:
        steps = (f"[{step}]" if isinstance(step, int) else '."' + step.replace('"', '\\"') + '"' for step in value)
        return "$" + "".join(steps)

    def bind_processor(self, dialect: Any) -> Callable[[Any], str]:
        """Write a path in DuckDB's words."""
        return self._path

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:
        """Write a path as text."""
        text = types.String().literal_processor(dialect)
        return lambda value: text(self._path(value))


class Uuid(types.Uuid):
    """A UUID; the driver takes it as text."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        """Write a UUID as text."""
        if not self.native_uuid:
            return super().bind_processor(dialect)
        return lambda value: None if value is None else str(value)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        """Return what was asked for, a UUID or a text."""
        if not self.native_uuid:
            return super().result_processor(dialect, coltype)
        want = uuid.UUID if self.as_uuid else str
        return lambda value: value if value is None or isinstance(value, want) else want(str(value))


class Numeric(types.Numeric):
    """An exact number. Some of DuckDB's arithmetic makes a float of it."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        """Make floats exact: the driver wants one kind of number."""

        def process(value: Any) -> Any:
            return decimal.Decimal(str(value)) if isinstance(value, float) and math.isfinite(value) else value

        return process

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        """Return what was asked for, a Decimal or a float."""
        return _exact(self._effective_decimal_return_scale) if self.asdecimal else _inexact


class Float(types.Float):
    """A number of 64 bits."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        """Make exact numbers floats: the driver wants one kind of number."""
        return lambda value: float(value) if isinstance(value, decimal.Decimal) else value

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        """Return what was asked for, a Decimal or a float."""
        return _exact(self._effective_decimal_return_scale) if self.asdecimal else _inexact


def _exact(scale: int) -> Callable[[Any], Any]:
    def process(value: Any) -> Any:
        if isinstance(value, float):
            return decimal.Decimal(f"{value:.{scale}f}")
        return decimal.Decimal(value) if isinstance(value, (int, str)) else value

    return process


def _inexact(value: Any) -> Any:
    return float(value) if isinstance(value, (decimal.Decimal, int, str)) else value


# What replaces SQLAlchemy's own types.
COLSPECS = {
    types.Float: Float,
    types.JSON: Json,
    types.JSON.JSONIndexType: JsonIndex,
    types.JSON.JSONPathType: JsonPath,
    types.Numeric: Numeric,
    types.Uuid: Uuid,
}


def of_arrow(of: pyarrow.DataType) -> types.TypeEngine[Any]:
    """Return SQLAlchemy's type of what Arrow holds."""
    kinds = pyarrow.types
    if isinstance(of, pyarrow.BaseExtensionType):
        return {"arrow.json": Json(), "arrow.uuid": types.UUID()}.get(of.extension_name, types.NullType())
    if kinds.is_dictionary(of):
        return of_arrow(of.value_type)
    if kinds.is_boolean(of):
        return types.BOOLEAN()
    if kinds.is_integer(of):
        return types.BIGINT() if of.bit_width > 32 else types.INTEGER()
    if kinds.is_floating(of):
        return types.DOUBLE() if of.bit_width > 32 else types.REAL()
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
    if kinds.is_list(of) or kinds.is_large_list(of) or kinds.is_fixed_size_list(of):
        return types.ARRAY(of_arrow(of.value_type))
    return Json() if kinds.is_nested(of) else types.NullType()


_NAMED: dict[str, Callable[[], types.TypeEngine[Any]]] = {
    "BOOLEAN": types.BOOLEAN,
    "TINYINT": types.SMALLINT,
    "SMALLINT": types.SMALLINT,
    "INTEGER": types.INTEGER,
    "BIGINT": types.BIGINT,
    "HUGEINT": lambda: types.NUMERIC(38, 0),
    "UTINYINT": types.SMALLINT,
    "USMALLINT": types.INTEGER,
    "UINTEGER": types.BIGINT,
    "UBIGINT": lambda: types.NUMERIC(20, 0),
    "FLOAT": types.REAL,
    "DOUBLE": types.DOUBLE,
    "VARCHAR": types.VARCHAR,
    "BLOB": types.BLOB,
    "UUID": types.UUID,
    "JSON": Json,
    "DATE": types.DATE,
    "TIME": types.TIME,
    "TIMESTAMP": types.TIMESTAMP,
    "TIMESTAMP_S": types.TIMESTAMP,
    "TIMESTAMP_MS": types.TIMESTAMP,
    "TIMESTAMP_NS": types.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": lambda: types.TIMESTAMP(timezone=True),
}


def of_name(name: str) -> types.TypeEngine[Any]:
    """Return SQLAlchemy's type of a type as DuckDB spells it."""
    if found := re.fullmatch(r"(.*)\[\d*\]", name, re.DOTALL):
        inner = of_name(found[1])
        if isinstance(inner, types.ARRAY):
            return types.ARRAY(inner.item_type, dimensions=(inner.dimensions or 1) + 1)
        return types.ARRAY(inner, dimensions=1)
    if found := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", name):
        return types.NUMERIC(int(found[1]), int(found[2]))
    if name.startswith(("STRUCT(", "MAP(", "UNION(")):
        return Json()
    if name.startswith("ENUM("):
        return types.VARCHAR()
    return _NAMED.get(name, types.NullType)()
