"""SQL over issue trackers, files and databases, as a Python database driver.

>>> import trackql.backlog as mod
>>> cnxn = mod.connect("ApiKey=…;Url=https://example.backlog.com;")

This is PEP 249, the Python Database API 2.0, with Arrow below it. See
:func:`connect`.
"""

from adbc_driver_manager.dbapi import (
    DatabaseError,
    DataError,
    Date,
    DateFromTicks,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Time,
    TimeFromTicks,
    Timestamp,
    TimestampFromTicks,
    Warning,
)

from trackql._connection import Connection, connect
from trackql._cursor import Cursor
from trackql._errors import Notice
from trackql._types import BINARY, DATETIME, NUMBER, ROWID, STRING

Binary = bytes
apilevel = "2.0"
threadsafety = 2
paramstyle = "qmark"

__all__ = [
    "BINARY",
    "Binary",
    "Connection",
    "Cursor",
    "DATETIME",
    "DataError",
    "DatabaseError",
    "Date",
    "DateFromTicks",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NUMBER",
    "NotSupportedError",
    "Notice",
    "OperationalError",
    "ProgrammingError",
    "ROWID",
    "STRING",
    "Time",
    "TimeFromTicks",
    "Timestamp",
    "TimestampFromTicks",
    "Warning",
    "apilevel",
    "connect",
    "paramstyle",
    "threadsafety",
]
