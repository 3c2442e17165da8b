"""Figures of the Python connector, each as a ratio to a peer in the same run.

Run it as ``python connector/python/tests/bench.py``, with TRACKQL_PROGRAM and PYTHONPATH set.
A peer that is not installed is left out, and that is said.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pathlib
import pwd
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

import pandas as pd

import trackql
from trackql import _child

ROWS = 1_000_000
TURNS = 5
SOURCE = f"pt=scarab:Path={pathlib.Path(__file__).parents[3] / 'plugins/scarab/testdata/japanese.xml'}"
# As a tracker's issues are: six numbers, four texts, two times.
TABLE = f"""
    CREATE TABLE t AS SELECT n AS id, n * 7 % 1000 AS project, 'WEB-' || n AS key,
        'Summary of issue number ' || n AS summary, 'Status ' || (n % 4) AS status, n % 100 / 7.0::DOUBLE AS hours,
        n % 17 AS points, TIMESTAMP '2020-01-01' + n * INTERVAL '1 second' AS created,
        TIMESTAMP '2021-01-01' + n * INTERVAL '1 second' AS updated, n % 5 AS priority, 'user' || (n % 200) AS assignee,
        n * 1.5::DOUBLE AS cost FROM (SELECT range AS n FROM range({ROWS})) x"""
NUMBERS = f"CREATE TABLE n AS SELECT {', '.join(f'range * {i} AS c{i}' for i in range(1, 13))} FROM range({ROWS})"


def taken(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(title: str, promise: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    """Print how much longer ours takes than theirs: medians of turns that alternate."""
    ours(), theirs()
    pairs = [(taken(ours), taken(theirs)) for _ in range(TURNS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{title}: {mine / other:.2f} times the peer's time ({mine:.3f} s, {other:.3f} s); {promise}", flush=True)


def against_duckdb(cnxn: trackql.Connection) -> None:
    """A local table as a frame, against DuckDB's own package."""
    import duckdb

    peer = duckdb.connect()
    cursor = cnxn.cursor()
    for sql in (TABLE, NUMBERS):
        peer.execute(sql)
        cursor.execute(sql)
    for name, what in (("t", "numbers, texts and times"), ("n", "numbers alone")):
        sql = f"SELECT * FROM {name}"

        def theirs(sql: str = sql) -> pd.DataFrame:
            return peer.execute(sql).df()

        def fetched(sql: str = sql) -> pd.DataFrame:
            return cursor.execute(sql).fetch_df()

        def read(sql: str = sql) -> pd.DataFrame:
            return pd.read_sql(sql, cnxn)

        compare(f"fetch_df, {what}, DuckDB's df()", "at most 1.5", fetched, theirs)
        compare(f"pd.read_sql, {what}, DuckDB's df()", "at most 1.5", read, theirs)
    cursor.close()


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """Run a PostgreSQL of its own in a temporary folder; None where it is not installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        yield None
        return
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = tempfile.mkdtemp(prefix="pg")
    shutil.chown(folder, user)

    def run(*words: str) -> None:
        done = subprocess.run(
            words,
            user=user if os.geteuid() == 0 else None,
            group="nogroup" if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} ended with code {done.returncode}")

    program = pathlib.Path(found[-1])
    run(str(program / "initdb"), "-D", f"{folder}/data", "-U", "bench", "-E", "UTF8", "--locale=C")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(str(program / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"host={folder} user=bench dbname=postgres"
    finally:
        run(str(program / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def against_postgres(cnxn: trackql.Connection) -> None:
    """The same rows, against psycopg 3 from a PostgreSQL on this machine."""
    import psycopg

    sql = "SELECT * FROM t"
    with postgres() as address:
        if address is None:
            print("PostgreSQL is not installed: left out")
            return
        with psycopg.connect(address) as peer:
            made = TABLE.replace("::DOUBLE", "::FLOAT8").replace(
                f"SELECT range AS n FROM range({ROWS})", f"SELECT generate_series(0, {ROWS - 1})::BIGINT AS n"
            )
            peer.execute(made)

            def theirs() -> pd.DataFrame:
                cursor = peer.execute(sql)
                return pd.DataFrame(cursor.fetchall(), columns=[c.name for c in cursor.description])

            compare("pd.read_sql, PostgreSQL by psycopg 3", "at most 0.33", lambda: pd.read_sql(sql, cnxn), theirs)


# Pandas imports SQLAlchemy, where it is there, when it reads for the first time.
FIRST = """
import time, pandas as pd, sqlalchemy, trackql, adbc_driver_manager, adbc_driver_flightsql, pyarrow
begin = time.perf_counter()
with trackql.connect({source!r}) as cnxn:
    pd.read_sql("SELECT 1 AS a", cnxn)
    print(time.perf_counter() - begin)
"""


def first_query() -> None:
    """The first query of a fresh process, beyond its imports."""
    program = [sys.executable, "-c", FIRST.format(source=SOURCE)]
    times = [float(subprocess.run(program, check=True, capture_output=True, text=True).stdout) for _ in range(TURNS)]
    print(f"first query of a process: {statistics.median(times) * 1000:.0f} ms; less than 400", flush=True)


def descriptors(pid: int) -> int:
    """Return how many files a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def many_threads() -> None:
    """50 threads with small queries: no error, and nothing stays open in the child."""
    faults: list[Exception] = []

    def work() -> None:
        try:
            with trackql.connect(SOURCE) as cnxn:
                for n in range(20):
                    with cnxn.cursor() as cursor:
                        assert cursor.execute("SELECT ?::BIGINT", [n]).fetchall() == [(n,)]
        except Exception as fault:  # counted below
            faults.append(fault)

    def all_at_once() -> None:
        threads = [threading.Thread(target=work) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    all_at_once()
    pid = _child.child()._process.pid
    before = descriptors(pid), descriptors(os.getpid())
    seconds = taken(all_at_once)
    after = descriptors(pid), descriptors(os.getpid())
    print(
        f"50 threads, 20 queries each: {len(faults)} errors, {1000 / seconds:.0f} queries a second; "
        f"files open in the child {before[0]} before, {after[0]} after, here {before[1]}, {after[1]}",
        flush=True,
    )


def main() -> None:
    """Print all figures."""
    first_query()
    many_threads()
    with trackql.connect(SOURCE) as cnxn:
        against_duckdb(cnxn)
        against_postgres(cnxn)


if __name__ == "__main__":
    main()
