"""PEP 249, sentence by sentence."""

import datetime
import decimal
import inspect

import adbc_driver_manager
import pandas as pd
import pytest

import trackql
import trackql.backlog
import trackql.scarab


def test_module():
    for module in (trackql, trackql.backlog, trackql.scarab):
        assert (module.apilevel, module.paramstyle, module.threadsafety) == ("2.0", "qmark", 2)
        assert issubclass(module.ProgrammingError, module.DatabaseError)
        for name in ("InterfaceError", "DatabaseError"):
            assert issubclass(getattr(module, name), module.Error)
        for name in ("DataError", "OperationalError", "IntegrityError", "InternalError", "NotSupportedError"):
            assert issubclass(getattr(module, name), module.DatabaseError)
        assert issubclass(module.Warning, Exception) and not issubclass(module.Warning, module.Error)
        assert module.Date(2026, 1, 31) == datetime.date(2026, 1, 31)
        assert module.Binary(b"x") == b"x"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL ORDER BY 1", [(1, "x"), (2, None)]),
        ("SELECT 1 WHERE false", []),
        (
            "SELECT 1.50::DECIMAL(5,2), DATE '2026-01-31', true",
            [(decimal.Decimal("1.50"), datetime.date(2026, 1, 31), True)],
        ),
        ("SELECT '課題', [1, 2], {'a': 1}", [("課題", [1, 2], {"a": 1})]),
    ],
)
def test_rows(cnxn, sql, rows):
    with cnxn.cursor() as cursor:
        assert cursor.execute(sql) is cursor
        assert cursor.fetchall() == rows
        assert cursor.fetchone() is None
        assert cursor.fetchall() == []


def test_fetching(cnxn):
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT range AS n FROM range(10)")
        assert [column[0] for column in cursor.description] == ["n"]
        assert all(len(column) == 7 for column in cursor.description)
        assert cursor.rowcount == -1
        assert cursor.fetchone() == (0,)
        assert cursor.fetchmany(3) == [(1,), (2,), (3,)]
        cursor.arraysize = 2
        assert cursor.fetchmany() == [(4,), (5,)]
        assert list(cursor) == [(6,), (7,), (8,), (9,)]


@pytest.mark.parametrize(
    ("value", "back"),
    [
        (None, None),
        (7, 7),
        (1.5, 1.5),
        ("it's", "it's"),
        (True, True),
        (b"\x00\xff", b"\x00\xff"),
        (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31)),
        (decimal.Decimal("1.25"), decimal.Decimal("1.25")),
    ],
)
def test_parameters(cnxn, value, back):
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT ?", [value])
        got = cursor.fetchone()[0]
        assert got == back or str(got) == str(back)


def test_parameters_go_down(cnxn):
    with cnxn.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT Id FROM Issues WHERE ProjectKey = ? AND StatusId <> ?", ["WEB", 4])
        assert "ProjectKey = 'WEB'" in "\n".join(line for (line,) in cursor.fetchall())


def test_own_tables(cnxn):
    with cnxn.cursor() as cursor:
        cursor.execute("CREATE TABLE own (a INTEGER, b VARCHAR)")
        assert cursor.description is None
        cursor.executemany("INSERT INTO own VALUES (?, ?)", [(1, "x"), (2, "y"), (3, None)])
        assert cursor.rowcount == 3
        cursor.execute("SELECT * FROM own ORDER BY a")
        assert cursor.fetchall() == [(1, "x"), (2, "y"), (3, None)]


@pytest.mark.parametrize("row", ["1, 1, 1", "2, NULL, 1", "2, 3, 1", "2, 1, 7"])
def test_constraints(backlog, row):
    with trackql.backlog.connect(backlog.text) as cnxn, cnxn.cursor() as cursor:
        cursor.execute("CREATE TABLE r (a INTEGER PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER NOT NULL CHECK (b < 2), c INTEGER REFERENCES r)"
        )
        cursor.execute("INSERT INTO r VALUES (1)")
        cursor.execute("INSERT INTO t VALUES (1, 1, 1)")
        with pytest.raises(trackql.IntegrityError, match="constraint"):
            cursor.execute(f"INSERT INTO t VALUES ({row})")
        with pytest.raises(trackql.IntegrityError, match="constraint"):
            cursor.execute(f"INSERT INTO t SELECT {row} WHERE ?", [True])


