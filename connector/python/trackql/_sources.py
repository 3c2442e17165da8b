"""What a person gives to connect(), as the sources that trackql is to open."""

from __future__ import annotations

import os
from typing import Any

from trackql._errors import programming_error

# How long rows that were fetched answer later queries, where nobody says: a
# dashboard of six charts asks the tracker once.
CACHE = "60s"
_CACHED = {"backlog"}


def space(
    target: str | os.PathLike[str] | None,
    connector: str | None,
    sources: dict[str, str] | None,
    timezone: str | None,
    options: dict[str, Any],
) -> dict:
    """Return the request to open sources.

    :raises ProgrammingError: what was given does not fit together.
    """
    opened: list[str] = [f"{name}={text}" for name, text in (sources or {}).items()]
    config = None
    if connector is not None:
        opened.append(f"{connector}={connector}:{_settings(connector, target, options)}")
    elif options:
        raise programming_error(
            f"the option {next(iter(options))} belongs to a connector: name it, as in connect(connector='backlog', …)"
        )
    elif target is not None:
        text = os.fspath(target)
        if text.endswith((".yaml", ".yml")):
            config = os.path.abspath(text)
        else:
            opened.append(text)
    if not opened and config is None:
        raise programming_error(
            "there is nothing to connect to: give a connection string, a trackql.yaml, or sources={'name': 'connector:…'}"
        )
    return {"sources": opened, "config": config, "timezone": timezone, "folder": os.getcwd()}


def _settings(connector: str, text: str | os.PathLike[str] | None, options: dict[str, Any]) -> str:
    """Join a connection string and keywords into one connection string."""
    parts = [os.fspath(text).strip().strip(";")] if text else []
    parts += [f"{name}={_quoted(value)}" for name, value in options.items() if value is not None]
    joined = ";".join(part for part in parts if part)
    names = {part.split("=", 1)[0].strip().lower() for part in joined.split(";")}
    if connector in _CACHED and "cache" not in names:
        joined += f";Cache={CACHE}"
    return joined


def _quoted(value: Any) -> str:
    """Write a value as a connection string has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if any(c in text for c in ";\"'{}=") or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
