"""Fork of ``oscar.apps.checkout``: its AppConfig and the addresses of the one-page checkout.

Oscar leads through five pages (address, method, payment, preview); we serve one, and thanks.
"""

from django.urls import path
from oscar.apps.checkout import apps
from oscar.core.loading import get_class


class CheckoutConfig(apps.CheckoutConfig):
    name = "forked_oscar.checkout"

    def ready(self) -> None:
        """Oscar loads views here that we do not serve."""

    def get_urls(self) -> list:
        index = get_class("checkout.views", "IndexView").as_view()
        thanks = get_class("checkout.views", "ThankYouView").as_view()
        files, file_remove = (
            get_class("checkout.files", name) for name in ("FilesView", "FileRemoveView")
        )
        make, take, remove = (
            get_class("checkout.drafts", name)
            for name in ("DraftMakeView", "DraftTakeView", "DraftRemoveView")
        )
        quick, quick_new, quick_to_basket = (
            get_class("checkout.quick", name)
            for name in ("QuickView", "QuickNewView", "QuickToBasketView")
        )
        return [
            path("", index, name="index"),
            path("quick/", quick.as_view(), name="quick"),
            path("quick/new/", quick_new.as_view(), name="quick_new"),
            path("quick/to-basket/", quick_to_basket.as_view(), name="quick_to_basket"),
            path("thank-you/<str:number>/", thanks, name="thank-you"),
            path("files/", files.as_view(), name="files"),
            path("files/<uuid:uid>/remove/", file_remove.as_view(), name="file_remove"),
            path("drafts/", make.as_view(), name="draft_make"),
            path("drafts/<int:pk>/take/", take.as_view(), name="draft_take"),
            path("drafts/<int:pk>/remove/", remove.as_view(), name="draft_remove"),
            path("drafts/<int:pk>/back/", remove.as_view(is_back=True), name="draft_back"),
        ]
