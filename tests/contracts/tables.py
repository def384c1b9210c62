"""Tables of docs/algorithms/credit.md, which are tests."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/algorithms/credit.md"


def table(part, place=0):
    """Return the rows of the ``place``-th table of a part ("2" of «## 2. …») as texts by head."""
    text = PAGE.read_text().split(f"\n## {part}. ", 1)[1].split("\n## ", 1)[0]
    tables, rows = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif rows:
            tables.append(rows)
            rows = []
    heads, _rule, *body = tables[place]
    return [dict(zip(heads, row, strict=True)) for row in body]