def test_callproc(cnxn):
    with cnxn.cursor() as cursor:
        assert cursor.callproc("GetOwnUser") == ()
        assert len(cursor.fetchall()) == 1
        given = {"UserId": cursor.execute("SELECT Id FROM Users LIMIT 1").fetchone()[0]}
        assert cursor.callproc("CountStars", given) is given
        assert len(cursor.fetchall()) == 1


@pytest.mark.parametrize(
    ("sql", "error", "says"),
    [
        ("SELEC 1", trackql.ProgrammingError, "query:1:1"),
        ("SELECT Sumary FROM Issues", trackql.ProgrammingError, "Summary"),
        ("SELECT * FROM Isues", trackql.ProgrammingError, "Issues"),
        ("DELETE FROM Issues", trackql.NotSupportedError, "read-only"),
        ("INSERT INTO Issues (Summary) VALUES ('x')", trackql.NotSupportedError, "read-only"),
        ("SELECT ?", trackql.ProgrammingError, "no value"),
    ],
)
def test_errors(cnxn, sql, error, says):
    with cnxn.cursor() as cursor, pytest.raises(error, match=says):
        cursor.execute(sql)
        cursor.fetchall()


@pytest.mark.parametrize(
    ("sql", "row", "refused"),
    [
        ("DELETE FROM Issues WHERE Id = ?", [1], "deleted"),
        ("UPDATE Issues SET Summary = ? WHERE Id = ?", ["x", 1], "updated"),
        ("INSERT INTO Issues (Summary) VALUES (?)", ["x"], "inserted"),
    ],
)
def test_writes_are_refused(cnxn, sql, row, refused):
    """A write to a source is refused in the same words, with parameters and without."""
    with cnxn.cursor() as cursor:
        told = []
        for run in (
            lambda: cursor.execute(sql.replace("?", "1")),
            lambda: cursor.execute(sql, row),
            lambda: cursor.execute(sql, tuple(row)),
            lambda: cursor.executemany(sql, [row, row]),
            lambda: cursor.executemany(sql, iter([row])),
            lambda: pd.read_sql(sql, cnxn, params=row),
        ):
            with pytest.raises(trackql.NotSupportedError) as caught:
                run()
            told.append(str(caught.value))
        assert "backlog.Issues is read-only here" in told[0] and refused in told[0]
        assert set(told) == {told[0]}
        assert cursor.execute("SELECT ?", [1]).fetchall() == [(1,)]


@pytest.fixture
def own(cnxn):
    """A connection with a table of its own, of 100,000 rows."""
    with cnxn.cursor() as cursor:
        cursor.execute("CREATE TABLE own AS SELECT range AS n FROM range(100000)")
    return cnxn


def test_execute_before_all_is_read(own):
    """A cursor that runs its next statement forgets the answer that it did not read."""
    with own.cursor() as cursor:
        for n in range(20):
            cursor.execute("SELECT a.n FROM own a, own b")  # far too many rows to keep
            if n % 2:
                assert len(cursor.fetchone()) == 1
        cursor.execute("INSERT INTO own VALUES (?)", [-1])
        cursor.execute("FROM own")
        cursor.executemany("INSERT INTO own VALUES (?)", [(-2,), (-3,)])
        cursor.execute("FROM own")
        cursor.execute("CREATE TABLE other AS FROM own")
        assert cursor.execute("SELECT count(*), min(n) FROM other").fetchall() == [(100003, -3)]


def test_cursors_beside_each_other(own):
    """A cursor's answer is whole, whatever other cursors do before it is read."""
    with own.cursor() as one, own.cursor() as other:
        one.execute("FROM own")
        first = one.fetchone()
        assert other.execute("SELECT count(*) FROM own").fetchone() == (100000,)
        other.executemany("INSERT INTO own VALUES (?)", [(-1,), (-2,)])
        assert pd.read_sql("SELECT min(n) AS least FROM own", own).least.tolist() == [-2]
        assert [first, *one.fetchall()] == [(n,) for n in range(100000)]


