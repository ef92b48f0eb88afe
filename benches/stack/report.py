"""The figures as Markdown and JSON, with the machine that they come from."""

import json
import operator
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from trouble import failures

# Where Taskfold runs in which way.
VARIANTS = {"together": "all in one", "writing": "writing roles", "apart": "roles apart"}
# To reach.
TIMES_PGBENCH = {64: 3.0, 256: 4.0}
TIMES_INGEST = 5.0
FLOOR = 100
TIMES_REFERENCE = 10.0
DELAY_MS = {"kafka": 50.0, "socket": 100.0}
SLOPE = 0.05
REFERENCE_CLIENTS = 64
RELATIONS = {"≥": operator.ge, "≤": operator.le, "<": operator.lt}


def machine() -> str:
    """Its cores."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{os.cpu_count()} cores of {model[1] if model else 'an unknown processor'}"


def write(found: dict[str, Any], folder: Path) -> str:
    """Writes stack-results.md and stack-results.json: the text of the first."""
    text = markdown(found)
    (folder / "stack-results.md").write_text(text)
    (folder / "stack-results.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return text


def again(found: dict[str, Any], parts: list[str], folder: Path) -> dict[str, Any]:
    """The results of the last run, with parts that were measured again by themselves."""
    last = json.loads((folder / "stack-results.json").read_text())
    own = {key: found[key] for key in ("date", "seconds", "load")}
    last.setdefault("again", {}).update({part: own for part in parts})
    return last | {part: found[part] for part in parts}


def markdown(found: dict[str, Any]) -> str:
    """The tables."""
    parts = [_head(found), _targets(found)]
    for key, section in SECTIONS.items():
        if key in found and set(found[key]) != {"failed"}:
            parts.append(section(found[key]))
    wrong = list(dict.fromkeys(failures(found)))
    if wrong:
        parts.append("Failed, so without a figure:\n\n" + "\n".join(f"- {text}" for text in wrong) + "\n")
    return "\n".join(parts)


def _head(found: dict[str, Any]) -> str:
    before, after = found["load"]["before"], found["load"]["after"]
    return (
        f"Measured {found['date']} on {found['machine']}: clients, servers and databases on the same cores, "
        f"PostgreSQL {found.get('postgres', '?')} flushing every commit. {found['seconds']} s a figure. The load "
        f"of the machine was {before} before the run and {after} after it; the column *others* is the share of all "
        "cores that processes took which do not belong to the figure.\n"
    ) + "".join(
        f"Measured again by itself on {own['date']}, {own['seconds']} s a figure, at a load of {own['load']['before']} "
        f"before and {own['load']['after']} after: {part}.\n"
        for part, own in found.get("again", {}).items()
    )


def _targets(found: dict[str, Any]) -> str:
    lines = [target.line() for part, of in TARGETS.items() if part in found for target in of(found[part])]
    return _table(("figure", "measured", "to reach", "reached"), lines)


@dataclass
class Target:
    """A figure that the product promises."""

    name: str
    value: float | None
    relation: str
    bound: float
    unit: str = ""

    def line(self) -> tuple[str, str, str, str]:
        """Its line in the table."""
        bound = f"{self.relation} {self.bound:g}{self.unit}"
        if self.value is None:
            return self.name, "no figure", bound, ""
        reached = RELATIONS[self.relation](self.value, self.bound)
        return self.name, f"{self.value:.3g}{self.unit}", bound, "yes" if reached else "no"


def _of_commands(part: dict[str, Any]) -> list[Target]:
    times = {
        (name, row["clients"]): row.get("times_pgbench") for name in VARIANTS for row in part.get(name, [])
    }
    return [
        Target(f"commands at {clients} clients, × pgbench: {what}", times.get((name, clients)), "≥", bound)
        for clients, bound in TIMES_PGBENCH.items()
        for name, what in VARIANTS.items()
    ]


def _of_reference(part: dict[str, Any]) -> list[Target]:
    name = f"commands at {REFERENCE_CLIENTS} clients, × reference"
    if "failed" in part:
        return [Target(name, None, "≥", TIMES_REFERENCE)]
    return [
        Target(f"{name} ({variant}): {VARIANTS[ours]}", _times(row[ours], row["reference"]), "≥", TIMES_REFERENCE)
        for variant, row in part.items()
        for ours in ("together", "writing")
    ]


def _of_delays(part: dict[str, Any]) -> list[Target]:
    if "failed" in part:
        return [Target(f"acknowledged → {to}, p99", None, "≤", bound, " ms") for to, bound in DELAY_MS.items()]
    return [
        Target(f"acknowledged → {name}, p99", row.get("p99_ms"), "≤", DELAY_MS[name.split()[0]], " ms")
        for name, row in part.items()
    ]


def _of_sustained(part: dict[str, Any]) -> list[Target]:
    return [Target("commands sustained, views and topics with them", part.get("knee"), "≥", FLOOR, "/s")]


def _of_catching_up(part: dict[str, Any]) -> list[Target]:
    names = {"views": "views caught up", "topics": "topics caught up"}
    times = {name: part[name]["per_second"] / part["offered"] if name in part else None for name in names}
    return [Target(f"{names[name]}, × what kept coming", times[name], "≥", TIMES_INGEST) for name in names]


def _of_slopes(part: dict[str, Any]) -> list[Target]:
    return [
        Target(f"buffers of an append over {name}, slope", _append_slope(part, series), "<", SLOPE)
        for series, name in (("size", "log size"), ("workspaces", "number of workspaces"))
    ]


def _append_slope(part: dict[str, Any], series: str) -> float | None:
    return part.get(series, {}).get("slopes", {}).get("append: all")


def _commands(found: dict[str, Any]) -> str:
    rows = [
        (f"{row['clients']}, {what}", pair)
        for name, what in VARIANTS.items()
        for row in found[name]
        for pair in row["pairs"]
    ]
    lines = []
    for name, pair in rows:
        ours, pipelined = pair["taskfold"], pair.get("pgbench_one_round_trip", {})
        lines.append(
            (
                name,
                _number(ours, "per_second"),
                _number(pair["pgbench"], "per_second"),
                _ratio(ours, pair["pgbench"]),
                _number(pipelined, "per_second"),
                _ratio(ours, pipelined),
                _number(ours, "p50_ms", 1),
                _number(ours, "p99_ms", 1),
                *(_number(ours, f"{of}_us") for of in ("server", "postgres", "client")),
                _share(ours, pair["pgbench"]),
            )
        )
    names = ("clients", "commands/s", "pgbench/s", "×", "one round trip/s", "×", "p50 ms", "p99 ms")
    title = (
        f"Acknowledged commands of {found['people']} people over HTTP, each with an idempotency key, beside pgbench "
        "with the same two inserts a commit, as four round trips and as one. Three ways: *all in one*, a process that "
        "keeps the views meanwhile; *writing roles*, gateway and command in one process while nobody keeps the views, as "
        "where that has cores of its own; *roles apart*, which keep the views and publish on Kafka:\n\n"
    )
    return title + _table((*names, "Taskfold µs", "PostgreSQL µs", "clients µs", "others"), lines)


def _reference(found: dict[str, Any]) -> str:
    lines = [
        (
            name if side == "reference" else f"Taskfold, {VARIANTS[side]}",
            _number(row, "per_second"),
            *(_number(row, key, 1) for key in ("p50_ms", "p99_ms")),
            *(_number(row, f"{of}_us") for of in ("server", "postgres", "kafka", "client")),
            _share(row),
        )
        for name, pair in found.items()
        for side, row in pair.items()
    ]
    names = ("reference at 64 clients", "commands/s", "p50 ms", "p99 ms", "service µs", "PostgreSQL µs", "Kafka µs")
    return _table((*names, "clients µs", "others"), lines)


def _delays(found: dict[str, Any]) -> str:
    lines = [(name, *(_number(row, key, 2) for key in ("p50_ms", "p99_ms", "max_ms"))) for name, row in found.items()]
    return _table(("from the acknowledgement to", "p50 ms", "p99 ms", "most ms"), lines)


def _sustained(found: dict[str, Any]) -> str:
    lines = [
        (
            f"{row['rate']:,}",
            _number(row, "per_second"),
            *(_number(row, key, 1) for key in ("p50_ms", "p99_ms")),
            *(_number(row, key) for key in ("views_behind", "topics_behind")),
            "yes" if row["sustained"] else "no",
        )
        for row in found["rows"]
    ]
    names = ("commands/s offered", "acknowledged/s", "p50 ms", "p99 ms", "views behind", "topics behind", "sustained")
    title = (
        f"Offered to the roles apart at a fixed rate by {found['clients']} clients; a time is counted from when the "
        "command was due. Sustained: 99 % in time, p99 at most 100 ms, views and topics at most a second behind in the "
        f"end. The knee is at {found['knee']:,}/s:\n\n"
    )
    return title + _table(names, lines)


def _catching_up(found: dict[str, Any]) -> str:
    alone, rebuild = found["alone"], found["rebuild"]
    lines = [
        (name, row["per_second"], row["ingest"], f"{row['per_second'] / found['offered']:.1f}", row["seconds"])
        for name, row in ((name, found[name]) for name in ("views", "topics"))
    ]
    title = (
        f"While no processor ran, command and gateway acknowledged {alone['per_second']:.0f}/s; "
        f"{found['backlog']:,} events waited for the processor that was then started, and {found['offered']:,} a second "
        "kept being offered:\n\n"
    )
    end = f"\nViews built anew beside those in use: {rebuild['per_second']:,} events/s, of {rebuild['events']:,}.\n"
    names = ("caught up", "events/s", "acknowledged meanwhile/s", "× offered", "took s")
    return title + _table(names, lines) + end


def _slopes(found: dict[str, Any]) -> str:
    tables = []
    for series, size in (("size", "events"), ("workspaces", "workspaces")):
        rows, slopes = found[series]["rows"], found[series]["slopes"]
        head = (f"buffers by {size}", *(f"{row[size]:,}" for row in rows), "slope")
        lines = [
            (name, *(_number(row["buffers"], name, 1) for row in rows), _number(slopes, name, 3)) for name in slopes
        ]
        tables.append(_table(head, lines))
    return "\n".join(tables)


def _number(row: dict[str, Any], key: str, digits: int = 0) -> str:
    value = row.get(key)
    return "failed" if "failed" in row else "–" if value is None else f"{value:.{digits}f}"


def _times(ours: dict[str, Any], theirs: dict[str, Any]) -> float | None:
    both = "per_second" in ours and "per_second" in theirs
    return ours["per_second"] / theirs["per_second"] if both else None


def _ratio(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    times = _times(ours, theirs)
    return "–" if times is None else f"{times:.2f}"


def _share(*rows: dict[str, Any]) -> str:
    shares = [row["others_share"] for row in rows if "others_share" in row]
    return f"{max(shares):.0%}" if shares else "–"


def _table(head: tuple[str, ...], lines: list[tuple[Any, ...]]) -> str:
    rule = "|---|" + "---:|" * (len(head) - 1)
    rows = [f"| {' | '.join(str(cell) for cell in line)} |" for line in (head, *lines)]
    return "\n".join([rows[0], rule, *rows[1:]]) + "\n"


SECTIONS = {
    "commands": _commands,
    "reference": _reference,
    "delays": _delays,
    "sustained": _sustained,
    "catching_up": _catching_up,
    "slopes": _slopes,
}
TARGETS = {
    "commands": _of_commands,
    "reference": _of_reference,
    "delays": _of_delays,
    "sustained": _of_sustained,
    "catching_up": _of_catching_up,
    "slopes": _of_slopes,
}


def today() -> str:
    """The date of the run."""
    return date.today().isoformat()
