"""The Dash programs of configs/dash, as a person sees them: in a browser, over the emulated Backlog."""

import collections
import contextlib
import hashlib
import http.client
import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import ROOT
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

DASH = ROOT / "configs" / "dash"
PATIENCE = 300  # seconds, for a machine that has much else to do
WIDE, NARROW = (1600, 1000), (400, 900)

# The lines of the article's program that differ from article.py: there, and here.
EDITS = [
    ("import dash_core_components as dcc", "from dash import dcc"),
    ("import dash_html_components as html", "from dash import html"),
    ("import cdata.backlog as mod", "import trackql.backlog as mod"),
    ("['https://codepen.io/chriddyp/pen/bWLwgP.css']", "['/assets/article.css']"),
    ("go.Layout(alt='Backlog Issues Data', barmode='stack')", "go.Layout(barmode='stack')"),
    ("app.run_server(debug=True)", "app.run(debug=True)"),
]
ARTICLE = "44620b7d85c44102b7512864c6765f2533bd5a6dbe6c5f6d32b66a40d74fe658"


class Relay(http.server.ThreadingHTTPServer):
    """A way to the emulated Backlog that keeps the paths that were asked."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.asked = urllib.parse.urlsplit(target).netloc, []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def log_message(self, *args: object) -> None:
        """Keep the output of the tests free of it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        asked = {"Backlog-API-Key": self.headers["Backlog-API-Key"]}
        with contextlib.closing(http.client.HTTPConnection(self.server.target, timeout=PATIENCE)) as backlog:
            backlog.request("GET", self.path, headers=asked)
            answer = backlog.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name not in ("Connection", "Content-Length")}
            self.answer(answer.status, kept, answer.read())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def relayed(target: str):
    """Serve a Relay."""
    with Relay(target) as relay:
        thread = threading.Thread(target=relay.serve_forever)
        thread.start()
        try:
            yield relay
        finally:
            relay.shutdown()
            thread.join()


@contextlib.contextmanager
def served(script: pathlib.Path, folder: pathlib.Path, **settings: str):
    """Run a program that serves a page, and yield the page's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    kept = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "PORT": str(port), **settings}
    said = folder / "said.txt"
    with open(said, "w") as output:
        process = subprocess.Popen(
            [sys.executable, str(script)],
            env={**os.environ, **kept},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def answers(process: subprocess.Popen) -> bool:
        assert process.poll() is None, said.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=PATIENCE) as page:
            return page.status == 200
        return False

    try:
        WebDriverWait(process, PATIENCE).until(answers, said.read_text())
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # also the process that the reloader made
        process.wait()


@pytest.fixture(scope="module")
def chromium():
    """A browser without a screen, which reaches this machine alone."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert browser and driver, "these tests need chromium and chromedriver: `make need` installs them"
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (
        "--headless=new",
        "--no-sandbox",  # as root there is none
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = webdriver.Chrome(options, webdriver.ChromeService(driver))
    chromium.set_page_load_timeout(PATIENCE)
    chromium.set_script_timeout(PATIENCE)
    yield Page(chromium)
    chromium.quit()


class Page:
    """What the browser shows."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Open an address as somebody who was never there; `errors` begins anew."""
        self.driver.get_log("browser")
        self.size(*WIDE)
        everything = {"origin": url.rstrip("/"), "storageTypes": "all"}
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", everything)
        self.driver.get(url)

    def js(self, code: str, *values: object) -> object:
        """Run JavaScript."""
        return self.driver.execute_script(code, *values)

    def until(self, holds, says: str = "") -> object:
        """Wait until a function of nothing returns something true, and return it."""
        return WebDriverWait(self.driver, PATIENCE).until(lambda _: holds(), says)

    def size(self, width: int, height: int) -> None:
        """Make the window so large."""
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)

    def shoot(self, path: pathlib.Path) -> None:
        """Keep a picture of the whole page."""
        width, height = self.js("const e = document.documentElement; return [e.clientWidth, e.scrollHeight]")
        self.size(width, height)
        self.driver.save_screenshot(str(path))

    def text(self, selector: str) -> str:
        """Return the text of an element, "" where it is not there."""
        return self.js("const e = document.querySelector(arguments[0]); return e ? e.innerText.trim() : ''", selector)

    def bars(self, chart: str) -> list[tuple]:
        """Return the bars of a chart, each with the name of its trace, its y and its x."""
        return self.js(
            """const gd = document.querySelector('#' + arguments[0] + ' .js-plotly-plot')
            if (!gd || !gd.data || !gd._fullData) return []
            // An array that came as bytes is an array in what Plotly made of it.
            const array = (i, name) => Array.from(gd.data[i][name]?.bdata ? gd._fullData[i][name]
                : gd.data[i][name] ?? [])
            return gd.data.flatMap((t, i) => array(i, 'y').map((y, j) => [t.name ?? '', y, array(i, 'x')[j]]))""",
            chart,
        )

    def errors(self) -> list[str]:
        """Return what the browser complained of since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]


def test_article_is_the_articles_program() -> None:
    """Each edit undone, once, is the article's program to the byte."""
    text = (DASH / "article.py").read_text()
    for theirs, ours in EDITS:
        assert text.count(ours) == 1, ours
        text = text.replace(ours, theirs)
    assert hashlib.sha256(text.encode()).hexdigest() == ARTICLE


