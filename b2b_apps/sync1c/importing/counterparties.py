"""Counterparties with their holdings, managers, consignees and contracts."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from b2b_apps.companies.models import Consignee, Counterparty, Holding, Manager, Organization
from b2b_apps.companies.requisites import validate_inn, validate_kpp, validate_ogrn
from b2b_apps.contracts.models import Contract
from b2b_apps.core.models import ExternalId
from b2b_apps.core.transient import is_transient
from b2b_apps.sync1c.commerceml.records import (
    ConsigneeRecord,
    ContractRecord,
    CounterpartyRecord,
)
from b2b_apps.sync1c.importing.credit import (
    credit_apply,
    credit_note,
    prepaid_percent,
    without_credit,
)
from b2b_apps.sync1c.importing.moments import day_of
from b2b_apps.sync1c.importing.references import (
    CURRENCY,
    ORGANIZATION,
    PRICE_TYPE,
    REGION,
    cut,
    object_for,
    told_columns,
)
from b2b_apps.sync1c.importing.refusals import reason_of
from b2b_apps.sync1c.importing.rows import row_save, switched
from b2b_apps.sync1c.importing.run import ImportRun, Known, Result, digest_of
from b2b_apps.sync1c.texts import say

KIND, HOLDING, CONSIGNEE, CONTRACT = "counterparty", "holding", "consignee", "contract"
logger = logging.getLogger(__name__)


def counterparties_import(run: ImportRun, records: Sequence[CounterpartyRecord]) -> None:
    """Make and change counterparties; a new one may be a company of ours that 1C had no name for.

    Wrong control sums are a warning: 1C is the master.
    """
    known = run.known(KIND, [r.external_id for r in records])
    unnamed = _unnamed(records, known)
    for record in records:
        run.tally.add(KIND, "read")
        found, digest = known.get(record.external_id), digest_of(record)
        if found and found.content_hash == digest:
            run.tally.add(KIND, "unchanged")
            continue
        row = Counterparty.objects.filter(pk=found.object_id).first() if found else None
        row = row if found else _adopted(unnamed, record)
        row, _is_changed = row_save(Counterparty, row, _columns(run, record, row))
        _check(run, record)
        for consignee in record.consignees:
            _consignee(run, row, consignee)
        parts = [_contract_apart(run, row, contract) for contract in record.contracts]
        if record.region_id:
            parts.append(object_for(run, REGION, record.region_id) is not None)
        result = Result(row.pk, digest, is_complete=all(parts))
        run.settle(KIND, {record.external_id: result}, known)
        if record.holding_credit and row.holding_id:
            run.memory["holding_credit"][row.holding_id] = record
    # All at once and last: accounts are locked in one order, and shortly.
    credit_apply(run)


def _unnamed(
    records: Sequence[CounterpartyRecord], known: Mapping[str, Known]
) -> dict[str, list[Counterparty]]:
    """Companies of ours that no 1C has a name for, by the ИНН of records that are new to us: an
    accepted guest, who waits for his contract. Two queries at most.
    """
    inns = {r.inn for r in records if r.inn and r.external_id not in known and not r.is_deleted}
    rows = list(Counterparty.objects.filter(inn__in=inns).order_by("pk")) if inns else []
    if not rows:
        return {}
    names = ExternalId.objects.filter(kind=KIND, object_id__in=[row.pk for row in rows])
    named = set(names.values_list("object_id", flat=True))
    found: dict[str, list[Counterparty]] = {}
    for row in rows:
        if row.pk not in named:
            found.setdefault(row.inn, []).append(row)
    return found


def _adopted(
    unnamed: Mapping[str, list[Counterparty]], record: CounterpartyRecord
) -> Counterparty | None:
    """The one company of ours that a new record means: of the same ИНН and КПП, or one of the
    ИНН that has no КПП. Of several none is it. Each is taken once.
    """
    rows = unnamed.get(record.inn or "", []) if not record.is_deleted else []
    fits = [x for x in rows if x.kpp == (record.kpp or "")] or [x for x in rows if not x.kpp]
    if len(fits) != 1:
        return None
    rows.remove(fits[0])
    return fits[0]


def _save(model: Any, found: Known | None, columns: dict[str, Any]) -> Any:
    return _write(model, _row_of(model, found), columns)


def _row_of(model: Any, found: Known | None) -> Any:
    return model.objects.filter(pk=found.object_id).first() if found else None


def _write(model: Any, row: Any, columns: dict[str, Any]) -> Any:
    saved, _is_changed = row_save(model, row, columns)
    return saved


def _columns(run: ImportRun, record: CounterpartyRecord, row: Any) -> dict[str, Any]:
    """What the record speaks of; the rest is left alone: staff may have set it here."""
    columns = told_columns({
        "name": record.name[:255] or None,
        "full_name": (record.official_name or record.full_name)[:255] or None,
        "inn": cut(record.inn, 12), "kpp": cut(record.kpp, 9), "ogrn": cut(record.ogrn, 15),
        "okpo": cut(record.okpo, 10), "legal_address": cut(record.legal_address, 500),
        "phone": cut(record.phone, 100), "email": cut(record.email, 254),
    })  # fmt: skip
    if record.is_deleted is not None:
        columns |= switched(row, is_off=record.is_deleted)
    if record.holding_id:
        columns["holding_id"] = _holding(run, record)
    if region := object_for(run, REGION, record.region_id):
        columns["region_id"] = region
    if manager := _manager(run, record):
        columns["manager_id"] = manager
    return columns


def _holding(run: ImportRun, record: CounterpartyRecord) -> int:
    found = run.known(HOLDING, [record.holding_id]).get(record.holding_id)
    name = (record.holding_name or record.holding_id)[:255]
    if found:
        Holding.objects.filter(pk=found.object_id).exclude(name=name).update(name=name)
        return found.object_id
    row = Holding.objects.create(name=name)
    run.remember(HOLDING, {record.holding_id: Known(row.pk, b"")})
    run.tally.add(HOLDING, "created")
    return int(row.pk)


def _manager(run: ImportRun, record: CounterpartyRecord) -> int | None:
    email = record.manager_email.strip().lower()
    if not email:
        return None
    memory = run.memory["managers"]
    if email not in memory:
        memory[email] = Manager.objects.filter(user__email__iexact=email).first()
    if memory[email] is None:
        run.warn(
            "unknown_manager",
            say("unknown_manager", email=email),
            kind=KIND, record=record,
        )  # fmt: skip
        return None
    return int(memory[email].pk)


def _check(run: ImportRun, record: CounterpartyRecord) -> None:
    checks: list[tuple[str, str | None, Callable[[str], None]]] = [
        ("inn", record.inn, validate_inn),
        ("kpp", record.kpp, validate_kpp),
        ("ogrn", record.ogrn, validate_ogrn),
    ]
    for name, value, validate in checks:
        try:
            if value:
                validate(value)
        except ValidationError as error:
            run.warn(f"bad_{name}", error.messages[0], kind=KIND, record=record)


def _consignee(run: ImportRun, counterparty: Counterparty, record: ConsigneeRecord) -> None:
    name = f"{counterparty.pk}:{record.external_id or record.address}"[:200]
    found = run.known(CONSIGNEE, [name]).get(name)
    digest = digest_of(record)
    run.tally.add(CONSIGNEE, "read")
    if found and found.content_hash == digest:
        run.tally.add(CONSIGNEE, "unchanged")
        return
    columns = {
        "counterparty_id": counterparty.pk,
        "name": (record.name or counterparty.name)[:255],
        "kpp": record.kpp[:9], "address": record.address[:500],
        "contact_person": record.contact_person[:255],
        "phone": record.phone[:100], "note": record.note[:500],
    }  # fmt: skip
    if not counterparty.consignees.exists():
        columns["is_default"] = True
    row = _save(Consignee, found, columns)
    run.remember(CONSIGNEE, {name: Known(row.pk, digest)})
    run.tally.add(CONSIGNEE, "changed" if found else "created")


def _contract_apart(run: ImportRun, counterparty: Counterparty, record: ContractRecord) -> bool:
    """Take a contract over under a savepoint: a bad one is not the loss of its counterparty."""
    try:
        with transaction.atomic():
            return _contract(run, counterparty, record)
    except Exception as error:
        if is_transient(error):
            raise
        logger.exception("Contract %s failed", record.external_id)
        run.tally.add(CONTRACT, "failed")
        run.problem(
            "contract_failed",
            say("contract_failed", number=record.number, reason=reason_of(error)),
            kind=CONTRACT, record=record,
        )  # fmt: skip
        return False


def _contract(run: ImportRun, counterparty: Counterparty, record: ContractRecord) -> bool:
    """Make or change a contract; False if what it refers to is unknown yet."""
    run.tally.add(CONTRACT, "read")
    found = run.known(CONTRACT, [record.external_id]).get(record.external_id)
    # Debts change by the hour: they are compared apart, and do not write the contract anew.
    digest = digest_of(without_credit(record))
    if found and found.content_hash == digest:
        run.tally.add(CONTRACT, "unchanged")
        credit_note(run, found.object_id, record)
        return True
    price_type = object_for(run, PRICE_TYPE, record.price_type_id)
    own_list = object_for(run, PRICE_TYPE, record.own_price_type_id)
    organization = object_for(run, ORGANIZATION, record.organization_id) or _own(run)
    if not price_type or not organization:
        run.tally.add(CONTRACT, "failed")
        run.problem(
            "contract_incomplete",
            say("contract_incomplete", number=record.number),
            kind=CONTRACT, record=record,
        )  # fmt: skip
        return False
    is_complete = own_list is not None or not record.own_price_type_id
    row = _row_of(Contract, found)
    columns = (
        _terms(run, record)
        | switched(row, is_off=record.is_deleted)
        | {
            "counterparty_id": counterparty.pk,
            "organization_id": organization,
            "price_type_id": price_type,
        }
    )
    if is_complete:
        columns["own_price_list_id"] = own_list
    row = _write(Contract, row, columns)
    stored = Known(row.pk, digest if is_complete else digest_of(digest, "half"))
    if found != stored:
        run.remember(CONTRACT, {record.external_id: stored})
    run.tally.add(
        CONTRACT, "created" if found is None else "changed" if found != stored else "unchanged"
    )
    credit_note(run, row.pk, record)
    return is_complete


def _own(run: ImportRun) -> int | None:
    """The connection's organization, or the only one there is."""
    if run.connection.organization_id:
        return run.connection.organization_id
    ids = list(Organization.objects.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def _terms(run: ImportRun, record: ContractRecord) -> dict[str, Any]:
    deferral = record.payment == "Отсрочка" or record.deferral_days > 0
    kinds = Contract.PaymentKind
    percent = prepaid_percent(run, record)
    kind = kinds.DEFERRAL if deferral else kinds.PREPAYMENT
    return {
        "number": record.number[:64],
        "date": day_of(record.date),
        "name": record.name[:255],
        "currency": record.currency or CURRENCY,
        "vat_mode": record.vat or Contract.VatMode.INCLUDED,
        "payment_kind": kinds.STAGES if percent else kind,
        "prepaid_percent": percent,
        "deferral_days": record.deferral_days,
        "valid_from": day_of(record.valid_from),
        "valid_to": day_of(record.valid_to),
    }
