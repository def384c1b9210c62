"""The tables of docs/algorithms/pricing.md."""

import re
from pathlib import Path

DOC = Path(__file__).resolve().parents[2] / "docs/algorithms/pricing.md"


def table(*heads: str) -> list[list[str]]:
    """Return the rows of the table with these first headings."""
    text = DOC.read_text().replace("−", "-")
    head = r"\| " + r" \| ".join(map(re.escape, heads)) + r" \|[^\n]*\n\|[-|]+\|\n"
    found = re.search(head + r"((?:\|[^\n]*\|\n)+)", text)
    assert found, f"no table of {heads}"
    lines = found[1].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
