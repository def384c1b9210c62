"""Says how a text was read where nothing fitted it as it stands."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from b2b_apps.storefront.listed import Listed
from search.bodies.text import LETTERS, MOST_WORDS, PARTS, TYPOS

MOST_QUOTED = 80


def text_quoted(text: str) -> str:
    """A text as headings and sentences quote it: its beginning, if somebody has pasted a letter."""
    return Truncator(text).chars(MOST_QUOTED)


def reading_text(listed: Listed, typed: str) -> str:
    """One sentence for a loose reading; nothing for the strict one."""
    typed = text_quoted(typed)
    if listed.reading == PARTS:
        return _("Nothing fits “%(text)s” whole; shown is what it is a part of.") % {"text": typed}
    if listed.reading == LETTERS and listed.read_as:
        words = {"text": typed, "other": listed.read_as}
        return _("Nothing fits “%(text)s”; shown is what fits “%(other)s”.") % words
    if listed.reading == LETTERS:
        return _("Nothing fits “%(text)s”; it was read in the other alphabet.") % {"text": typed}
    if listed.reading == TYPOS:
        return _(
            "Nothing fits “%(text)s” exactly; shown is what differs by a letter, or by signs that"
            " look alike (O and 0)."
        ) % {"text": typed}
    if listed.reading == MOST_WORDS:
        return _("Nothing has all words of “%(text)s”; shown is what has most of them.") % {
            "text": typed
        }
    return ""
