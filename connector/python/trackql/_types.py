"""What columns are, in the words of PEP 249."""

from __future__ import annotations

from typing import Any

import pyarrow
from pyarrow import types


class TypeObject:
    """A group of types, equal to each of them: ``cursor.description[0][1] == trackql.NUMBER``."""

    def __init__(self, name: str, *checks: Any) -> None:
        self._name, self._checks = name, checks

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, pyarrow.DataType):
            return self is other
        while True:
            if isinstance(other, pyarrow.BaseExtensionType) and not isinstance(other, pyarrow.OpaqueType):
                other = other.storage_type
            elif types.is_dictionary(other):
                other = other.value_type
            else:
                return any(check(other) for check in self._checks)

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f"trackql.{self._name}"


STRING = TypeObject("STRING", types.is_string, types.is_large_string, types.is_string_view)
BINARY = TypeObject("BINARY", types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
NUMBER = TypeObject("NUMBER", types.is_integer, types.is_floating, types.is_decimal, types.is_boolean)
DATETIME = TypeObject("DATETIME", types.is_date, types.is_time, types.is_timestamp)
ROWID = TypeObject("ROWID")  # no source has any

_WHOLE = b"trackql:whole"


def whole(field: pyarrow.Field) -> bool:
    """Tell whether a decimal column has whole numbers by its type, as sums of whole numbers are."""
    return field.metadata is not None and _WHOLE in field.metadata


def rows(batch: pyarrow.RecordBatch) -> list[tuple]:
    """Return the rows of a batch as tuples of Python's values."""
    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        values = column.to_pylist()
        if whole(field):
            values = [None if value is None else int(value) for value in values]
        columns.append(values)
    return list(zip(*columns, strict=True)) if columns else [()] * batch.num_rows


def for_frames(table: pyarrow.Table) -> pyarrow.Table:
    """Return a table whose whole numbers are of 64 bits where they fit, for pandas has no larger ones."""
    for i, field in enumerate(table.schema):
        if whole(field):
            try:
                column = table.column(i).cast(pyarrow.int64())
            except pyarrow.ArrowInvalid:
                continue  # it stays exact, as Python's Decimal
            table = table.set_column(i, field.name, column)
    return table
