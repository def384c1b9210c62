"""A random market: goods, families, lists, rules, and buyers with contracts of all kinds."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.utils import timezone

from b2b_apps.pricing.models import Price, PriceList, PriceRule
from tests.pricing.making import add_rate

BRANDS = ["IEK", "iek ", "EKF", "Легранд", ""]
# Few goods have a price of the contract's own, most have a purchase price.
SHARES = {"ref": 0.1, "c": 0.2, "p": 0.2, "od": 0.2, "cost": 1.4}
KINDS = ["brand", "brand", "category", "category", "attribute", "product", "price_list", "region"]
VALUES = ["1P", "1p", "2P", "3P", "белый"]


class Market:
    """Everything of one seed; ``lists`` by short names."""

    def __init__(self, world, seed, num=45):
        self.world = world
        self.chance = random.Random(seed)
        self.day = timezone.localdate()
        add_rate("EUR", "98.7654")
        add_rate("USD", "91.23")
        self._sections()
        self._lists()
        self.attributes = [self._attribute(n) for n in range(2)]
        self.vats = [world.products["lamp"].vat_rate, None] + [
            apps.get_model("catalogue", "VatRate").objects.create(
                code=f"v{n}", label=f"v{n}", percent=percent
            )
            for n, percent in enumerate(["10", "0", "7.5", None])
        ]
        self.products = []
        for number in range(num):
            self._row(number)
        self.row_ids = [p.pk for p in self.products if p.parent_id is None]

    def _sections(self):
        root = self.world.products["lamp"].categories.get().get_parent()
        self.sections = [root, *root.get_children()]
        self.sections += [root.add_child(name=f"Раздел {n}", is_public=n > 0) for n in range(3)]
        self.sections.append(self.sections[-1].add_child(name="Глубже"))
        self.sections.append(self.sections[-4].add_child(name="Скрытый глубже"))

    def _lists(self):
        kinds = PriceList.Kind
        make = PriceList.objects.create
        region = self.world.regions["rostov"]
        self.lists = {
            "rub": make(name="rub"),
            "net": make(name="net", includes_vat=False),
            "eur": make(name="eur", currency="EUR"),
            "cny": make(name="cny", currency="CNY"),
            "early": make(name="early", valid_from=self.day + timedelta(days=3)),
            "regional": make(name="r", kind=kinds.REGIONAL, region=region, includes_vat=False),
            "far": make(name="far", kind=kinds.REGIONAL, region=self.world.regions["moscow"]),
            "fallback": make(name="f", kind=kinds.FALLBACK, currency="USD"),
            "contract": make(name="c", kind=kinds.CONTRACT),
            "project": make(name="p", kind=kinds.PROJECT, currency="EUR", includes_vat=False),
            "refined": make(name="ref", kind=kinds.REFINED),
            "cost": make(name="cost", is_cost=True),
        }
        lists = self.lists
        lists["derived"] = make(name="d", base=lists["rub"], base_percent="-7.5")
        lists["twice"] = make(
            name="t",
            base=lists["derived"],
            base_percent="3.333",
            currency="EUR",
            includes_vat=False,
        )
        lists["own_derived"] = make(
            name="od", kind=kinds.CONTRACT, base=lists["net"], base_percent="-12"
        )

    def _attribute(self, number):
        sample = self.world.products["lamp"]
        return apps.get_model("catalogue", "ProductAttribute").objects.create(
            product_class=sample.product_class, name=f"A{number}", code=f"a{number}", type="text"
        )

    def _row(self, number):
        chance = self.chance
        row = self._product(f"R{number:03}", chance.choice(["standalone"] * 3 + ["parent"]))
        for section in chance.sample(self.sections, chance.choice([0, 1, 1, 2])):
            row.categories.add(section)
        if row.structure == "parent":
            self._prices(row, share=0.3)
            is_alike = chance.random() < 0.6
            state = chance.getstate()
            for n in range(chance.choice([1, 2, 3])):
                if is_alike:
                    # The same throw of dice: the characteristics differ in amounts only.
                    chance.setstate(state)
                child = self._product(f"{row.article}-{n}", "child", parent=row)
                self._prices(child, shift=n)
        else:
            self._prices(row)

    def _product(self, article, structure, parent=None):
        chance = self.chance
        product = apps.get_model("catalogue", "Product").objects.create(
            structure=structure, parent=parent, title=article, article=article,
            product_class=None if parent else self.world.products["lamp"].product_class,
            base_unit=self.world.products["lamp"].base_unit,
            brand=chance.choice(["", "", "", "EKF"]) if parent else chance.choice(BRANDS),
            vat_rate=chance.choice([None] * 4 + self.vats if parent else self.vats),
            price_visibility=chance.choice(["shown"] * 8 + ["on_request", "hidden"]),
        )  # fmt: skip
        for attribute in self.attributes:
            if chance.random() < 0.6:
                attribute.productattributevalue_set.create(
                    product=product, value_text=chance.choice(VALUES)
                )
        self.products.append(product)
        return product

    def _prices(self, product, share=0.6, shift=0):
        chance = self.chance
        for price_list in self.lists.values():
            if chance.random() > SHARES.get(price_list.name, 1) * share:
                continue
            cheap, dear = chance.randrange(1, 40), chance.randrange(1, 5_000_000)
            amount = Decimal(chance.choice([cheap, dear]) + shift)
            amount /= chance.choice([10, 100, 10_000])
            for minimum, pack, start, end in chance.choice([
                [(0, 0, None, None)], [(0, 0, None, None)], [(10, 0, None, None)],
                [(0, 0, None, None), (10, 0, None, None)], [(0, 50, None, None)],
                [(0, 0, None, None), (0, 0, -5, None)], [(0, 0, -5, -1)], [(5, 0, 2, None)],
                [(10, 0, None, None), (0, 0, None, 1)],
            ]):  # fmt: skip
                Price.objects.create(
                    price_list=price_list, product=product, minimum_quantity=minimum,
                    pack_factor=pack, amount=amount.quantize(Decimal("0.0001")),
                    valid_from=start and self.day + timedelta(days=start),
                    valid_to=end and self.day + timedelta(days=end),
                )  # fmt: skip
                amount *= Decimal("0.9")

    def context(self):
        """A buyer with a chain of lists, a currency, a reading of VAT, a policy of rates."""
        chance = self.chance
        own = [
            n for n in ("refined", "project", "contract", "own_derived") if chance.random() < 0.35
        ]
        price_type = chance.choice(
            ["rub", "net", "eur", "derived", "twice", "cny", "early", "rub", "derived"]
        )
        policy = chance.choice(["bank", "bank", "fixed"])
        return replace(
            self.world.context(),
            price_list_ids=tuple(self.lists[name].pk for name in [*own, price_type]),
            currency=chance.choice(["RUB", "RUB", "EUR"]),
            vat_mode=chance.choice(["included", "included", "on_top", "none"]),
            rate_policy=policy,
            fixed_rate=Decimal("95.1") if policy == "fixed" else None,
            rate_markup_percent=Decimal(chance.choice([0, 0, 2])),
        )

    def rules(self):
        """Live rules in the place of those before."""
        PriceRule.objects.all().delete()
        chance = self.chance
        for place in range(chance.choice([0, 1, 2, 4, 7])):
            action = chance.choice(
                ["percent"] * 4 + ["step", "step", "fixed", "on_request", "unavailable"]
            )
            value = Decimal(chance.randrange(-6000, 6000)) / 100
            PriceRule.objects.create(
                name=f"{action} {value}", state="live", action=action, priority=place,
                value=abs(value) if action == "fixed" else value,
                currency=chance.choice(["RUB", "RUB", "EUR", "CNY"]),
                conditions=[self._condition() for _n in range(chance.choice([0, 1, 1, 2]))],
                round_to=chance.choice([None, None, None, "0.5", "10", "100"]),
                max_change=chance.choice([None, None, None, "15"]),
                floor_percent=chance.choice([None, None, None, "6", "20"]),
                is_final=chance.random() < 0.15, with_agreed=chance.random() < 0.3,
            )  # fmt: skip

    def _condition(self):
        chance = self.chance
        kind = chance.choice(KINDS)
        values = {
            "brand": ["iek", "EKF", "нет", ""],
            "category": [section.pk for section in self.sections],
            "attribute": VALUES,
            "product": [product.pk for product in self.products],
            "price_list": [one.pk for one in self.lists.values()],
            "region": [self.world.regions["rostov"].pk],
        }[kind]
        some = chance.sample(values, min(len(values), chance.choice([1, 1, 2, 5])))
        found = {"kind": kind, "is_not": chance.random() < 0.25, "values": some}
        return {**found, "attribute": chance.choice(self.attributes).pk}
