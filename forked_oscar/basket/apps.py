"""Fork of ``oscar.apps.basket``: its AppConfig and the addresses of the basket.

Oscar serves adding by product, vouchers and saved baskets; we serve a basket by contract.
"""

from django.urls import path
from oscar.apps.basket import apps
from oscar.core.loading import get_class


class BasketConfig(apps.BasketConfig):
    name = "forked_oscar.basket"

    def ready(self) -> None:
        """Oscar loads views here that we do not serve."""

    def get_urls(self) -> list:
        def view(name: str, module: str = "views") -> object:
            return get_class(f"basket.{module}", name).as_view()

        return [
            path("", view("BasketView"), name="summary"),
            path("all/", view("BasketsView", "every"), name="every"),
            path("together/", view("BasketTogetherView", "together"), name="together"),
            path("set/", view("BasketSetView"), name="set"),
            path("set-many/", view("BasketSetManyView", "tables"), name="set_many"),
            path("line/<int:pk>/", view("BasketLineView", "lines"), name="line"),
            path("from/", view("BasketFromView", "lines"), name="from"),
            path("settle/", view("BasketSettleView", "lines"), name="settle"),
            path("carry/", view("BasketCarryView", "lines"), name="carry"),
            path("share/", view("BasketShareView", "sharing"), name="share"),
            path("open/", view("BasketOpenView", "sharing"), name="open"),
            path("journal/", view("BasketJournalView", "sharing"), name="journal"),
            path("export/", view("BasketExportView", "exports"), name="export"),
            path("remove/", view("BasketRemoveView"), name="remove"),
            path("move/<int:contract_id>/", view("BasketMoveView", "moves"), name="move"),
            path("ended/<int:pk>/", view("BasketTakeOverView", "moves"), name="take_over"),
            path("undo/", view("BasketUndoView"), name="undo"),
            path("accept/", view("BasketAcceptView"), name="accept"),
            path("refine/", view("BasketRefineView", "live"), name="refine"),
            path("refined/", view("BasketRefinedView", "live"), name="refined"),
            path("promo/", view("BasketPromoView"), name="promo"),
            path("add/", view("BasketAddByArticleView", "tables"), name="add_by_article"),
        ]
