"""Units of measure and VAT rates, made when first met."""

import hashlib
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps

from b2b_apps.sync1c.commerceml.records import UnitRecord
from b2b_apps.sync1c.importing import okei
from b2b_apps.sync1c.importing.run import ImportRun

CODE = re.compile(r"[0-9A-Za-z]{1,8}")


def unit_for(run: ImportRun, record: UnitRecord) -> Any:
    """Return the Unit of a record, made or completed when needed, or None for an empty one.

    1C pads codes with blanks, leaves them out, or sends nothing but the code. Its full export has
    «Штука» and no «шт»: then the short name is that of the code in ОКЕИ.
    """
    model = apps.get_model("catalogue", "Unit")
    memory = run.memory["units"]
    if not memory:
        units = list(model.objects.all())
        memory.update({f"={unit.short_name.casefold()}": unit for unit in units})
        memory.update({unit.code: unit for unit in units})
    return _unit(model, memory, record)


def _unit(model: Any, memory: dict[str, Any], name: UnitRecord) -> Any:
    code, short = name.code.strip(), name.short_name.strip()
    if not code and not short:
        return None
    if not CODE.fullmatch(code):
        short = short or code
        if found := memory.get(f"={short.casefold()}"):
            return found
        code = "~" + hashlib.sha256(short.casefold().encode()).hexdigest()[:7]
    short = short or okei.short_name(code)
    unit = memory.get(code)
    if unit is None:
        unit = model.objects.create(
            code=code,
            short_name=(short or name.full_name.strip() or code)[:50],
            full_name=name.full_name.strip()[:120],
            international=name.international.strip()[:10],
        )
        memory[code] = unit
        memory.setdefault(f"={unit.short_name.casefold()}", unit)
    elif short and unit.short_name != short[:50] and _is_bare(unit):
        unit.short_name = short[:50]
        unit.save(update_fields=["short_name"])
    return unit


def _is_bare(unit: Any) -> bool:
    """Whether a unit has no short name of its own, only its code or its full name."""
    return unit.short_name in {unit.code, unit.full_name}


def vat_rate_for(run: ImportRun, text: str) -> Any:
    """Return the VatRate of a rate as 1C words it («22», «22%», «20/120», «Без НДС»), or None."""
    label = text.strip().rstrip("%").strip()
    if not label:
        return None
    model = apps.get_model("catalogue", "VatRate")
    memory = run.memory["vat"]
    if not memory:
        memory.update({rate.code: rate for rate in model.objects.all()})
    code, percent = _vat(label)
    if code not in memory:
        memory[code] = model.objects.create(code=code, label=label[:32], percent=percent)
    return memory[code]


def _vat(label: str) -> tuple[str, Decimal | None]:
    number = label.replace(",", ".").partition("/")[0].strip().rstrip("%")
    try:
        percent = Decimal(number)
    except InvalidOperation:
        return "none", None
    if not 0 <= percent < 100:
        return "none", None
    code = f"{percent.normalize():f}".replace(".", "-")
    return code + ("-calc" if "/" in label else ""), percent
