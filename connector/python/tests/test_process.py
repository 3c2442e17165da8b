"""The child: one for a process, and gone with it."""

import functools
import gc
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import trackql
import trackql.backlog
from trackql import _child


def run(source: str, backlog, **further) -> subprocess.Popen:
    """Start a Python program that finds the connection string in TEXT."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(source)],
        env={**os.environ, "TEXT": backlog.text},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **further,
    )


def ended(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([watched], [], [], 30)[0], f"process {pid} goes on"
    os.close(watched)


START = """
    import os, sys, trackql.backlog
    from trackql import _child
    cnxn = trackql.backlog.connect(os.environ["TEXT"])
    cursor = cnxn.cursor()
    cursor.execute("SELECT 1")
    print(_child.child()._process.pid, flush=True)
"""


@pytest.mark.parametrize("how", ["it ends", "it is killed", "it fails"])
def test_child_ends_with_the_process(backlog, how):
    parent = run(
        START
        + ("    sys.stdin.readline()\n    raise RuntimeError\n" if how == "it fails" else "    sys.stdin.readline()\n"),
        backlog,
    )
    pid = int(parent.stdout.readline())
    if how == "it is killed":
        parent.kill()
    _, errors = parent.communicate("\n")
    if how == "it ends":
        assert (parent.returncode, errors) == (0, "")
    if how == "it fails":
        assert parent.returncode == 1 and errors.rstrip().endswith("RuntimeError")
    ended(pid)


def test_one_child_for_all(backlog):
    with trackql.backlog.connect(backlog.text) as one, trackql.backlog.connect(backlog.text) as two:
        assert one.execute("SELECT 1").fetchall() == two.execute("SELECT 1").fetchall()
        assert len(_child.child()._spaces) >= 1


def test_child_that_died_is_replaced(backlog):
    with trackql.backlog.connect(backlog.text):
        before = _child.child()
        before._process.kill()
        before._process.wait()
    with trackql.backlog.connect(backlog.text) as cnxn, cnxn.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)
    assert _child.child() is not before


def test_fork(backlog):
    program = run(
        START
        + """
    import signal
    grand = os.fork()
    if grand == 0:
        signal.alarm(60)
        cursor = cnxn.cursor()
        cursor.execute("SELECT 2")
        if os.fork() == 0:
            signal.alarm(60)
            with cnxn.cursor() as deeper:
                print(deeper.execute("SELECT 3").fetchone(), flush=True)
            sys.exit(0)
        print(cursor.fetchone(), os.wait()[1], flush=True)
        sys.exit(0)
    print("status", os.waitpid(grand, 0)[1], flush=True)
    print(cursor.fetchone(), cnxn.cursor().execute("SELECT 4").fetchone(), flush=True)
    """,
        backlog,
    )
    out, errors = program.communicate(timeout=120)
    assert out.splitlines()[1:] == ["(3,)", "(2,) 0", "status 0", "(1,) (4,)"], errors
    assert (program.returncode, errors) == (0, "")


def test_fork_leaves_the_child_of_the_parent_alone(backlog):
    """The parent's child ends with the parent, though a forked process lives on."""
    parent = run(
        START
        + """
    if os.fork() == 0:
        os.close(1); os.close(2)
        sys.stdin.readline()
        os._exit(0)
    os._exit(0)
    """,
        backlog,
    )
    pid = int(parent.stdout.readline())
    parent.wait()
    ended(pid)
    parent.stdin.close()
    parent.stdout.close()
    parent.stderr.close()


def side_by_side(work) -> None:
    """Run work(n) in 50 threads; tell what went wrong in any of them."""
    with ThreadPoolExecutor(50) as threads:
        for done in [threads.submit(work, n) for n in range(50)]:
            done.result()


def held() -> list[dict[str, int]]:
    """What the child holds for its clients, by address."""
    child = _child.child()
    with child._lock:
        child._send({"held": True})
        return json.loads(child._process.stdout.readline())["held"]


