"""The dialect of SQLAlchemy: what it learns of a source, what it asks, what it refuses."""

import collections
import datetime
import decimal
import json
import os
import pathlib
import re
import runpy
import subprocess
import sys
import urllib.parse
import warnings

import pandas as pd
import pytest
import sqlalchemy as sa
import tomllib
from sqlalchemy import exc, orm
from sqlalchemy.dialects import registry
from sqlalchemy.ext.automap import automap_base

import trackql
from trackql.sqlalchemy import TrackQLDialect

HERE = pathlib.Path(__file__).parent
ENTRIES = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]["entry-points"]["sqlalchemy.dialects"]
for name, target in ENTRIES.items():  # as the wheel has them
    registry.register(name, *target.split(":"))


def address(backlog, drivername: str = "trackql+backlog") -> str:
    """Return the address of the emulated Backlog."""
    return f"{drivername}:///?ApiKey={backlog.key}&Url={urllib.parse.quote(backlog.url, safe='')}"


@pytest.fixture(scope="module")
def engine(backlog):
    """An engine over the emulated Backlog."""
    engine = sa.create_engine(address(backlog))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def inspector(engine):
    """What SQLAlchemy learned of the emulated Backlog."""
    return sa.inspect(engine)


@pytest.fixture(scope="module")
def issues(engine):
    """The table of issues, reflected under a name in another spelling."""
    return sa.Table("issues", sa.MetaData(), autoload_with=engine)


def test_addresses(backlog, tmp_path):
    config = tmp_path / "trackql.yaml"
    config.write_text(f"sources:\n  bl:\n    connector: backlog\n    Url: {backlog.url}\n    ApiKey: {backlog.key}\n")
    for url in (
        address(backlog),
        address(backlog, "backlog"),
        f"trackql:///{config}",
        f"trackql:///?bl=backlog:Url={backlog.url};ApiKey={backlog.key}",
        sa.URL.create("backlog", query={"ApiKey": backlog.key, "Url": backlog.url}),
    ):
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM Projects")) == 3
        engine.dispose()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("backlog://host/?ApiKey=x", "between the second and the third"),
        ("backlog:///?ApiKey=x&ApiKey=y", "ApiKey is given 2 times"),
        ("backlog:///trackql.yaml", "trackql:///trackql.yaml"),
    ],
)
def test_wrong_addresses(url, says):
    with pytest.raises(exc.ArgumentError, match=says):
        sa.create_engine(url).connect()


def test_wrong_options(backlog):
    with pytest.raises(exc.ProgrammingError, match="Colour"):
        sa.create_engine(address(backlog) + "&Colour=red").connect()
    with pytest.raises(exc.ProgrammingError, match="nothing to connect to"):
        sa.create_engine("trackql://").connect()


def test_keys_are_not_printed(backlog, engine):
    sources = sa.create_engine(f"trackql:///?bl=backlog:Url={backlog.url};ApiKey={backlog.key};Cache=60s")
    for text in (repr(engine), str(engine.url), repr(sources), str(sources.url)):
        assert backlog.key not in text and "***" in text
    assert engine.url.query["ApiKey"] == backlog.key
    assert backlog.key in engine.url.render_as_string(hide_password=False)


def test_names(inspector):
    assert inspector.default_schema_name == "backlog"
    assert inspector.get_schema_names() == ["backlog", "main"]
    names = inspector.get_table_names()
    assert {"Issues", "Projects", "Users"} <= set(names)
    assert inspector.get_table_names(schema="Backlog") == names
    assert inspector.get_table_names(schema="main") == inspector.get_view_names() == []
    assert inspector.has_table("issues") and inspector.has_table("ISSUES", schema="backlog")
    assert not inspector.has_table("Isues") and not inspector.has_table("Issues", schema="main")
    with pytest.raises(exc.NoSuchTableError, match="Isues"):
        inspector.get_columns("Isues")


def test_columns(inspector):
    columns = {column["name"]: column for column in inspector.get_columns("Issues")}
    kinds = {name: type(column["type"]) for name, column in columns.items()}
    assert (kinds["Id"], kinds["Summary"], kinds["DueDate"]) == (sa.BIGINT, sa.VARCHAR, sa.DATE)
    assert kinds["Created"] is sa.TIMESTAMP and columns["Created"]["type"].timezone
    assert columns["Summary"]["comment"]
    assert sa.types.NullType not in {
        type(column["type"]) for name in inspector.get_table_names() for column in inspector.get_columns(name)
    }


