"""The tests of SQLAlchemy that are run: all that there are for dialects."""

from sqlalchemy.testing.suite import *  # noqa: F403