def settled() -> tuple[int, int]:
    """Return how many files this process and its child have open, when nothing is under way."""
    gc.collect()
    late = time.monotonic() + 60
    while any(h[what] for h in held() for what in ("clients", "statements", "prepared", "unread", "kept")):
        assert time.monotonic() < late, held()  # the child hears of the end of a statement a moment later
    return tuple(len(os.listdir(f"/proc/{pid}/fd")) for pid in (os.getpid(), _child.child()._process.pid))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="it looks into /proc")
def test_threads_leave_nothing(backlog):
    """50 threads, with connections of their own and over one that they share, leave nothing behind."""

    def use(cnxn: trackql.Connection, number: int) -> None:
        cursor = cnxn.cursor()
        assert cursor.execute("SELECT ? * 100 + 1", [number]).fetchone() == (number * 100 + 1,)
        assert cursor.execute("SELECT count(*) FROM Issues").fetchall() == [(400,)]
        cursor.execute("FROM range(100000)")
        if number % 2:
            cursor.close()  # with rows that nobody reads

    def work(shared: trackql.Connection, number: int) -> None:
        use(shared, number)
        with trackql.backlog.connect(backlog.text) as own:
            use(own, number)
            if number % 10 == 0:
                own.cursor().execute("CREATE TABLE own AS SELECT 1 AS a")
                own.cursor().execute("SELECT a + ? FROM own", [1])

    after = []
    for _ in range(3):
        with trackql.backlog.connect(backlog.text) as cnxn:
            side_by_side(functools.partial(work, cnxn))
        after.append(settled())
    assert after[2] <= after[1], after  # the first round opens what stays open
    assert all(h["sessions"] == h["free_sessions"] <= 2 * os.cpu_count() for h in held())


def test_ctrl_c_ends_the_statement_alone(backlog):
    program = run(
        START
        + """
    try:
        print("now", flush=True)
        cursor.execute("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1")
        cursor.fetchall()
    except KeyboardInterrupt:
        print("interrupted", cnxn.cursor().execute("SELECT 5").fetchone(), flush=True)
    """,
        backlog,
        start_new_session=True,
    )
    program.stdout.readline()
    assert program.stdout.readline() == "now\n"
    os.killpg(program.pid, signal.SIGINT)
    out, errors = program.communicate(timeout=120)
    assert out == "interrupted (5,)\n", errors
    assert program.returncode == 0


@pytest.mark.parametrize("parameters", [None, [1]])
def test_ctrl_c_while_the_statement_runs(backlog, parameters):
    """The signal comes when the program is at work, and is a KeyboardInterrupt all the same."""
    program = run(
        START
        + f"""
    import json, signal, threading
    cursor.fetchall()
    endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = "
    child = _child.child()
    def watch():
        working = False
        while not working:
            with child._lock:
                child._send({{"held": True}})
                working = any(h["statements"] for h in json.loads(child._process.stdout.readline())["held"])
        os.kill(os.getpid(), signal.SIGINT)
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        cursor.execute(endless + "{"1" if parameters is None else "?"}", {parameters})
    except KeyboardInterrupt:
        thread.join()
        print("interrupted", cursor.execute("SELECT 5").fetchone(), flush=True)
    """,
        backlog,
    )
    program.stdout.readline()
    out, errors = program.communicate(timeout=120)
    assert out == "interrupted (5,)\n", errors
    assert program.returncode == 0


def test_nobody_else_reaches_the_socket(backlog, cnxn):
    address = _child.child()._spaces.values()
    folder = pathlib.Path(next(iter(address)).removeprefix("grpc+unix://")).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    import adbc_driver_flightsql.dbapi as flight

    for header in ({}, {"adbc.flight.sql.authorization_header": "Bearer guess"}):
        with (
            flight.connect(next(iter(address)), db_kwargs=header, autocommit=True) as other,
            pytest.raises(trackql.Error, match="authenticate|token"),
            other.cursor() as cursor,
        ):
            cursor.execute("SELECT 1")