def test_keys(inspector):
    assert inspector.get_pk_constraint("Issues")["constrained_columns"] == ["Id"]
    keys = {tuple(key["constrained_columns"]): key for key in inspector.get_foreign_keys("Issues")}
    assert all(len(columns) == 1 for columns in keys)  # (ProjectId, StatusId) would share a column with ProjectId
    assert keys["ProjectId",]["referred_table"] == "Projects" and keys["ProjectId",]["referred_schema"] is None
    assert inspector.get_foreign_keys("Issues", schema="backlog")[0]["referred_schema"] == "backlog"
    assert inspector.get_indexes("Issues") == [] and inspector.get_check_constraints("Issues") == []
    assert inspector.get_table_comment("Issues")["text"]


def test_few_questions(engine, monkeypatch):
    """Reflecting everything asks about each table once, and about nothing else."""
    asked = {"_get_objects": 0, "_get_table_schema": 0, "execute": 0}

    def counted(of, name, key):
        real = getattr(of, name)

        def call(*args, **kwargs):
            asked[key] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(of, name, call)

    with engine.connect() as connection:
        counted(trackql.Connection, "adbc_get_objects", "_get_objects")
        counted(trackql.Connection, "adbc_get_table_schema", "_get_table_schema")
        counted(trackql.Cursor, "execute", "execute")
        metadata = sa.MetaData()
        metadata.reflect(connection)
    assert asked["_get_table_schema"] == len(metadata.tables) > 50
    assert asked["_get_objects"] <= 2 and asked["execute"] <= 2


def test_automap(engine):
    metadata = sa.MetaData()
    metadata.reflect(engine, only=["Issues", "Projects", "Users"])
    base = automap_base(metadata=metadata)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        base.prepare()
        orm.configure_mappers()
    Issue, Project = base.classes.Issues, base.classes.Projects
    with orm.Session(engine) as session:
        project = session.scalars(sa.select(Project).where(Project.ProjectKey == "WEB")).one()
        found = session.scalars(sa.select(Issue).where(Issue.ProjectId == project.Id).order_by(Issue.Id)).all()
        assert found and all(issue.projects is project for issue in found)


def test_orm(engine, issues):
    class Issue(orm.declarative_base(metadata=issues.metadata)):
        __table__ = issues

    with orm.Session(engine) as session:
        first = session.scalars(sa.select(Issue).order_by(Issue.Id).limit(2)).all()
        after = session.scalars(sa.select(Issue).order_by(Issue.Id).limit(1).offset(1)).one()
        assert after is first[1]
        assert session.get(Issue, first[0].Id) is first[0]
        assert isinstance(after.Created, datetime.datetime) and after.Created.tzinfo is not None
        assert {type(day) for day in session.scalars(sa.select(Issue.DueDate))} <= {datetime.date, type(None)}


def test_conditions_go_down(engine, issues):
    with engine.connect() as connection:
        query = sa.select(issues.c.Id).where(issues.c.ProjectKey == "WEB", issues.c.StatusId.in_([1, 2])).limit(3)
        assert len(connection.execute(query).all()) == 3
        text = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        lines = "\n".join(connection.execute(sa.text("EXPLAIN " + text)).scalars())
        assert "ProjectKey = 'WEB': source (exact)" in lines


def test_a_write_is_refused(engine, issues):
    with engine.connect() as connection:
        for statement in (
            issues.insert().values(Summary="x"),
            issues.update().values(Summary="x"),
            issues.delete(),
        ):
            with pytest.raises(exc.NotSupportedError, match="read-only"):
                connection.execute(statement)


def test_errors(engine):
    with engine.connect() as connection:
        with pytest.raises(exc.ProgrammingError, match="Summary"):
            connection.execute(sa.text("SELECT Sumary FROM Issues"))
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_pool(engine):
    with engine.connect() as one, engine.connect() as other:
        assert one.connection.driver_connection is not other.connection.driver_connection
        kept = one.connection.driver_connection
    with engine.connect() as one, engine.connect() as other:
        assert kept in (one.connection.driver_connection, other.connection.driver_connection)


