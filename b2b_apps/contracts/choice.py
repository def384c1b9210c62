"""Writing what a person has chosen: each write is one statement, so none undoes another.

What was chosen is read by ``context.trade_options_for``, in its query of the contracts.
"""

from django.db import connection

# Another contract is looked at from its company's own region, and has no project, until one is
# chosen again.
CHOOSE = """
    INSERT INTO contracts_tradechoice AS there (person_id, contract_id, region_id)
    VALUES (%s, %s, NULL)
    ON CONFLICT (person_id) DO UPDATE SET
        region_id = CASE WHEN there.contract_id = EXCLUDED.contract_id THEN there.region_id END,
        project_id = CASE WHEN there.contract_id = EXCLUDED.contract_id THEN there.project_id END,
        basket_owner_id = NULL,
        contract_id = EXCLUDED.contract_id
"""
# Not over a contract that was chosen meanwhile: the project is not of that one.
FOR_PROJECT = """
    INSERT INTO contracts_tradechoice AS there (person_id, contract_id, project_id)
    VALUES (%s, %s, %s)
    ON CONFLICT (person_id) DO UPDATE SET project_id = EXCLUDED.project_id
    WHERE there.contract_id = EXCLUDED.contract_id
"""
IN_BASKET = """
    INSERT INTO contracts_tradechoice AS there (person_id, contract_id, basket_owner_id)
    VALUES (%s, %s, %s)
    ON CONFLICT (person_id) DO UPDATE SET
        region_id = CASE WHEN there.contract_id = EXCLUDED.contract_id THEN there.region_id END,
        project_id = CASE WHEN there.contract_id = EXCLUDED.contract_id THEN there.project_id END,
        basket_owner_id = EXCLUDED.basket_owner_id, contract_id = EXCLUDED.contract_id
"""
END_PROJECT = """
    UPDATE contracts_tradechoice SET project_id = NULL WHERE person_id = %s AND project_id = %s
"""
LOOK_FROM = """
    INSERT INTO contracts_tradechoice (person_id, contract_id, region_id) VALUES (%s, %s, %s)
    ON CONFLICT (person_id) DO UPDATE SET region_id = EXCLUDED.region_id
"""
BEGIN = """
    INSERT INTO contracts_tradechoice (person_id, contract_id, region_id) VALUES (%s, %s, NULL)
    ON CONFLICT (person_id) DO NOTHING
"""
REPLACE = """
    UPDATE contracts_tradechoice SET contract_id = %s, project_id = NULL
    WHERE person_id = %s AND contract_id = %s
"""


def contract_choose(*, user_id: int, contract_id: int) -> None:
    """Let a person buy under a contract from now on, in all his browsers. One query."""
    _write(CHOOSE, user_id, contract_id)


def project_choose(*, user_id: int, contract_id: int, project_id: int | None) -> bool:
    """Let a person buy for a project of a contract, or for none; whether it was written: not if
    another contract has been chosen meanwhile. One query.
    """
    return _write(FOR_PROJECT, user_id, contract_id, project_id)


def basket_choose(*, user_id: int, contract_id: int, owner_id: int | None) -> None:
    """Let a person work in the basket that a colleague shares under a contract, or in his own.

    One query.
    """
    _write(IN_BASKET, user_id, contract_id, owner_id)


def project_end(*, user_id: int, project_id: int) -> bool:
    """Let a person buy for no project once his has ended; whether it was he who was buying for it
    still. One query.
    """
    return _write(END_PROJECT, user_id, project_id)


def region_choose(*, user_id: int, contract_id: int, region_id: int) -> None:
    """Let a person look from a region; ``contract_id`` if he has chosen none yet. One query."""
    _write(LOOK_FROM, user_id, contract_id, region_id)


def contract_begin(*, user_id: int, contract_id: int) -> bool:
    """Note the contract a person begins with, unless he has chosen one before. One query."""
    return _write(BEGIN, user_id, contract_id)


def contract_replace(*, user_id: int, was_id: int | None, contract_id: int) -> bool:
    """Put a contract in the place of one that has ended, ``was_id``, or of none.

    Whether it was written: not if the person has chosen another meanwhile, or if another request
    of his was quicker. One query.
    """
    if was_id is None:
        return contract_begin(user_id=user_id, contract_id=contract_id)
    return _write(REPLACE, contract_id, user_id, was_id)


def _write(sql: str, *values: int | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount > 0
