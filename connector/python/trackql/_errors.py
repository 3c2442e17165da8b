"""Errors and notices, in the words of the program and not of what carries them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from adbc_driver_manager import AdbcStatusCode
from adbc_driver_manager.dbapi import (
    Error,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,
)

# What the driver writes around a message: its own words for the status in front,
# and behind it those of the protocol, and the call.
_AROUND = re.compile(
    r"\A[A-Z_]+: \[FlightSQL\] (?P<text>.*?)"
    r"( \((?P<code>[A-Z]\w+); \w+(: .*?)?\))?(\. Vendor code: -?\d+)?(\. SQLSTATE: .{5})?\Z",
    re.DOTALL,
)
_PREFIX = re.compile(r"\A[A-Z_]+: ")

# What DuckDB says of rows that a constraint forbids. The program has one word for
# these and for SQL that cannot be.
_CONSTRAINT = re.compile(
    r"\A(Duplicate key .* violates (primary key|unique) constraint"
    r"|Violates foreign key constraint|(NOT NULL|CHECK) constraint failed)",
    re.DOTALL,
)


class Notice(Warning):
    """What a person should know of an answer that is no error. See :attr:`trackql.Cursor.messages`."""


def interface_error(text: str) -> InterfaceError:
    """Return the error of a wrong use of this package."""
    return InterfaceError(text, status_code=AdbcStatusCode.INVALID_STATE)


def operational_error(text: str) -> OperationalError:
    """Return the error of a program that does not answer."""
    return OperationalError(text, status_code=AdbcStatusCode.IO)


def programming_error(text: str) -> ProgrammingError:
    """Return the error of something that was written and cannot be."""
    return ProgrammingError(text, status_code=AdbcStatusCode.INVALID_ARGUMENT)


def plain(error: Error) -> Error:
    """Return an error of the driver with the program's message alone.

    The class stays, but for an IntegrityError of rows that a constraint forbids, and so do ``status_code``, ``vendor_code``, ``sqlstate`` and ``details``.
    """
    text = str(error)
    if around := _AROUND.match(text):
        text = around["text"]
    else:
        text = _PREFIX.sub("", text)
    known = {"vendor_code": error.vendor_code, "sqlstate": error.sqlstate, "details": error.details}
    if isinstance(error, ProgrammingError) and _CONSTRAINT.match(text):
        return IntegrityError(text, status_code=AdbcStatusCode.INTEGRITY, **known)
    if isinstance(error, NotSupportedError):  # whose status is always the same
        return NotSupportedError(text, **known)
    return type(error)(text, status_code=error.status_code, **known)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Raise errors of the driver as :func:`plain` ones."""
    try:
        yield
    except Error as error:
        if not _PREFIX.match(str(error)):
            raise
        raise plain(error) from None
