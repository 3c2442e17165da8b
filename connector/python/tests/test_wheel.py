"""The wheel: what is in it, on which machines it runs, and the article's lines from it."""

import base64
import hashlib
import importlib.util
import os
import pathlib
import re
import struct
import subprocess
import sys
import textwrap
import venv
import zipfile

import pytest

ROOT = pathlib.Path(__file__).parents[3]
PACKAGE = ROOT / "connector" / "python"

_spec = importlib.util.spec_from_file_location("hatch_build", PACKAGE / "hatch_build.py")
hatch_build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hatch_build)


def make(folder: pathlib.Path, program: str) -> pathlib.Path:
    """Make a wheel with a program in a folder."""
    environment = {**os.environ, "TRACKQL_PROGRAM": program, "PYTHON": sys.executable, "OUT": str(folder)}
    subprocess.run([str(ROOT / ".ci" / "wheel")], check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(program, tmp_path_factory) -> pathlib.Path:
    """The wheel that TRACKQL_WHEEL names, else one with the program of these tests."""
    if named := os.environ.get("TRACKQL_WHEEL"):
        return pathlib.Path(named)
    return make(tmp_path_factory.mktemp("wheel"), program)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> pathlib.Path:
    """The folder of the commands of a fresh environment with the wheel, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("fresh") / "v"
    venv.create(folder)
    versions = folder.with_name("versions.txt")  # pip takes no extras here
    versions.write_text(
        re.sub(r"\[[^]]*\]", "", (PACKAGE / "requirements-test.txt").read_text(encoding="utf-8")), encoding="utf-8"
    )
    commands = folder / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", commands / "python", "install", "-q", "--disable-pip-version-check"]
        + ["-c", versions, f"{wheel}[sqlalchemy]", "pandas"],
        check=True,
        env=clean(),
    )
    return commands


def clean() -> dict[str, str]:
    """The environment without what would lead to this checkout."""
    return {name: value for name, value in os.environ.items() if name not in ("TRACKQL_PROGRAM", "PYTHONPATH")}


def run(installed: pathlib.Path, *arguments: str, folder: pathlib.Path) -> str:
    """Return what a command of the environment prints, with warnings as errors."""
    done = subprocess.run(
        [installed / arguments[0], *arguments[1:]],
        cwd=folder,
        env={**clean(), "PYTHONWARNINGS": "error", "PATH": f"{installed}{os.pathsep}{os.defpath}"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_article(installed, backlog, cnxn, tmp_path):
    source = f"""
        import pandas as pd, trackql.backlog as mod
        cnxn = mod.connect("{backlog.text}")
        df = pd.read_sql("SELECT Id, ProjectID FROM Issues WHERE Id = '1'", cnxn)
        print(df.ProjectID)
        print(mod.__file__)
    """
    printed = run(installed, "python", "-c", textwrap.dedent(source), folder=tmp_path)
    import pandas as pd

    want = pd.read_sql("SELECT Id, ProjectID FROM Issues WHERE Id = '1'", cnxn)
    assert len(want) == 1
    assert printed.startswith(f"{want.ProjectID}\n")
    assert pathlib.Path(printed.splitlines()[-1]).is_relative_to(installed.parent)


def test_dialects_are_found(installed, backlog, tmp_path):
    source = f"""
        import sqlalchemy as sa
        for name in ("trackql+backlog", "backlog"):
            engine = sa.create_engine(name + ":///?ApiKey={backlog.key}&Url={backlog.url}")
            with engine.connect() as connection:
                print(connection.scalar(sa.text("SELECT count(*) FROM Issues")))
            engine.dispose()
    """
    assert run(installed, "python", "-c", textwrap.dedent(source), folder=tmp_path) == "400\n400\n"


@pytest.mark.parametrize("command", [["trackql"], ["python", "-m", "trackql"]], ids=" ".join)
def test_program_runs(installed, program, tmp_path, command):
    want = subprocess.run([program, "version"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    assert run(installed, *command, "version", folder=tmp_path) == want


def test_command_does_not_call_itself(installed, tmp_path):
    """A package without a program finds this very command in PATH."""
    source = tmp_path / "bin" / "trackql"
    source.parent.mkdir()
    source.write_text("from trackql import __main__\n__main__.program = lambda: __file__\n__main__.main()\n")
    done = subprocess.run([installed / "python", source], env=clean(), stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 1
    assert "set TRACKQL_PROGRAM" in done.stderr


def test_contents(wheel, program):
    with zipfile.ZipFile(wheel) as archive:
        files = {file.filename: file for file in archive.infolist()}
        (info,) = {name.split("/")[0] for name in files if ".dist-info/" in name}
        binary = next(file for name, file in files.items() if name.startswith("trackql/bin/"))
        metadata, tag = archive.read(f"{info}/METADATA").decode(), archive.read(f"{info}/WHEEL").decode()
        record = archive.read(f"{info}/RECORD").decode()
        licence = archive.read(f"{info}/licenses/LICENSE")
        content = archive.read(binary)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    for name in ("licenses/LICENSE-THIRD-PARTY.txt", "sboms/sbom.cdx.json", "entry_points.txt"):
        assert files[f"{info}/{name}"].file_size > 0
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert "trackql/py.typed" in files
    assert not [name for name in files if "test" in name or name.endswith((".so", ".pyc"))]
    assert binary.external_attr >> 16 & 0o111 == 0o111
    assert f"{binary.filename},sha256={digest}," in record
    assert f"Tag: py3-none-{hatch_build.platform_tag(content)}\n" in tag
    assert wheel.name.endswith(f"-py3-none-{hatch_build.platform_tag(content)}.whl")
    assert "License-Expression: Apache-2.0\n" in metadata
    told = subprocess.run([program, "version", "--json"], check=True, stdout=subprocess.PIPE).stdout.decode()
    version = metadata.split("\nVersion: ")[1].split("\n")[0]
    assert version.replace(".dev0", "-dev") in told


def test_same_program_same_bytes(program, tmp_path):
    """Also where the files were written at another time; a small program does."""
    small = tmp_path / "small"
    small.write_bytes(elf(62, [("libc.so.6", ["GLIBC_2.34"])]))
    digests = set()
    for name in ("first", "a-second-and-longer"):
        environment = {**os.environ, "TRACKQL_PROGRAM": str(small), "TRACKQL_VERSION": "1.2.3"}
        subprocess.run(
            [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / name, PACKAGE],
            check=True,
            env={**environment, "SOURCE_DATE_EPOCH": "1700000000"},
            stdout=subprocess.DEVNULL,
        )
        os.utime(small, (1, 1))
        made = tmp_path / name / "trackql-1.2.3-py3-none-manylinux_2_34_x86_64.whl"
        digests.add(hashlib.sha256(made.read_bytes()).hexdigest())
    assert len(digests) == 1


def elf(machine: int, needs: list[tuple[str, list[str]]]) -> bytes:
    """An ELF file of 64 bits that asks for versions of libraries, and is nothing else."""
    strings, entries = b"\0", b""

    def string(text: str) -> int:
        nonlocal strings
        strings += text.encode() + b"\0"
        return len(strings) - len(text) - 1

    for i, (library, versions) in enumerate(needs):
        following = 0 if i + 1 == len(needs) else 16 + 16 * len(versions)
        entries += struct.pack("<HHIII", 1, len(versions), string(library), 16, following)
        for j, version in enumerate(versions):
            last = j + 1 == len(versions)
            entries += struct.pack("<IHHII", 0, 0, 2, string(version), 0 if last else 16)
    table = 64 + len(entries) + len(strings)
    header = (
        b"\x7fELF\x02\x01\x01"
        + bytes(9)
        + struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 0, table, 0, 64, 0, 0, 64, 2, 0)
    )
    sections = struct.pack("<IIQQQQIIQQ", 0, 0x6FFFFFFE, 0, 0, 64, len(entries), 1, len(needs), 4, 0)
    sections += struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, 64 + len(entries), len(strings), 0, 0, 1, 0)
    return header + entries + strings + sections


def macho(processor: int, command: bytes) -> bytes:
    """A Mach-O file of 64 bits with a command that says nothing, and another."""
    nothing = struct.pack("<II", 0x1B, 24) + bytes(16)
    return b"\xcf\xfa\xed\xfe" + struct.pack("<IIIIIII", processor, 0, 2, 2, 0, 0, 0) + nothing + command


def pe(machine: int) -> bytes:
    """The head of a program for Windows."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine)


GLIBC = ("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.9"])


