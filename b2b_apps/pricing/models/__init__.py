"""Price lists, prices, their history and files; rules, rates, thresholds, project prices."""

from b2b_apps.pricing.models.imports import PriceImport, PriceImportRow
from b2b_apps.pricing.models.lists import Price, PriceChange, PriceCount, PriceList, PriceThreshold
from b2b_apps.pricing.models.projects import Project, ProjectLine
from b2b_apps.pricing.models.rates import CurrencyRate
from b2b_apps.pricing.models.rules import PriceRule, RuleChange, RuleSheet

__all__ = [
    "CurrencyRate",
    "Price",
    "PriceChange",
    "PriceCount",
    "PriceImport",
    "PriceImportRow",
    "PriceList",
    "PriceRule",
    "PriceThreshold",
    "Project",
    "ProjectLine",
    "RuleChange",
    "RuleSheet",
]
