"""The Dash programs of configs/dash, as a person sees them: in a browser, over the emulated Backlog."""

import collections
import contextlib
import hashlib
import http.client
import http.server
import itertools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

import pytest
from conftest import ROOT
from selenium import webdriver
from selenium.common.exceptions import SessionNotCreatedException
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

DASH = ROOT / "configs" / "dash"
PATIENCE = 120  # seconds, for a machine that has much else to do
WIDE, NARROW = (1440, 900), (390, 844)

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
    """A way to the emulated Backlog that keeps the paths that were asked.

    `mode` is how it answers: "on" as Backlog does, "down" with 503, "empty" as a
    Backlog without issues.
    """

    daemon_threads = True

    def __init__(self, target: str, mode: str = "on") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.mode, self.asked = urllib.parse.urlsplit(target).netloc, mode, []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def log_message(self, *args: object) -> None:
        """Keep the output of the tests free of it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path = urllib.parse.urlsplit(self.path).path
        if self.server.mode == "down":
            self.answer(503, {}, b"")
        elif self.server.mode == "empty" and path == "/api/v2/issues/count":
            self.answer(200, {"Content-Type": "application/json"}, b'{"count":0}')
        elif self.server.mode == "empty" and path == "/api/v2/issues":
            self.answer(200, {"Content-Type": "application/json"}, b"[]")
        else:
            self.ask()

    def ask(self) -> None:
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
def relayed(target: str, mode: str = "on"):
    """Serve a Relay."""
    with Relay(target, mode) as relay:
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
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = begun(options, driver)
    # A command may take as long as what it waits for.
    chromium.command_executor.client_config.timeout = 2 * PATIENCE
    chromium.set_page_load_timeout(PATIENCE)
    chromium.set_script_timeout(PATIENCE)
    yield Page(chromium)
    chromium.quit()


def begun(options: webdriver.ChromeOptions, driver: str) -> webdriver.Chrome:
    """Start the browser. Its driver gives it a minute, which a busy machine may need more than once."""
    with contextlib.suppress(SessionNotCreatedException):
        return webdriver.Chrome(options, webdriver.ChromeService(driver))
    return webdriver.Chrome(options, webdriver.ChromeService(driver))


class Page:
    """What the browser shows."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Open an address as somebody who was never there; `errors` begins anew."""
        self.driver.get_log("browser")
        self.size(*WIDE)
        remembered = {"origin": url.rstrip("/"), "storageTypes": "local_storage"}
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", remembered)
        self.driver.get(url)

    def js(self, code: str, *values: object) -> object:
        """Run JavaScript."""
        return self.driver.execute_script(code, *values)

    def until(self, holds, says: str = "") -> object:
        """Wait until a function of nothing returns something true, and return it."""
        return WebDriverWait(self.driver, PATIENCE, 0.1).until(lambda _: holds(), says)

    def size(self, width: int, height: int) -> None:
        """Make the window so large."""
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)

    def fit(self, width: int, height: int) -> None:
        """Make the window so large, and wait until the charts fit into it, too."""
        self.size(width, height)
        fits = """const near = (a, b) => Math.abs(a - b) < 2
            return [...document.querySelectorAll('.js-plotly-plot')].every(e => e.clientWidth < innerWidth
                && near(e.parentElement.clientWidth, e._fullLayout.width)
                && near(e.parentElement.clientHeight, e._fullLayout.height))"""
        self.until(lambda: self.js(fits), "the charts do not fit")

    def shoot(self, path: pathlib.Path) -> None:
        """Keep a picture of the whole page."""
        width, height = self.js("const e = document.documentElement; return [e.clientWidth, e.scrollHeight]")
        self.size(width, height)
        self.picture(path)

    def picture(self, path: pathlib.Path) -> None:
        """Keep a picture of what the window shows."""
        assert self.driver.save_screenshot(str(path))

    def text(self, selector: str) -> str:
        """Return the text of an element, "" where it is not there or not shown."""
        code = "const e = document.querySelector(arguments[0]); return e?.checkVisibility() ? e.innerText.trim() : ''"
        return self.js(code, selector)

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

    def click(self, selector: str, text: str = "") -> None:
        """Click the element of a selector that has the text, once it is there."""
        find = "return [...document.querySelectorAll(arguments[0])].find(e => e.innerText.includes(arguments[1]))"
        self.until(lambda: self.js(find, selector, text), f"there is no {selector} with {text!r}")
        self.js(find.replace("return", "const e =") + "; e.scrollIntoView({block: 'center'})", selector, text)
        self.js(find, selector, text).click()

    def click_bar(self, chart: str, number: int) -> None:
        """Click a bar of a chart as a hand does: come from elsewhere, and press when the chart has seen it."""
        self.settle()
        bar = self.driver.find_elements(By.CSS_SELECTOR, f"#{chart} .bars .point path")[number]
        self.js("arguments[0].scrollIntoView({block: 'center'})", bar)
        seen = f"return !!document.querySelector('#{chart} .js-plotly-plot')._hoverdata"
        ActionChains(self.driver).move_to_element(self.driver.find_element(By.CSS_SELECTOR, "h1")).perform()
        self.until(lambda: not self.js(seen), "the chart still sees the pointer")
        ActionChains(self.driver).move_to_element(bar).perform()
        self.until(lambda: self.js(seen), "the chart does not see the pointer")
        ActionChains(self.driver).click().perform()

    def settle(self) -> None:
        """Wait until nothing is asked and nothing is being drawn."""
        pending = """const {stored, completed, ...left} = window.store.getState().callbacks
            return Object.values(left).every(calls => !calls.length)"""
        self.until(lambda: self.js(pending), "the page does not come to rest")

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
            chromium.fit(*size)
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
    page.settle()


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
    ((total, closed, late),) = rows(
        team,
        """SELECT count(*), count(*) FILTER (StatusId = 4),
        count(*) FILTER (StatusId <> 4 AND DueDate < current_date) FROM Issues""",
    )
    ends = {name: count for name, count, _ in chromium.bars("burnup")}
    assert ends == {"登録": total, "完了（最終更新の週）": closed}
    told = f"全課題 {total} 件 未完了 {total - closed} 件 期限切れ {late} 件"
    assert chromium.text("#totals").split() == told.split()
    for gauge, label, share in (("#done", "完了率", closed / total), ("#late", "期限切れ率", late / (total - closed))):
        assert chromium.text(gauge).split() == [label, f"{100 * share:.1f}", "%"]
    assert keys(chromium) == rows(team, KEYS.format("DueDate < current_date"))
    colors = rows(team, STATUSES.format("true").replace("''", "any_value(StatusColor)"))
    drawn = "return document.querySelector('#status .js-plotly-plot').data[0].marker.color"
    assert chromium.js(drawn) == [color for color, *_ in colors]
    assert not chromium.js("return document.querySelectorAll('.modebar').length")
    assert chromium.errors() == []


