"""``python -m trackql`` and the command ``trackql``: the program of the wheel, with its arguments."""

from __future__ import annotations

import os
import subprocess
import sys

from trackql._child import program


def main() -> None:
    """Become the program; where a process cannot become another, run it and end as it does.

    :raises InterfaceError: there is no program.
    :raises SystemExit: on Windows, with the program's code; else where the program that
        PATH names is this command itself, which would call itself forever.
    """
    found = program()
    if os.path.realpath(found) == os.path.realpath(sys.argv[0]):
        raise SystemExit("the program trackql is not there: install the wheel, or set TRACKQL_PROGRAM to its path")
    command = [found, *sys.argv[1:]]
    if sys.platform == "win32":
        raise SystemExit(subprocess.call(command))
    os.execv(found, command)


if __name__ == "__main__":
    main()
