"""Slugs of Russian names, in Latin letters."""

from django.utils.text import slugify

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def slugify_russian(value: str, **kwargs: object) -> str:
    """Return ``value`` as a slug of ASCII letters; «Щит» gives ``shchit``."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in value.lower())
    return slugify(latin)[:200] or "x"
