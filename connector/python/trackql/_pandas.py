"""What pandas leaves out for connections like ours: ``params=`` and ``chunksize=``.

Pandas reads an ADBC connection as Arrow, without a Python object for each cell, and
so it reads ours; any other connection of PEP 249 it reads cell by cell, with a
warning. It refuses parameters and chunks on that way, though drivers have both.
So its reader gets them here, for connections of this package alone: they run the
statement, and pandas converts what came, with its own rules.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow

from trackql import _types


class _Answer:
    """What pandas takes for a connection and for its cursor: one table."""

    def __init__(self, table: pyarrow.Table) -> None:
        self._table = table

    def cursor(self) -> _Answer:
        return self

    def execute(self, sql: str, *rest: object) -> _Answer:
        return self

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *raised: object) -> None:
        return None

    def fetch_arrow_table(self) -> pyarrow.Table:
        return self._table


def teach(kind: type) -> None:
    """Teach pandas, where it is imported, parameters and chunks for connections of a kind."""
    module = sys.modules.get("pandas.io.sql")
    reader = getattr(module, "ADBCDatabase", None)
    theirs = getattr(reader, "read_query", None)
    if theirs is None or hasattr(theirs, "trackql"):
        return

    @functools.wraps(theirs)
    def read_query(
        self: Any, sql: str, *args: Any, params: Any = None, chunksize: int | None = None, **kwargs: Any
    ) -> Any:
        if not isinstance(self.con, kind):
            return theirs(self, sql, *args, params=params, chunksize=chunksize, **kwargs)

        def frame(table: pyarrow.Table) -> Any:
            return theirs(type(self)(_Answer(_types.for_frames(table))), sql, *args, **kwargs)

        cursor = self.con.cursor()
        try:
            cursor.execute(sql, params)
        except BaseException:
            cursor.close()
            raise
        if chunksize:
            return _frames(cursor, chunksize, frame)
        with cursor:
            return frame(cursor.fetch_arrow_table())

    read_query.trackql = True
    reader.read_query = reader.read_sql = read_query


def _frames(cursor: Any, size: int, frame: Any) -> Iterator[Any]:
    """Yield frames of a size; the last one may be smaller, and there is always one."""
    with cursor:
        rest, some = None, False
        for batch in cursor._batches():
            table = pyarrow.Table.from_batches([batch])
            rest = table if rest is None else pyarrow.concat_tables([rest, table])
            while rest.num_rows >= size:
                yield frame(rest.slice(0, size))
                rest, some = rest.slice(size), True
        if rest is None:
            rest = cursor.fetch_arrow_table()
        if rest.num_rows or not some:
            yield frame(rest)
