"""An emulated Backlog for the tests, and the program that they drive."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[3]


@pytest.fixture(scope="session")
def program() -> str:
    """The path of trackql."""
    return os.environ["TRACKQL_PROGRAM"]


class Backlog:
    """An emulated Backlog that answers at `url`."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    @property
    def text(self) -> str:
        """The connection string."""
        return f"ApiKey={self.key};Url={self.url};"


@pytest.fixture(scope="session")
def backlog(program: str, tmp_path_factory: pytest.TempPathFactory):
    """An emulated Backlog with 400 issues."""
    server = subprocess.Popen(
        [program, "demo", "backlog", "--unlimited", "--issues", "400"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))},
    )
    first = server.stdout.readline()
    second = server.stdout.readline()
    yield Backlog(re.search(r"http://\S+", first)[0], second.split()[-1])
    server.terminate()
    server.wait()
    server.stdout.close()


@pytest.fixture
def cnxn(backlog):
    """A connection to the emulated Backlog."""
    import trackql.backlog

    with trackql.backlog.connect(backlog.text) as connection:
        yield connection
