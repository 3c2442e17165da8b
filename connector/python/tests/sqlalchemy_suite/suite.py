"""The tests of SQLAlchemy that are run."""

from sqlalchemy.testing.suite import BooleanTest, CompoundSelectTest, FetchLimitOffsetTest

__all__ = ["BooleanTest", "CompoundSelectTest", "FetchLimitOffsetTest"]
