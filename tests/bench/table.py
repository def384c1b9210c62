"""A benchmark row and the table of a run."""

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


def write_report(rows: list[Row], machine: str) -> None:
    """Write docs/benchmarks.md from a full run."""
    body = "\n".join([HEAD, *(row.line() for row in rows)])
    REPORT.write_text(
        "# Benchmarks\n\nThe last full run of `make bench`, falling short included. Ratios are "
        f"ours ÷ baseline of the same run.\n\nMachine: {machine}\n\n{body}\n"
    )