def test_chunks_beside_statements(own):
    with own.cursor() as cursor:
        rows = 0
        for part in pd.read_sql("FROM own", own, chunksize=20000):
            rows += len(part)
            cursor.execute("INSERT INTO own VALUES (?)", [-rows])
        assert rows == 100000
        assert cursor.execute("SELECT count(*) FROM own WHERE n < 0").fetchone() == (5,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ApiKey=x", "Url"),
        ("Url=http://127.0.0.1:1;ApiKey=x;Colour=red", "Colour"),
        ("Url=;;=", "no key"),
    ],
)
def test_wrong_connection_strings(text, says):
    with pytest.raises(trackql.ProgrammingError, match=says):
        trackql.backlog.connect(text)


def test_secrets_stay(backlog):
    with pytest.raises(trackql.Error) as caught:
        trackql.backlog.connect(f"Url={backlog.url};ApiKey={backlog.key};Colour=red")
    assert backlog.key not in str(caught.value)


def test_nothing_to_connect_to():
    with pytest.raises(trackql.ProgrammingError, match="nothing to connect to"):
        trackql.connect()
    with pytest.raises(trackql.ProgrammingError, match="belongs to a connector"):
        trackql.connect(Url="http://127.0.0.1:1")


def test_closed(cnxn):
    cursor = cnxn.cursor()
    cnxn.close()
    cnxn.close()
    with pytest.raises(trackql.Error):
        cnxn.cursor()
    with pytest.raises(trackql.InterfaceError, match="closed"):
        cursor.execute("SELECT 1")


def test_commit_and_rollback(cnxn):
    cnxn.commit()
    cnxn.rollback()
    cnxn.close()
    for work in (cnxn.commit, cnxn.rollback, cnxn.cursor, cnxn.__enter__):
        with pytest.raises(trackql.InterfaceError, match="closed"):
            work()


FETCHES = [
    "fetchone",
    "fetchmany",
    "fetchall",
    "fetch_arrow_table",
    "fetch_df",
    "fetch_polars",
    "fetch_record_batch",
    "fetch_arrow",
]


@pytest.mark.parametrize("fetch", FETCHES)
def test_nothing_to_fetch(cnxn, fetch):
    with cnxn.cursor() as cursor:
        with pytest.raises(trackql.ProgrammingError, match="run a statement first"):
            getattr(cursor, fetch)()
        cursor.execute("CREATE TABLE own (a INTEGER)")
        with pytest.raises(trackql.ProgrammingError, match="answers with none"):
            getattr(cursor, fetch)()
    with pytest.raises(trackql.InterfaceError, match="closed"):
        getattr(cursor, fetch)()


@pytest.mark.parametrize("fetch", [fetch for fetch in FETCHES if fetch != "fetchone"])
def test_ways_of_fetching_mix(cnxn, fetch):
    """What was fetched row by row does not come again, and the rest of it is not lost."""
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT range AS n FROM range(5000)")
        assert [cursor.fetchone(), *cursor.fetchmany(2)] == [(0,), (1,), (2,)]
        assert cursor.rownumber == 3
        cursor.arraysize = 5000
        got = getattr(cursor, fetch)()
        assert len(got.read_all() if hasattr(got, "read_all") else got) == 4997


def test_sets_and_sizes(cnxn):
    with cnxn.cursor() as cursor:
        cursor.setinputsizes([10])
        cursor.setoutputsize(1000, 0)
        with pytest.raises(trackql.ProgrammingError):
            cursor.nextset()
        cursor.execute("SELECT 1")
        assert cursor.nextset() is None


def test_executemany_without_columns(cnxn):
    with cnxn.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE defaults (a INTEGER DEFAULT 7)")
        cursor.executemany("INSERT INTO defaults DEFAULT VALUES", [(), (), ()])
        assert cursor.execute("FROM defaults").fetchall() == [(7,)] * 3