@pytest.mark.parametrize(
    ("program", "want"),
    [
        (elf(62, [GLIBC]), "manylinux_2_34_x86_64"),
        (elf(62, [("libm.so.6", ["GLIBC_2.35"]), GLIBC]), "manylinux_2_35_x86_64"),
        (elf(183, [("ld-linux-aarch64.so.1", ["GLIBC_2.17"])]), "manylinux_2_17_aarch64"),
        (elf(62, [GLIBC, ("libstdc++.so.6", ["GLIBCXX_3.4.30"])]), "linux_x86_64"),
        (elf(62, []), "linux_x86_64"),
        (macho(0x0100000C, struct.pack("<IIIIII", 0x32, 24, 1, 12 << 16, 0, 0)), "macosx_12_0_arm64"),
        (macho(0x01000007, struct.pack("<IIII", 0x24, 16, 10 << 16 | 15 << 8, 0)), "macosx_10_15_x86_64"),
        (pe(0x8664), "win_amd64"),
        (pe(0xAA64), "win_arm64"),
    ],
)
def test_platform_tag(program, want):
    assert hatch_build.platform_tag(program) == want


@pytest.mark.parametrize(
    ("program", "says"),
    [(b"#!/bin/sh\n", "neither ELF"), (elf(8, [GLIBC]), "0x8"), (macho(0x0100000C, bytes(8)), "which macOS")],
)
def test_platform_tag_refuses(program, says):
    with pytest.raises(ValueError, match=says):
        hatch_build.platform_tag(program)
