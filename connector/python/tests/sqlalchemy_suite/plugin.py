"""SQLAlchemy's own tests of dialects, over one session of trackql.

A session's tables are its own, so all connections of the tests are one. This is
loaded by ``pytest -p plugin`` in this folder; what came of the tests is written
to the file that ``SUITE_REPORT`` names.
"""

import collections
import json
import os
import pathlib
import re

import pytest
from requirements import EXCLUDED_TESTS
from sqlalchemy.dialects import registry

import trackql
from trackql.sqlalchemy import TrackQLDialect


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

    @classmethod
    def load_provisioning(cls):
        """Find how the tests make what they need: it is below."""


for _name in ("trackql", "trackql.trackql"):
    registry.register(_name, __name__, "SuiteDialect")

from sqlalchemy.testing import provision  # noqa: E402
from sqlalchemy.testing.plugin.pytestplugin import *  # noqa: E402, F403


@provision.temp_table_keyword_args.for_db("trackql")
def _temporary(cfg, eng):
    return {"prefixes": ["TEMPORARY"]}


def pytest_collection_finish(session):
    """Leave out single tests."""
    for item in session.items:
        name = re.sub(r"_trackql\+trackql\w*", "", item.nodeid.split("::", 1)[1])
        for pattern, why in EXCLUDED_TESTS.items():
            if re.fullmatch(pattern, name):
                item.add_marker(pytest.mark.skip(reason=why))
                _excluded.add(pattern)


_excluded: set[str] = set()
_passed = 0
_skipped: collections.Counter = collections.Counter()


def pytest_runtest_logreport(report):
    """Count the tests, and why they were skipped."""
    global _passed
    if report.skipped:
        _skipped[re.sub(r".* : |^Skipped: ", "", report.longrepr[2], flags=re.DOTALL)] += 1
    elif report.when == "call" and report.passed:
        _passed += 1


def pytest_unconfigure(config):
    """Write down what came of the tests."""
    if path := os.environ.get("SUITE_REPORT"):
        told = {"passed": _passed, "skipped": dict(_skipped), "excluded": sorted(_excluded)}
        pathlib.Path(path).write_text(json.dumps(told))
