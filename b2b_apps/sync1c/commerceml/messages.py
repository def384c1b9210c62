"""Texts for 1C's user, in Russian whatever the portal's language: what happened, what to do."""

from typing import Any

TEXTS = {
    "unreadable": "Файл не читается. Выгрузите его заново.",
    "doctype": "В файле есть DOCTYPE, такие файлы не принимаются. Выгрузите файл без него.",
    "broken_xml": (
        "XML испорчен в строке {line}: {reason}. Всё, что стоит до неё, принято. "
        "Выгрузите файл заново; если не поможет, найдите объект из этой строки."
    ),
    "wrong_encoding": (
        "Кодировка файла не та, что объявлена в первой строке ({reason}). "
        "Выгрузите файл в UTF-8 или windows-1251."
    ),
    "too_deep": "Элементы вложены глубже 200 уровней. Проверьте, нет ли петли в дереве групп.",
    "too_long": "Один из текстов файла длиннее 10 МБ. Уберите вложение из описания товара.",
    "version_1": (
        "Это CommerceML 1 (1С 7.7). Портал понимает CommerceML 2: обновите обмен на стороне 1С."
    ),
    "not_commerceml": (
        "Это не CommerceML: корневой элемент {root}. Проверьте, тот ли файл выгружается."
    ),
    "no_id": "У объекта нет элемента «Ид», он пропущен. Заполните его в 1С и выгрузите заново.",
    "no_name": "У объекта нет наименования, он пропущен. Заполните его в 1С и выгрузите заново.",
    "bad_number": "«{value}» в элементе {element}: это не число. {what} пропущено.",
    "negative_price": "Цена {value} меньше нуля, она пропущена. Исправьте цену в 1С.",
}


def text_of(code: str, params: dict[str, Any]) -> str:
    """Return the text of a code with its data; an unknown code reads as an unreadable file."""
    template = TEXTS.get(code, TEXTS["unreadable"])
    return template.format_map(_Blank(params))


class _Blank(dict[str, Any]):
    """A parameter that was not given reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""