def test_ping(backlog):
    engine = sa.create_engine(address(backlog), pool_pre_ping=True)
    with engine.connect() as connection:
        connection.connection.driver_connection.close()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()


def test_pandas(engine):
    sql = "SELECT Id, Created FROM Issues WHERE ProjectKey = ? ORDER BY Id"
    whole = pd.read_sql(sql, engine, params=("WEB",))
    assert str(whole.Created.dtype).startswith("datetime64[us")
    parts = list(pd.read_sql(sql, engine, params=("WEB",), chunksize=100))
    assert [len(part) for part in parts[:-1]] == [100] * (len(parts) - 1)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    named = pd.read_sql(sa.text("SELECT Id FROM Issues WHERE ProjectKey = :key"), engine, params={"key": "WEB"})
    assert len(named) == len(whole) > 0
    assert set(pd.read_sql_table("Projects", engine).ProjectKey) == set(pd.read_sql("FROM Projects", engine).ProjectKey)


def test_own_tables(backlog):
    metadata = sa.MetaData()
    kinds = sa.Table(
        "Kinds",
        metadata,
        sa.Column("id", sa.Integer, sa.Sequence("ids", metadata=metadata), primary_key=True),
        sa.Column("amount", sa.Numeric(10, 2)),
        sa.Column("at", sa.DateTime(timezone=True), comment="when"),
        sa.Column("on", sa.Date),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("tags", sa.ARRAY(sa.String)),
        sa.Column("more", sa.JSON),
        sa.Column("ratio", sa.Float),
        sa.Column("key", sa.Uuid, unique=True),
    )
    moment = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)
    engine = sa.create_engine(address(backlog), poolclass=sa.pool.StaticPool)
    with engine.connect() as connection:
        metadata.create_all(connection)
        row = {
            "amount": decimal.Decimal("1.25"),
            "at": moment,
            "on": moment.date(),
            "ok": True,
            "more": {"a": [1, None]},
        }
        assert connection.execute(kinds.insert().returning(kinds.c.id, kinds.c.amount), row).one() == (1, row["amount"])
        assert connection.execute(kinds.insert(), {"ok": False, "ratio": 0.1}).inserted_primary_key == (2,)
        got = connection.execute(sa.select(kinds).order_by("id")).mappings().all()
        assert {name: got[0][name] for name in row} == row and got[1]["ratio"] == 0.1
        assert connection.scalar(sa.select(kinds.c.more["a"][0].as_integer())) == 1
        assert (
            connection.execute(kinds.update().where(kinds.c.id == 1).values(tags=sa.text("['x', 'y']"))).rowcount == 1
        )
        assert connection.scalar(sa.select(kinds.c.tags).where(kinds.c.id == 1)) == ["x", "y"]
        inspector = sa.inspect(connection)
        assert "Kinds" in inspector.get_table_names() and inspector.get_table_names("main") == ["Kinds"]
        found = {column["name"]: column for column in inspector.get_columns("kinds")}
        assert [str(found[name]["type"]) for name in ("amount", "at", "on", "ok", "key")] == [
            "NUMERIC(10, 2)", "TIMESTAMP", "DATE", "BOOLEAN", "UUID"
        ]  # fmt: skip
        assert found["at"]["comment"] == "when" and not found["ok"]["nullable"]
        assert isinstance(found["tags"]["type"], sa.ARRAY) and isinstance(found["more"]["type"], sa.JSON)
        assert inspector.get_pk_constraint("Kinds")["constrained_columns"] == ["id"]
        assert [unique["column_names"] for unique in inspector.get_unique_constraints("Kinds")] == [["key"]]
    engine.dispose()


