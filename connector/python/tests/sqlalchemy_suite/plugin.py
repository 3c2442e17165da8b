"""SQLAlchemy's own tests of dialects, over one session of trackql.

A session's tables are its own, so all connections of the tests are one. This is
loaded by ``pytest -p plugin`` in this folder.
"""

import pytest
from sqlalchemy.dialects import registry

import trackql
from trackql.sqlalchemy import TrackQLDialect

pytest.register_assert_rewrite("sqlalchemy.testing.assertions")


class Shared:
    """The one connection; closing it leaves it open for the next test."""

    def __init__(self, connection: trackql.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def close(self) -> None:
        return None


class SuiteDialect(TrackQLDialect):
    """The dialect as it is, but for whom it connects to."""

    supports_statement_cache = True
    _one: trackql.Connection | None = None

    def connect(self, *args, **kwargs):
        if SuiteDialect._one is None:
            SuiteDialect._one = trackql.connect(*args, **{k: v for k, v in kwargs.items() if v})
            with SuiteDialect._one.cursor() as cursor:
                cursor.execute("CREATE SCHEMA test_schema")
                cursor.execute("CREATE SCHEMA test_schema_2")
        return Shared(SuiteDialect._one)


for _name in ("trackql", "trackql.trackql"):
    registry.register(_name, __name__, "SuiteDialect")

from sqlalchemy.testing.plugin.pytestplugin import *  # noqa: E402, F403
