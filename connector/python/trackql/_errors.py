"""Errors of this package itself, of the classes that the driver raises, too."""

from __future__ import annotations

from adbc_driver_manager import AdbcStatusCode
from adbc_driver_manager.dbapi import InterfaceError, OperationalError, ProgrammingError


def interface_error(text: str) -> InterfaceError:
    """Return the error of a wrong use of this package."""
    return InterfaceError(text, status_code=AdbcStatusCode.INVALID_STATE)


def operational_error(text: str) -> OperationalError:
    """Return the error of a program that does not answer."""
    return OperationalError(text, status_code=AdbcStatusCode.IO)


def programming_error(text: str) -> ProgrammingError:
    """Return the error of something that was written and cannot be."""
    return ProgrammingError(text, status_code=AdbcStatusCode.INVALID_ARGUMENT)