@pytest.fixture
def own(backlog):
    """A connection whose session is kept."""
    engine = sa.create_engine(address(backlog), poolclass=sa.pool.StaticPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_keys_are_numbered(own):
    class Base(orm.DeclarativeBase):
        pass

    class Note(Base):
        __tablename__ = "note's"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        text: orm.Mapped[str | None]
        done: orm.Mapped[bool] = orm.mapped_column(server_default=sa.true())

    for _ in range(2):  # the numbers go with the table, and begin anew
        Base.metadata.create_all(own)
        with orm.Session(own) as session:
            session.add_all(Note(text=text) for text in "ab")
            session.commit()
            assert [(note.id, note.done) for note in session.scalars(sa.select(Note).order_by(Note.id))] == [
                (1, True), (2, True)
            ]  # fmt: skip
        (key, _, done) = sa.inspect(own).get_columns(Note.__tablename__)
        assert key["autoincrement"] and done["default"] == "true"
        Base.metadata.drop_all(own)
        assert sa.inspect(own).get_sequence_names() == []


def test_own_views_are_no_tables(own):
    own.execute(sa.text("CREATE TABLE t AS SELECT 1 AS a"))
    own.execute(sa.text("CREATE VIEW v AS SELECT a FROM t"))
    own.execute(sa.text("CREATE VIEW w AS SELECT Id FROM Projects"))
    inspector = sa.inspect(own)
    assert inspector.get_table_names("main") == ["t"] and inspector.get_view_names("main") == ["v", "w"]
    assert "t" in inspector.get_table_names() and inspector.get_view_names() == ["v", "w"]
    assert inspector.get_view_names("backlog") == [] and "Issues" in inspector.get_table_names("backlog")
    assert [column["name"] for column in inspector.get_columns("w")] == ["Id"]


@pytest.mark.parametrize("row", ["1, 1, 1", "2, NULL, 1", "2, 1, 99", "2, 2, 1"])
def test_broken_constraints(own, row):
    own.execute(sa.text("CREATE TABLE r (a INTEGER PRIMARY KEY)"))
    own.execute(
        sa.text("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER NOT NULL CHECK (b < 2), c INTEGER REFERENCES r)")
    )
    own.execute(sa.text("INSERT INTO r VALUES (1)"))
    own.execute(sa.text("INSERT INTO t VALUES (1, 1, 1)"))
    with pytest.raises(exc.IntegrityError):
        own.execute(sa.text(f"INSERT INTO t VALUES ({row})"))


def test_unread_answers_end_with_their_checkout(backlog):
    engine = sa.create_engine(address(backlog), pool_size=1, max_overflow=0)
    for n in range(30):
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE OR REPLACE TABLE t AS FROM range(100000)"))
            unread = connection.execute(sa.text("FROM t"))
            if n % 2:
                unread.fetchone()
    engine.dispose()


def test_closed_answers_are_not_in_the_way(own):
    own.execute(sa.text("CREATE TABLE t AS FROM range(5000000)"))
    for n in range(30):
        assert own.scalar(sa.text("FROM t")) is not None
        own.execute(sa.text("INSERT INTO t VALUES (:n)"), {"n": n})
    answer = own.execute(sa.text("FROM t LIMIT 100000"))
    own.execute(sa.text("INSERT INTO t VALUES (0)"))
    assert len(answer.all()) == 100000


def test_numbers_are_of_their_type(own):
    amount = sa.Numeric(10, 2)
    half = sa.cast(sa.literal(decimal.Decimal("5.52")), amount) / sa.cast(sa.literal(decimal.Decimal("2.40")), amount)
    assert own.scalar(sa.select(half)) == decimal.Decimal("2.30")
    assert own.scalar(sa.select(sa.type_coerce(half, sa.Numeric(asdecimal=False)))) == pytest.approx(2.3)
    table = sa.Table("t", sa.MetaData(), sa.Column("a", amount), sa.Column("b", sa.Float))
    table.create(own)
    own.execute(table.insert(), [{"a": 1.5, "b": decimal.Decimal(2)}, {"a": decimal.Decimal("2.25"), "b": 0.5}])
    assert own.execute(sa.select(table).order_by("a")).all() == [
        (decimal.Decimal("1.50"), 2.0), (decimal.Decimal("2.25"), 0.5)
    ]  # fmt: skip


def test_windows_and_fetch(own, issues):
    last = sa.func.max(issues.c.Id).over(order_by=issues.c.Id, rows=(0, 1))
    rows = own.execute(sa.select(issues.c.Id, last).order_by(issues.c.Id).offset(1).fetch(3)).all()
    assert [rows[0][1], rows[1][1]] == [rows[1][0], rows[2][0]] and len(rows) == 3
    with pytest.raises(exc.CompileError, match="WITH TIES"):
        own.execute(sa.select(issues.c.Id).order_by(issues.c.Id).fetch(3, with_ties=True))


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        (sa.cast("Ab", sa.String).ilike("a_"), True),
        (sa.cast("Ab", sa.String).regexp_match("a", flags="i"), True),
        (sa.cast("ab", sa.String).regexp_replace("b$", "c"), "ac"),
        (sa.literal(7) / sa.literal(2), 3.5),
        (sa.literal(7) // sa.literal(2), 3),
        (sa.literal(6).bitwise_xor(3), 5),
        (sa.literal("a").in_([]), False),
        (sa.literal(None).is_distinct_from(1), True),
    ],
)
def test_expressions(engine, expression, want):
    with engine.connect() as connection:
        assert connection.scalar(sa.select(expression)) == want