def test_executemany_of_nothing(cnxn):
    with cnxn.cursor() as cursor:
        cursor.execute("CREATE TABLE own (a INTEGER)")
        cursor.executemany("INSERT INTO own VALUES (?)", iter([]))
        assert cursor.rowcount == 0
        cursor.executemany("INSERT INTO own VALUES (?)", ((n,) for n in range(3)))
        assert cursor.rowcount == 3
        assert cursor.execute("SELECT count(*) FROM own").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("1", "NUMBER"),
        ("1.5", "NUMBER"),
        ("sum(1)", "NUMBER"),
        ("true", "NUMBER"),
        ("'x'", "STRING"),
        ("'x'::ENUM('x')", "STRING"),
        ("'{}'::JSON", "STRING"),
        ("'x'::BLOB", "BINARY"),
        ("DATE '2026-01-31'", "DATETIME"),
        ("TIME '12:00'", "DATETIME"),
        ("now()", "DATETIME"),
    ],
)
def test_types_of_columns(cnxn, sql, kind):
    with cnxn.cursor() as cursor:
        code = cursor.execute(f"SELECT {sql}").description[0][1]
        equal = [name for name in ("STRING", "NUMBER", "DATETIME", "BINARY", "ROWID") if code == getattr(trackql, name)]
        assert equal == [kind]
        assert getattr(trackql, kind) == code and getattr(trackql, kind) != trackql.ROWID


def test_whole_numbers(cnxn):
    """A sum of whole numbers is one, as large as it may be."""
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT sum(range), 170141183460469231731687303715884105727, NULL::HUGEINT FROM range(5)")
        row = cursor.fetchone()
        assert row == (10, 170141183460469231731687303715884105727, None)
        assert type(row[0]) is int


def test_errors_are_plain(cnxn):
    """The message is the program's, with its hint, and nothing of what carries it."""
    with cnxn.cursor() as cursor:
        with pytest.raises(trackql.NotSupportedError) as write:
            cursor.execute("DELETE FROM Issues")
        assert str(write.value).startswith("query:1:1: backlog.Issues is read-only here: its rows cannot be deleted\n")
        with pytest.raises(trackql.ProgrammingError) as late:
            cursor.execute("SELECT CASE WHEN range = 900000 THEN error('late') END FROM range(1000000)").fetchall()
        assert str(late.value) == "late"
        assert late.value.status_code == adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_notices(cnxn, caplog):
    """Notices are kept for the statement, and logged once."""
    with cnxn.cursor() as cursor:
        for _ in range(2):
            cursor.execute("SELECT [Id] FROM Projects")
            cursor.fetchall()
            ((kind, notice),) = cursor.messages
            assert kind is trackql.Notice and "is a list of one value" in str(notice)
        cursor.execute("SELECT 1").fetchall()
        assert cursor.messages == []
    assert [record.message.split(",")[0] for record in caplog.records] == ["[Id] is a list of one value"]
    assert issubclass(trackql.Notice, trackql.Warning)


def test_large_rows(cnxn):
    """A message may be larger than what the driver takes by itself."""
    with cnxn.cursor() as cursor:
        (text,) = cursor.execute("SELECT repeat('x', 20000000)").fetchone()
        assert len(text) == 20000000


def test_several_sources(backlog, tmp_path):
    folder = tmp_path / "trackql.yaml"
    folder.write_text(
        f"sources:\n  bl:\n    connector: backlog\n    Url: {backlog.url}\n    ApiKey: {backlog.key}\n",
        encoding="utf-8",
    )
    with trackql.connect(folder) as cnxn, cnxn.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM bl.Issues").fetchone() == (400,)
    sources = {"a": f"backlog:{backlog.text}", "b": f"backlog:{backlog.text}"}
    with trackql.connect(sources=sources) as cnxn, cnxn.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM a.Projects x JOIN b.Projects y USING (Id)")
        assert cursor.fetchone() == (3,)


def test_docstrings():
    for thing in (
        trackql,
        trackql.connect,
        trackql.Connection,
        trackql.Cursor,
        trackql.backlog,
        trackql.backlog.connect,
    ):
        assert inspect.getdoc(thing)
