"""Every snippet of docs/python.md runs, over the emulated Backlog."""

import pathlib
import re
import runpy

import nbclient
import nbformat
import pytest
import tomllib
from jupyter_client.manager import start_new_kernel
from sqlalchemy.dialects import registry

HERE = pathlib.Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
ENTRIES = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]["entry-points"]["sqlalchemy.dialects"]
for name, target in ENTRIES.items():  # as the wheel has them
    registry.register(name, *target.split(":"))


def snippets() -> dict[str, str]:
    """Return the fenced blocks of Python by the heading above them, numbered where there are more than one."""
    found: dict[str, str] = {}
    heading = ""
    for line in re.finditer(r"^## (?P<heading>[^\n]+)$|^```python\n(?P<code>.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        if line["heading"]:
            heading = line["heading"]
        else:
            number = sum(name.startswith(heading) for name in found)
            found[f"{heading} {number + 1}" if number else heading] = line["code"]
    return found


SNIPPETS = snippets()

# What each snippet prints, as a pattern.
PRINTS = {
    "pandas": r"StatusName\n(.+\d+\n)+dtype: int64\n(100\n){4}",
    "polars": r"ProjectKey.*EstimatedHours(.|\n)*shape: \(3, ",
    "SQLAlchemy": r"\['\w+', '\w+', '\w+'\]\n(WEB-\d+ .+\n){3}",
    "petl": r"",
    "Dash": r"",
    "Without anything else": r"\['IssueKey', 'Summary'\]\n(\w+-\d+ .+\n){3}\(.+\)\nId: int64",
    "Several sources": r"\[(\('\w+',\)(, )?){3}\]\n",
    "Several sources 2": r"\(400,\)\n",
    "Threads, processes, servers": r"\[[1-9]\d*, [1-9]\d*\]\n",
    "Errors": r"ProgrammingError (.|\n)*Summary(.|\n)*NotSupportedError (.|\n)*read-only",
}


def filled(code: str, backlog) -> str:
    """Put the emulator's address and key in place of the two placeholders."""
    assert "YOUR_API_KEY" in code and "https://yourURL.backlog.com" in code
    return code.replace("YOUR_API_KEY", backlog.key).replace("https://yourURL.backlog.com", backlog.url)


def test_every_snippet_has_a_test():
    assert set(SNIPPETS) == {*PRINTS, "Jupyter"}


@pytest.fixture
def run(backlog, tmp_path, monkeypatch, capsys):
    """Run a snippet as a program in a folder of its own; return its names and what it printed."""

    def run(name: str) -> tuple[dict, str]:
        monkeypatch.chdir(tmp_path)
        program = tmp_path / "snippet.py"
        program.write_text(filled(SNIPPETS[name], backlog), encoding="utf-8")
        return runpy.run_path(str(program), run_name="snippet"), capsys.readouterr().out

    return run


@pytest.mark.parametrize("name", PRINTS)
def test_snippet(run, name):
    _, printed = run(name)
    assert re.search(PRINTS[name], printed), printed


def test_petl_wrote(run, tmp_path):
    run("petl")
    lines = (tmp_path / "issues.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "IssueKey,Summary,Updated" and len(lines) > 10
    times = [line.rsplit(",", 1)[1] for line in lines[1:]]
    assert times == sorted(times)


def test_dash_draws(run):
    names, _ = run("Dash")
    layout = names["app"].server.test_client().get("/_dash-layout").get_json()
    graph = layout["props"]["children"][1]["props"]["figure"]["data"][0]
    assert graph["type"] == "bar" and sum(names["df"].Issues) == 400


def test_jupyter(backlog, tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell(filled(SNIPPETS["Jupyter"], backlog)))
    nbclient.NotebookClient(
        notebook, timeout=300, startup_timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    (output,) = notebook.cells[0].outputs
    figure = output["data"]["application/vnd.plotly.v1+json"]
    assert figure["data"][0]["type"] == "bar"


def test_interrupting_a_kernel(backlog, tmp_path):
    """The statement ends, and the connection goes on, with what was made in it."""
    manager, client = start_new_kernel(startup_timeout=300, cwd=str(tmp_path))

    def run(cell: str, on_output=lambda message: None) -> dict:
        return client.execute_interactive(cell, timeout=300, allow_stdin=False, output_hook=on_output)["content"]

    def interrupt(message: dict) -> None:
        if message["msg_type"] == "stream" and "now" in message["content"]["text"]:
            manager.interrupt_kernel()

    try:
        connected, _ = filled(SNIPPETS["Jupyter"], backlog).split("df = ")
        assert run(connected + "made = cnxn.execute('CREATE TABLE own AS SELECT 7 AS a')")["status"] == "ok"
        endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1"
        ended = run(f"print('now', flush=True)\npd.read_sql('{endless}', cnxn)", interrupt)
        assert (ended["status"], ended["ename"]) == ("error", "KeyboardInterrupt")
        # The session is free: it waits for what runs in it.
        after = run("assert pd.read_sql('SELECT a FROM own', cnxn).a.tolist() == [7]")
        assert after["status"] == "ok", after
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_exclusions_are_told():
    names = runpy.run_path(str(HERE / "sqlalchemy_suite" / "requirements.py"))
    for reason in names["EXCLUDED"].values():
        assert reason in PAGE
