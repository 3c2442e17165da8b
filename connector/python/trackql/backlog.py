"""Nulab Backlog as one source: the connection string is that of the connector backlog."""

from __future__ import annotations

import os
from typing import Any

import trackql
from trackql import *  # noqa: F403 - a module of PEP 249 is used by its names
from trackql import Connection, apilevel, paramstyle, threadsafety  # noqa: F401


def connect(connection_string: str | os.PathLike[str] | None = None, **options: Any) -> Connection:
    """Connect by a connection string, or by the connector's options as keywords.

    :raises trackql.ProgrammingError: an option is missing, unknown or cannot be.
    """
    return trackql.connect(connection_string, connector="backlog", **options)