def test_every_connector_has_a_dialect(program):
    listed = subprocess.run([program, "connectors"], capture_output=True, text=True, check=True).stdout
    connectors = [line.split()[0] for line in listed.splitlines()[1:] if "built in" in line]
    assert connectors
    for connector in connectors:
        assert connector in ENTRIES and f"trackql.{connector}" in ENTRIES
        assert registry.load(connector).connector == connector
        assert issubclass(registry.load(connector), TrackQLDialect)


# The suite in two halves of about the same length, by what names of tests hold.
HALF = "ComponentReflection or JSON or Numeric or Returning"
PAGE = (HERE.parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
LEFT_OUT = runpy.run_path(str(HERE / "sqlalchemy_suite" / "requirements.py"))


@pytest.fixture(scope="module")
def compliance(program, tmp_path_factory):
    """What came of SQLAlchemy's own tests of dialects, run in processes of their own."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "trackql.yaml").write_text("sources: {}\n")
    halves = [
        _begin_suite(folder / f"{number}.json", folder / "trackql.yaml", names)
        for number, names in enumerate((HALF, f"not ({HALF})"))
    ]
    try:
        printed = [half.communicate(timeout=900)[0] for half in halves]
    finally:
        for half in halves:
            half.kill()
    for half, text in zip(halves, printed, strict=True):
        assert half.returncode == 0, text[-5000:]
    return [json.loads((folder / f"{number}.json").read_text()) for number in range(2)]


def _begin_suite(report: pathlib.Path, config: pathlib.Path, names: str) -> subprocess.Popen:
    """Begin with the tests of dialects whose names hold, or do not, what is given."""
    path = os.pathsep.join([str(HERE.parent), "."])
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:dash", "-p", "no:cacheprovider", "-p", "plugin"]
        + ["-k", names, "--tb=short", "-c", "setup.cfg", "--rootdir=.", f"--dburi=trackql:///{config}", "suite.py"],
        cwd=HERE / "sqlalchemy_suite",
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "SUITE_REPORT": str(report)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_compliance(compliance, capfd):
    """All of the suite passes but for what is left out with a reason, and docs/python.md has the numbers."""
    passed = sum(half["passed"] for half in compliance)
    skipped = sum((collections.Counter(half["skipped"]) for half in compliance), collections.Counter())
    with capfd.disabled():
        print(f"\nSQLAlchemy's compliance suite: {passed} passed, {skipped.total()} left out")
        print(*(f"{count:5} {why}" for why, count in skipped.most_common()), sep="\n")
    reasons = {*LEFT_OUT["EXCLUDED"].values(), *LEFT_OUT["EXCLUDED_TESTS"].values()}
    assert set(skipped) <= reasons
    assert {name for half in compliance for name in half["excluded"]} == set(LEFT_OUT["EXCLUDED_TESTS"])
    assert f"{passed:,} of its tests pass, {skipped.total()} are left out" in PAGE


def test_what_is_left_out_is_told():
    """The table of docs/python.md has each reason with what it leaves out, and nothing else."""
    told: dict[str, list[str]] = {}
    for name, why in LEFT_OUT["EXCLUDED"].items():
        told.setdefault(why, []).append(name)
    for pattern, why in LEFT_OUT["EXCLUDED_TESTS"].items():
        told.setdefault(why, []).append(re.match(r"\w+::(\w+)", pattern)[1])
    rows = [f"| {why} | {', '.join(f'`{name}`' for name in dict.fromkeys(names))} |" for why, names in told.items()]
    table = PAGE.partition("| why | what is left out |\n|---|---|\n")[2].partition("\n\n")[0]
    assert table.splitlines() == sorted(rows, key=str.lower)
