"""Contracts, who has chosen which, their credit accounts and what is held on them."""

from b2b_apps.contracts.models.changes import ContractChange
from b2b_apps.contracts.models.choices import TradeChoice
from b2b_apps.contracts.models.contracts import Contract
from b2b_apps.contracts.models.credit import (
    CreditAccount,
    CreditDecision,
    CreditEntry,
    CreditHold,
)
from b2b_apps.contracts.models.proposals import CreditProposal

__all__ = [
    "Contract",
    "ContractChange",
    "CreditAccount",
    "CreditDecision",
    "CreditEntry",
    "CreditHold",
    "CreditProposal",
    "TradeChoice",
]
