"""What the person who runs the exchange in 1C is told. Russian: it is 1C's language, not ours."""

from collections.abc import Mapping
from typing import Any

from b2b_apps.sync1c.commerceml.errors import CommerceMLError

TEXTS = {
    # A whole file.
    "doctype_forbidden": (
        "В файле есть объявление DOCTYPE. 1С таких файлов не выгружает: проверьте, откуда взят "
        "файл, и выгрузите его из 1С заново."
    ),
    "broken_xml": (
        "Файл повреждён в строке %(line)s: дальше его прочитать нельзя. Объекты до этой строки "
        "приняты. Повторите обмен; если ошибка останется, найдите в 1С объект, на котором "
        "прервалась выгрузка."
    ),
    "wrong_encoding": (
        "Не удалось прочитать текст файла: кодировка не та, что указана в первой строке "
        "(%(encoding)s). Выгрузите файл из 1С заново в UTF-8 или windows-1251, не пересохраняя "
        "его в редакторе."
    ),
    "version_1": (
        "Это CommerceML версии 1 (1С 7.7), портал его не читает. Включите в настройках обмена "
        "выгрузку в CommerceML 2 или обновите конфигурацию 1С."
    ),
    "not_commerceml": (
        "Это не файл обмена с сайтом: корневой элемент «%(root)s». Ожидается "
        "«КоммерческаяИнформация». Проверьте, тот ли файл отправлен."
    ),
    "too_deep": (
        "Вложенность элементов больше %(limit)s уровней (строка %(line)s). Проверьте в 1С, не "
        "зациклены ли группы номенклатуры, и повторите обмен."
    ),
    "too_large": (
        "Слишком большой объект или текст около строки %(line)s. Проверьте в 1С описание и "
        "реквизиты этого объекта: в тексте может лежать содержимое файла. Сократите их и "
        "повторите обмен."
    ),
    "empty_file": "Файл пуст. Повторите обмен; проверьте, хватает ли места на диске сервера 1С.",
    "unreadable": "Файл не удалось прочитать. Повторите обмен.",
    # One object of a file.
    "missing_id": (
        "У объекта нет «Ид», поэтому он пропущен. Откройте и перезапишите его в 1С, затем "
        "повторите обмен."
    ),
    "long_id": "«Ид» длиннее %(limit)s знаков, объект пропущен. Проверьте его в 1С.",
    "missing_number": ("У документа нет ни номера, ни «Ид», он пропущен. Проверьте документ в 1С."),
    "bad_number": (
        "«%(field)s»: «%(value)s» — не число, значение не принято. Исправьте его в 1С и "
        "повторите обмен."
    ),
    "bad_date": (
        "«%(field)s»: «%(value)s» — не дата, значение не принято. Исправьте его в 1С и "
        "повторите обмен."
    ),
    "bad_factor": (
        "«%(field)s»: коэффициент должен быть больше нуля, а в файле «%(value)s». Исправьте "
        "упаковку в 1С и повторите обмен."
    ),
    "missing_name": (
        "У объекта нет наименования, он пропущен. Заполните его в 1С и повторите обмен."
    ),
    "negative_price": "Цена %(value)s меньше нуля, она пропущена. Исправьте цену в 1С.",
    "missing_price_type": (
        "У цены не указан вид цены («ИдТипаЦены»), она пропущена. Проверьте настройку выгрузки "
        "цен в 1С."
    ),
}


def message(code: str, params: Mapping[str, Any]) -> str:
    """Return the text of a code; a parameter that is missing shows as «?»."""
    return TEXTS.get(code, TEXTS["unreadable"]) % _Lenient(params)


def message_of(error: CommerceMLError) -> str:
    """Return the text of a refusal of a whole file."""
    return message(error.code, error.data)


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