def test_filters(chromium: Page, wall, team) -> None:
    show(chromium, wall[0])
    chromium.click("#project")
    chromium.click(".dash-dropdown-option", "WEB ")
    web = "ProjectKey = 'WEB'"
    want = rows(team, STATUSES.format(web))
    chromium.until(lambda: chromium.bars("status") == want, "the bars are not of WEB")
    chromium.click("#milestone")
    chromium.click(".dash-dropdown-option", "v2.0")
    both = web + " AND list_contains(string_split(MilestoneNames, ', '), 'v2.0')"
    want = rows(team, STATUSES.format(both))
    assert want
    chromium.until(lambda: chromium.bars("status") == want, "the bars are not of v2.0 of WEB")
    assert sorted(chromium.bars("assignee")) == sorted(rows(team, ASSIGNEES.format(both)))
    late = rows(team, KEYS.format(both + " AND DueDate < current_date"))
    chromium.until(lambda: keys(chromium) == late, "the table is not of v2.0 of WEB")
    assert chromium.errors() == []


def test_bars_filter_the_table(chromium: Page, wall, team) -> None:
    show(chromium, wall[0])
    chromium.click("#scope label", "未完了すべて")
    every = rows(team, KEYS.format("true"))
    assert len(every) > 100
    chromium.until(lambda: keys(chromium) == every[:100], "the table is not what is open")
    assert chromium.text("#heading") == f"未完了の課題　{len(every)} 件（はじめの 100 件）"
    _, status, count = chromium.bars("status")[1]
    chromium.click_bar("status", 1)
    chromium.until(lambda: chromium.text("#heading").endswith(f"　{count} 件"), f"the table is not {count} long")
    assert keys(chromium) == rows(team, KEYS.format("StatusName = ?"), status)
    assert status in chromium.text("#chips")
    _, assignee, _ = chromium.bars("assignee")[0]
    chromium.click_bar("assignee", 0)
    chromium.until(lambda: assignee in chromium.text("#chips"), "there is no chip of the assignee")
    both = KEYS.format("StatusName = ? AND coalesce(AssigneeName, '未割り当て') = ?")
    assert keys(chromium) == rows(team, both, status, assignee)
    chromium.click("#chips button", assignee)
    chromium.until(lambda: assignee not in chromium.text("#chips"), "the chip stays")
    chromium.click_bar("status", 1)
    chromium.until(lambda: not chromium.text("#chips"), "a second click does not let go of the bar")
    assert keys(chromium) == every[:100]
    assert chromium.errors() == []


