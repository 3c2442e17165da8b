"""What a wheel of trackql takes from the program in it: the file, its version and its platform.

The program is the one that TRACKQL_PROGRAM names. It is linked already; nothing
is compiled here, and the tag is read from the file, not from the machine that
makes the wheel.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# What a program may ask of a Linux machine that is called manylinux, beside the
# C library's own parts: nothing.
_GLIBC_PARTS = re.compile(r"(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util))\.so\.\d+")


def named_program() -> str | None:
    """Return the absolute path that TRACKQL_PROGRAM has, if it is set."""
    named = os.environ.get("TRACKQL_PROGRAM")
    return os.path.abspath(named) if named else None


class Version(MetadataHookInterface):
    """The version: TRACKQL_VERSION, else what the program says."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the version; that of a source tree without a program is 0.0.0.dev0."""
        version = os.environ.get("TRACKQL_VERSION")
        if not version and (program := named_program()):
            answer = subprocess.run([program, "version", "--json"], check=True, stdout=subprocess.PIPE)
            version = json.loads(answer.stdout)["version"]
        metadata["version"] = version or "0.0.0.dev0"


class Program(BuildHookInterface):
    """The program, as trackql/bin/trackql of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the program to the wheel, and its platform to the wheel's tag.

        :raises ValueError: TRACKQL_PROGRAM is not set, or no program that runs anywhere.
        """
        if version == "editable":
            return  # a checkout, which has its program in TRACKQL_PROGRAM or in PATH
        program = named_program()
        if program is None:
            raise ValueError("set TRACKQL_PROGRAM to the program that the wheel is to carry, or run make wheel")
        with open(program, "rb") as file:
            tag = platform_tag(file.read())
        name = "trackql.exe" if tag.startswith("win") else "trackql"
        build_data["force_include"][program] = f"trackql/bin/{name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tag}"
        if os.path.exists(os.path.join(self.root, "sbom.cdx.json")):  # which make wheel writes
            build_data["sbom_files"].append("sbom.cdx.json")


def get_build_hook() -> type[BuildHookInterface]:
    """Tell hatchling which of the classes is the build's."""
    return Program


def get_metadata_hook() -> type[MetadataHookInterface]:
    """Tell hatchling which of the classes is the metadata's."""
    return Version


def platform_tag(program: bytes) -> str:
    """Return the platform of a wheel with a program, given the program's bytes.

    :raises ValueError: the bytes are no program of 64 bits for Linux, macOS or Windows.
    """
    if program[:6] == b"\x7fELF\x02\x01":
        return _linux(program)
    if program[:4] == b"\xcf\xfa\xed\xfe":
        return _macos(program)
    if program[:2] == b"MZ":
        return _windows(program)
    raise ValueError("the program is neither ELF, Mach-O nor PE, of 64 bits")


def _known(processors: dict[int, str], number: int) -> str:
    if number not in processors:
        raise ValueError(f"the program is for a processor of number {number:#x}, which no wheel is made for")
    return processors[number]


def _linux(program: bytes) -> str:
    """Return manylinux_2_N where the program needs glibc 2.N and nothing else, else linux."""
    (machine,) = struct.unpack_from("<H", program, 18)
    processor = _known({62: "x86_64", 183: "aarch64"}, machine)
    needs = _needed_versions(program)
    glibc = [int(found[1]) for _, version in needs if (found := re.fullmatch(r"GLIBC_2\.(\d+)(?:\.\d+)?", version))]
    if glibc and all(_GLIBC_PARTS.fullmatch(library) for library, _ in needs):
        return f"manylinux_2_{max(max(glibc), 5)}_{processor}"  # there is none below 2.5
    return f"linux_{processor}"


def _needed_versions(program: bytes) -> list[tuple[str, str]]:
    """Return which versions of which libraries an ELF file asks for: its section .gnu.version_r."""
    (start,) = struct.unpack_from("<Q", program, 40)
    size, count = struct.unpack_from("<HH", program, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", program, start + i * size) for i in range(count)]
    found = []
    for _, kind, _, _, offset, _, link, entries, _, _ in sections:
        if kind != 0x6FFFFFFE:  # SHT_GNU_verneed
            continue
        strings = sections[link][4]
        at = offset
        for _ in range(entries):
            _, versions, library, first, following = struct.unpack_from("<HHIII", program, at)
            version_at = at + first
            for _ in range(versions):
                _, _, _, version, skip = struct.unpack_from("<IHHII", program, version_at)
                found.append((_text(program, strings + library), _text(program, strings + version)))
                version_at += skip
            at += following
    return found


def _text(program: bytes, at: int) -> str:
    return program[at : program.index(b"\0", at)].decode()


def _macos(program: bytes) -> str:
    """Return the processor and the oldest macOS that the program's load commands name."""
    (processor,) = struct.unpack_from("<I", program, 4)
    name = _known({0x01000007: "x86_64", 0x0100000C: "arm64"}, processor)
    (commands,) = struct.unpack_from("<I", program, 16)
    at = 32
    for _ in range(commands):
        command, length = struct.unpack_from("<II", program, at)
        if command in (0x32, 0x24):  # LC_BUILD_VERSION, LC_VERSION_MIN_MACOSX
            (oldest,) = struct.unpack_from("<I", program, at + (12 if command == 0x32 else 8))
            major, minor = oldest >> 16, oldest >> 8 & 0xFF
            return f"macosx_{major}_{0 if major > 10 else minor}_{name}"
        at += length
    raise ValueError("the program does not say which macOS it needs")


def _windows(program: bytes) -> str:
    (header,) = struct.unpack_from("<I", program, 60)
    (machine,) = struct.unpack_from("<H", program, header + 4)
    return _known({0x8664: "win_amd64", 0xAA64: "win_arm64"}, machine)
