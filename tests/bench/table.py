"""A benchmark row and the table of a run."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "docs/benchmarks.md"


@dataclass(frozen=True)
class Row:
    """One measurement. ``ratio`` is ours ÷ baseline; ``goal`` is the largest ratio allowed."""

    id: str
    work: str
    ours: float
    baseline: float
    unit: str
    goal: float | None

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return "—"
        return "holds" if self.ratio <= self.goal else "falls short"

    def line(self) -> str:
        goal = "—" if self.goal is None else f"≤ {self.goal:g}"
        return (
            f"| {self.id} | {self.work} | {self.ours:.3g} {self.unit} | {self.baseline:.3g} "
            f"{self.unit} | {self.ratio:.2f} | {goal} | {self.verdict} |"
        )


NOTES = """
`hot-take` is the one step that buyers of one product cannot do at the same time: its balance, locked from the taking to the end of the transaction. `hot-orders` sets a whole order beside the bare UPDATE that is a small part of it (prices, stock and offer checked anew; order, lines, holds, credit, journal and outbox written), so its ratio says how much work an order is and not how long anybody queues; that is what `hot-queue` says. More in `docs/algorithms/stock.md`, Taking.
"""  # noqa: E501 - a paragraph
HEAD = "| id | work | ours | baseline | ratio | goal | |\n|---|---|---|---|---|---|---|"


def median_ms(work: Callable[[], object], *, rounds: int = 15) -> float:
    """Return the median of ``rounds`` runs in milliseconds, after one run to warm up."""
    work()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def median_cpu_ms(work: Callable[[], object], *, rounds: int = 50) -> float:
    """Return the median of this process's CPU time of ``rounds`` runs in milliseconds."""
    work()
    times = []
    for _round in range(rounds):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def report_write(rows: list[Row], *, size: int, machine: str) -> None:
    """Put the rows into docs/benchmarks.md: into the table of their size, in place of old ones."""
    tables = _tables(REPORT.read_text() if REPORT.exists() else "")
    table = tables.setdefault(size, {})
    table.update({row.id: row.line() for row in rows})
    parts = [
        f"## {products:,} products\n\n{HEAD}\n" + "\n".join(lines[key] for key in sorted(lines))
        for products, lines in sorted(tables.items())
    ]
    REPORT.write_text(
        "# Benchmarks\n\nThe last runs of `make bench` (one row: `make bench ONLY=id`, another "
        "size: `SIZE=1000000`), falling short included. Ratios are ours ÷ baseline of the same "
        f"run. The data set is made by `tests/bench/generate.py`.\n\nMachine: {machine}\n\n"
        + "\n\n".join(parts)
        + "\n"
        + NOTES
    )


def _tables(text: str) -> dict[int, dict[str, str]]:
    """Lines of a report by size and id."""
    found: dict[int, dict[str, str]] = {}
    size = 0
    for line in text.splitlines():
        if heading := re.fullmatch(r"## ([\d,]+) products", line):
            size = int(heading[1].replace(",", ""))
        elif (row := re.match(r"\| ([a-z0-9-]+) \|", line)) and row[1] != "id":
            found.setdefault(size, {})[row[1]] = line
    return found