def test_issue(chromium: Page, wall, team, tmp_path: pathlib.Path) -> None:
    show(chromium, wall[0])
    (key,) = keys(chromium)[1]
    assert not chromium.text("#panel")
    chromium.click("#table .key", key)
    chromium.until(lambda: key in chromium.text("#issue h2"), "the issue is not shown")
    ((summary, kind),) = rows(team, "SELECT Summary, IssueTypeName FROM Issues WHERE IssueKey = ?", key)
    assert chromium.text("#issue h2") == f"{key}　{summary}"
    assert kind in chromium.text("#issue dl")
    address = f"{wall[0]}#{key}"
    assert chromium.driver.current_url == address
    chromium.picture(tmp_path / "issue-wide.png")
    chromium.click("#close")
    chromium.until(lambda: not chromium.text("#panel"), "the issue stays")
    assert chromium.driver.current_url == wall[0]
    chromium.driver.back()
    chromium.until(lambda: key in chromium.text("#issue h2"), "the issue does not come back")
    show(chromium, address)
    chromium.until(lambda: key in chromium.text("#issue h2"), "the address does not open the issue")
    chromium.fit(*NARROW)
    chromium.picture(tmp_path / "issue-narrow.png")
    assert chromium.js("return document.querySelector('#panel').scrollWidth") <= NARROW[0]
    assert chromium.errors() == []


# The texts that cannot be read well: WCAG asks for 4.5 times the light, for large text 3 times.
# What lies below is the next background that is not see-through; texts in charts are filled.
DIM = """
const numbers = c => c.match(/[\\d.]+/g).map(Number)
const light = c => numbers(c).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
const below = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if ((numbers(c)[3] ?? 1) > 0) return c } return 'rgb(255,255,255)' }
return [...document.querySelectorAll('.page *')].filter(e => e.checkVisibility() && e.getClientRects().length
    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).flatMap(e => {
        const style = getComputedStyle(e), ink = e instanceof SVGElement ? style.fill : style.color
        const [a, b] = [light(ink), light(below(e))], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
        return ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5) ? [[e.textContent, ink, below(e), ratio]] : [] })
"""

# The boxes of the labels of each chart and gauge, and what they say.
LABELS = """
return [...document.querySelectorAll('.js-plotly-plot, .gauges > div')].map(chart =>
    [...chart.querySelectorAll('.xtick text, .ytick text, .legendtext, .bartext, .scale text, div[font-size]')]
    .map(e => [e.getBoundingClientRect(), e.textContent])
    .map(([r, says]) => [r.left, r.right, r.top, r.bottom, says]))
"""


def overlapping(page: Page) -> list[tuple[str, str]]:
    """Return the labels that lie upon one another, by more than a pixel."""
    return [
        (a[4], b[4])
        for boxes in page.js(LABELS)
        for a, b in itertools.combinations(boxes, 2)
        if a[0] < b[1] - 1 and b[0] < a[1] - 1 and a[2] < b[3] - 1 and b[2] < a[3] - 1
    ]


def dressed(page: Page, theme: str) -> bool:
    """Tell whether the page and its charts are in a theme."""
    drawn = "return document.querySelector('#burnup .js-plotly-plot')?.layout?.font?.color"
    ink = {"light": "#1f2933", "dark": "#e6ebf0"}[theme]
    return page.js(f"return !!document.querySelector('.page.{theme}')") and page.js(drawn) == ink


def test_looks(chromium: Page, wall, tmp_path: pathlib.Path) -> None:
    """Light and dark, wide and narrow, all can be read; the browser remembers the theme."""
    show(chromium, wall[0])
    for theme, label in (("light", "ライト"), ("dark", "ダーク")):
        chromium.click("#theme label", label)
        chromium.until(lambda: dressed(chromium, theme), f"it is not {theme}")  # noqa: B023
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            chromium.fit(*size)
            chromium.shoot(tmp_path / f"team-{name}-{theme}.png")
            assert chromium.js("return document.documentElement.scrollWidth") <= size[0]
            chromium.until(lambda: overlapping(chromium) == [], "labels overlap")
            assert chromium.js(DIM) == []
    chromium.driver.refresh()
    chromium.until(lambda: dressed(chromium, "dark"), "it is not dark again")
    assert chromium.errors() == []


def test_tracker_is_down(chromium: Page, backlog, tmp_path: pathlib.Path) -> None:
    """The page opens while the tracker is down, says so, and goes on when it is back; here without an issue."""
    with relayed(backlog.url, "down") as relay:
        settings = {"BACKLOG_URL": relay.url, "BACKLOG_API_KEY": backlog.key}
        with served(DASH / "team.py", tmp_path, **settings) as url:
            chromium.open(url)
            chromium.until(lambda: "Backlog から読み込めません" in chromium.text("#error"), "it does not say so")
            assert "503" in chromium.js("return document.querySelector('#error details').textContent")
            chromium.until(lambda: "まだ読み込めていません" in chromium.text("#status"), "the chart says nothing")
            for part in (".gauges", "#totals", "#table tbody"):
                assert chromium.text(part) == ""
            chromium.fit(*WIDE)
            chromium.shoot(tmp_path / "down.png")
            relay.mode = "empty"
            chromium.open(url)
            for part in ("#status", "#assignee", "#burnup", "#table"):
                chromium.until(lambda: "該当する課題はありません" in chromium.text(part), f"{part} says nothing")  # noqa: B023
            assert chromium.text("#error") == ""
            assert chromium.text("#totals").split() == ["全課題", "0", "件", "未完了", "0", "件", "期限切れ", "0", "件"]
            chromium.fit(*WIDE)
            chromium.shoot(tmp_path / "empty.png")
            assert chromium.errors() == []