def test_article(chromium: Page, backlog, cnxn, tmp_path: pathlib.Path) -> None:
    text = (DASH / "article.py").read_text()
    assert (text.count("YOUR_API_KEY"), text.count("https://yourURL.backlog.com")) == (1, 1)
    script = tmp_path / "article.py"
    script.write_text(text.replace("YOUR_API_KEY", backlog.key).replace("https://yourURL.backlog.com", backlog.url))
    (tmp_path / "assets").symlink_to(DASH / "assets")
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT ProjectID, Id FROM Issues WHERE Id = '1'")
        want = [["Id", *row] for row in cursor.fetchall()]
    assert want
    with served(script, tmp_path) as url:
        chromium.open(url)
        chromium.until(lambda: chromium.bars("example-graph") == want, f"the bars are not {want}")
        assert chromium.text("h1") == "CData Extention + Dash"
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            chromium.size(*size)
            chromium.shoot(tmp_path / f"article-{name}.png")
            assert chromium.js("return document.documentElement.scrollWidth") <= size[0]
        # With debug=True, Dash's tools for developers ask the network whether there is
        # a newer Dash, and there is no network here. Nothing else may fail.
        newer = "https://dash-version.plotly.com:8080/current_version"
        assert [error for error in chromium.errors() if not error.startswith(newer)] == []


@pytest.fixture(scope="module")
def wall(chromium: Page, backlog, tmp_path_factory: pytest.TempPathFactory):
    """The address of team.py, and the relay that it asks; it was opened once, and has drawn everything."""
    folder = tmp_path_factory.mktemp("wall")
    with relayed(backlog.url) as relay:
        settings = {"BACKLOG_URL": relay.url, "BACKLOG_API_KEY": backlog.key}
        with served(DASH / "team.py", folder, **settings) as url:
            relay.begun = time.monotonic()
            show(chromium, url)
            relay.first, relay.took = list(relay.asked), time.monotonic() - relay.begun
            yield url, relay


def show(page: Page, url: str) -> None:
    """Open team.py, and wait until all of it is drawn."""
    page.open(url)
    page.until(lambda: page.bars("status") and page.bars("assignee") and page.bars("burnup"), "no charts")
    page.until(lambda: page.text("#totals") and page.text("#table tbody .key"), "no numbers, or no table")


@pytest.fixture
def team(backlog):
    """A connection in the zone of the wall, which keeps nothing."""
    import trackql.backlog

    with trackql.backlog.connect(backlog.text, Cache="0s", timezone="Asia/Tokyo") as connection:
        yield connection


def rows(connection, sql: str, *values: object) -> list[list]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        return [list(row) for row in cursor.execute(sql, values).fetchall()]


STATUSES = """SELECT '', StatusName, count(*) FROM Issues WHERE StatusId <> 4 AND {}
    GROUP BY ALL ORDER BY min(StatusDisplayOrder), StatusName"""
ASSIGNEES = """SELECT StatusName, coalesce(AssigneeName, '未割り当て') AS Assignee, count(*) FROM Issues
    WHERE StatusId <> 4 AND {} GROUP BY ALL"""
KEYS = """SELECT IssueKey FROM Issues WHERE StatusId <> 4 AND {} ORDER BY DueDate NULLS LAST, IssueKey"""


def keys(page: Page) -> list[list[str]]:
    """Return the keys of the table."""
    return page.js("return [...document.querySelectorAll('#table .key')].map(e => [e.innerText])")


def test_six_pictures_ask_once(wall) -> None:
    _, relay = wall
    pages = [urllib.parse.urlsplit(path) for path in relay.first]
    queries = [urllib.parse.parse_qs(page.query) for page in pages if page.path == "/api/v2/issues"]
    offsets = collections.Counter(int(query["offset"][0]) for query in queries if "offset" in query)
    # What was fetched answers for a minute: a slow machine may be longer at it than that.
    minutes = 1 + int(relay.took // 60)
    assert set(offsets) == {0, 100, 200, 300}
    assert max(offsets.values()) <= minutes, relay.first


def test_pictures_are_sql(chromium: Page, wall, team) -> None:
    show(chromium, wall[0])
    assert chromium.bars("status") == rows(team, STATUSES.format("true"))
    assert sorted(chromium.bars("assignee")) == sorted(rows(team, ASSIGNEES.format("true")))
    assert rows(team, "SELECT count(*), count(*) FILTER (StatusId = 4) FROM Issues") == [
        [chromium.bars("burnup")[len(chromium.bars("burnup")) // 2 - 1][1], chromium.bars("burnup")[-1][1]]
    ]
    late = KEYS.format("DueDate < current_date")
    chromium.until(lambda: keys(chromium) == rows(team, late), "the table is not what is late")
    colors = rows(team, STATUSES.format("true").replace("''", "any_value(StatusColor)"))
    drawn = "return document.querySelector('#status .js-plotly-plot').data[0].marker.color"
    assert chromium.js(drawn) == [color for color, *_ in colors]
    assert not chromium.js("return document.querySelectorAll('.modebar').length")
    assert chromium.errors() == []
