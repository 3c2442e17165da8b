"""Frames of pandas and polars, and Arrow below them."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def test_read_sql(cnxn):
    df = pd.read_sql("SELECT Id, ProjectID, Summary, Created, DueDate FROM Issues WHERE Id = '1'", cnxn)
    assert list(df) == ["Id", "ProjectID", "Summary", "Created", "DueDate"]
    assert df.ProjectID.dtype == "int64"
    assert str(df.Created.dtype).startswith("datetime64[us")


def test_read_sql_takes_arrow(cnxn, monkeypatch):
    """Pandas reads an ADBC connection as Arrow: no row becomes a tuple."""
    import trackql

    def no_rows(self):
        raise AssertionError("rows were fetched one by one")

    monkeypatch.setattr(trackql.Cursor, "fetchall", no_rows)
    assert len(pd.read_sql("SELECT * FROM range(1000)", cnxn)) == 1000


@pytest.mark.parametrize("read", [pd.read_sql, pd.read_sql_query])
def test_params(cnxn, read):
    df = read("SELECT Id FROM Issues WHERE ProjectKey = ? AND StatusId <> ?", cnxn, params=("WEB", 4))
    assert (
        len(df) == cnxn.execute("SELECT count(*) FROM Issues WHERE ProjectKey = 'WEB' AND StatusId <> 4").fetchone()[0]
    )


@pytest.mark.parametrize(
    ("rows", "size", "want"),
    [(250, 100, [100, 100, 50]), (200, 100, [100, 100]), (0, 10, [0]), (10000, 4096, [4096, 4096, 1808])],
)
def test_chunks(cnxn, rows, size, want):
    frames = list(pd.read_sql(f"SELECT * FROM range({rows})", cnxn, chunksize=size))
    assert [len(frame) for frame in frames] == want
    assert pd.concat(frames).iloc[:, 0].tolist() == list(range(rows))


def test_chunks_with_params(cnxn):
    frames = list(pd.read_sql("SELECT range FROM range(?)", cnxn, params=[5], chunksize=2, index_col="range"))
    assert [frame.index.tolist() for frame in frames] == [[0, 1], [2, 3], [4]]


def test_fetch(cnxn):
    with cnxn.cursor() as cursor:
        sql = "SELECT range AS n, 'x' || range AS t FROM range(3)"
        assert cursor.execute(sql).fetch_arrow_table().equals(pa.table({"n": [0, 1, 2], "t": ["x0", "x1", "x2"]}))
        assert cursor.execute(sql).fetch_df().n.tolist() == [0, 1, 2]
        assert cursor.execute(sql).fetch_polars().equals(pl.DataFrame({"n": [0, 1, 2], "t": ["x0", "x1", "x2"]}))


def test_polars(cnxn):
    got = pl.read_database("SELECT Id, Summary FROM Issues WHERE ProjectKey = 'WEB' ORDER BY Id", cnxn)
    assert got.columns == ["Id", "Summary"] and got.height > 0


def test_petl(cnxn, tmp_path):
    import petl

    table = petl.fromdb(cnxn, "SELECT IssueKey, Summary FROM Issues WHERE ProjectKey = 'WEB'")
    target = tmp_path / "issues.csv"
    petl.tocsv(petl.sort(table, "IssueKey"), str(target), encoding="utf-8")
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "IssueKey,Summary" and lines[1:] == sorted(lines[1:]) and len(lines) > 10


def test_columns_of_frames(cnxn):
    """Truth values and sums are what they are in a frame, whichever way it was made."""
    sql = "SELECT range % 2 = 0 AS even, sum(range) AS total, [true] AS many FROM range(3) GROUP BY ALL ORDER BY 2"
    with cnxn.cursor() as cursor:
        for df in (pd.read_sql(sql, cnxn), cursor.execute(sql).fetch_df(), *pd.read_sql(sql, cnxn, chunksize=5)):
            assert [str(t) for t in df.dtypes[:2]] == ["bool", "int64"]
            assert df.total.tolist() == [1, 2] and df.many[0].tolist() == [True]


def test_chunks_fail_in_plain_words(cnxn):
    frames = pd.read_sql(
        "SELECT CASE WHEN range = 900000 THEN error('late') END FROM range(1000000)", cnxn, chunksize=1000
    )
    with pytest.raises(Exception, match="^late$"):
        list(frames)
