"""Geometry of bar charts: an SVG of numbers, without a style; the table beside it is its twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from b2b_apps.core.figures import quantity_text

# Half a figure's width stays for the axis; the last line is for the names of the bars.
LEFT, TOP, BOTTOM_ROOM = 40, 8, 20
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Value:
    """One bar: its name, its size, a tick to compare it with, what a pointer is told."""

    name: str
    size: Decimal
    tick: Decimal | None
    told: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as SVG wants it; all texts, for a template would put commas into numbers."""

    name: str
    told: str
    is_now: bool
    x: str
    y: str
    width: str
    height: str
    middle: str
    tick: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line across with its figure."""

    y: str
    text_y: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on a base within a box ``width`` by ``height``."""

    width: int
    height: int
    base: int
    names_y: int
    left: int
    bars: Sequence[Bar]
    lines: Sequence[Line]


def chart_of(
    values: Sequence[Value], *, now: int, unit: Decimal, width: int = 440, height: int = 104
) -> Chart:
    """Return a chart of values none of which is below nothing; ``unit`` is one of the axis."""
    most = max([v.size for v in values] + [v.tick or Decimal(0) for v in values] + [unit])
    base = height - BOTTOM_ROOM
    step = _step(most)
    lines, at = [], step
    while at <= most:
        y = _y(at, most, base)
        lines.append(Line(_text(y), _text(y + 4), quantity_text(at / unit)))
        at += step
    pitch = Decimal(width - LEFT) / max(1, len(values))
    bars = [
        _bar(value, place, pitch, most=most, base=base, is_now=place == now)
        for place, value in enumerate(values)
    ]
    return Chart(width, height, base, height - 4, LEFT, bars, lines)


def _step(most: Decimal) -> Decimal:
    """A round step that gives two to five lines."""
    power = Decimal(10) ** (most.adjusted() - 1)
    return next(s * power * n for n in (1, 10) for s in STEPS if most / (s * power * n) <= 4)


def _y(size: Decimal, most: Decimal, base: int) -> Decimal:
    return base - (base - TOP) * size / most


def _bar(  # noqa: PLR0913 - what a bar is made of
    value: Value, place: int, pitch: Decimal, *, most: Decimal, base: int, is_now: bool
) -> Bar:
    left = LEFT + pitch * place
    y = _y(value.size, most, base)
    tick = ""
    if value.tick is not None:
        wide = pitch * Decimal("0.9")
        tick = (
            f"M{_text(left + (pitch - wide) / 2)},{_text(_y(value.tick, most, base))}h{_text(wide)}"
        )
    return Bar(
        value.name,
        value.told,
        is_now,
        x=_text(left + pitch * Decimal("0.14")),
        y=_text(y),
        width=_text(pitch * Decimal("0.72")),
        height=_text(base - y),
        middle=_text(left + pitch / 2),
        tick=tick,
    )


def _text(number: Decimal) -> str:
    return f"{number:.1f}"