def test_child_that_died_is_replaced_below_a_connection(backlog):
    with trackql.backlog.connect(backlog.text) as cnxn:
        process = _child.child()._process
        process.kill()
        process.wait()
        with cnxn.cursor() as cursor:
            assert cursor.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("end", ["", "os._exit(0)", "raise SystemExit(0)"])
def test_a_program_that_closes_nothing(backlog, end):
    program = run(
        f"""
    import os, trackql.backlog
    cnxn = trackql.backlog.connect(os.environ["TEXT"])
    cursor = cnxn.cursor()
    cursor.execute("SELECT * FROM range(100000)")
    other = trackql.backlog.connect(os.environ["TEXT"]).cursor().execute("SELECT 1")
    print(cursor.fetchone(), flush=True)
    {end}
    """,
        backlog,
    )
    out, errors = program.communicate(timeout=120)
    assert (program.returncode, out, errors) == (0, "(0,)\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="it is asked over a Unix socket")
def test_gunicorn(backlog, tmp_path):
    """A connection that was made before the workers were forked serves all of them."""
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import os, trackql.backlog
            cnxn = trackql.backlog.connect(os.environ["TEXT"])
            assert cnxn.cursor().execute("SELECT 1").fetchone() == (1,)
            def app(environ, start_response):
                with cnxn.cursor() as cursor:
                    n, = cursor.execute("SELECT count(*) FROM Issues").fetchone()
                start_response("200 OK", [])
                return [f"{os.getpid()} {n}".encode()]
            """
        ),
        encoding="utf-8",
    )
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--preload",
            "-w",
            "2",
            "--threads",
            "4",
            "-b",
            f"unix:{tmp_path}/s",
            "app:app",
        ],
        cwd=tmp_path,
        env={**os.environ, "TEXT": backlog.text},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while "Booting worker" not in (line := server.stderr.readline()):
            assert line, "gunicorn does not start"
        answers = [_get(tmp_path / "s") for _ in range(10)]
        assert {answer.split()[1] for answer in answers} == {"400"}
    finally:
        server.terminate()
        server.communicate(timeout=60)


RELOADED = """
import os, trackql.backlog, werkzeug
from trackql import _child
cnxn = trackql.backlog.connect(os.environ["TEXT"])
print(_child.child()._process.pid, flush=True)
def app(environ, start_response):
    with cnxn.cursor() as cursor:
        n, = cursor.execute("SELECT count(*) + {more} FROM Issues").fetchone()
    start_response("200 OK", [("Connection", "close")])
    return [str(n).encode()]
if __name__ == "__main__":
    werkzeug.run_simple(
        "unix://" + os.environ["SOCKET"], 0, app, use_reloader=True, reloader_type="stat", reloader_interval=0.1
    )
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it is asked over a Unix socket")
def test_reloader(backlog, tmp_path):
    """Werkzeug's reloader runs a program in a process of its own, and in another at each change."""
    app, written = tmp_path / "app.py", tmp_path / "written.py"
    app.write_text(RELOADED.format(more=0), encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-W", "error", "app.py"],
        cwd=tmp_path,
        env={**os.environ, "TEXT": backlog.text, "SOCKET": str(tmp_path / "s")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = []
    try:
        children.append(int(server.stdout.readline()))  # of the process that watches
        for more in (0, 1):
            children.append(int(server.stdout.readline()))
            assert _get(tmp_path / "s") == str(400 + more)
            if more == 0:
                written.write_text(RELOADED.format(more=1), encoding="utf-8")
                os.replace(written, app)  # at once: it is watched
        ended(children[1])
        assert len(set(children)) == 3
    finally:
        os.killpg(server.pid, signal.SIGINT)
        _, errors = server.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    for pid in children:
        ended(pid)


def _get(path: pathlib.Path) -> str:
    import http.client
    import socket

    connection = http.client.HTTPConnection("localhost", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", "/")
    body = connection.getresponse().read().decode()
    connection.close()
    return body
