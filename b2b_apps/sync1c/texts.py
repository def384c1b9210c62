"""Texts for 1C's user and the monitor of exchanges: Russian whatever the portal's language."""

from typing import Any

TEXTS = {
    "sign_in": "Войдите: не переданы имя и пароль обмена.",
    "too_many_tries": "Слишком много неверных паролей. Повторите через 15 минут.",
    "wrong_password": "Неверное имя или пароль обмена.",
    "internal_error": "Внутренняя ошибка портала, номер в журнале: %(number)s.",
    "import_internal_error": "Внутренняя ошибка портала, файл %(pk)s.",
    "unknown_type": "Обмен вида «%(name)s» не поддерживается.",
    "unknown_mode": "Режим «%(name)s» не поддерживается.",
    "no_session": "Обмен не начат: начните с checkauth.",
    "bad_filename": "Имя файла не принято: %(name)s",
    "not_stored": "Файл не записан: %(reason)s",
    "bad_archive": "Архив не распакован: %(reason)s",
    "not_received": "Файл %(name)s не был передан.",
    "progress": "%(name)s: обработано объектов %(num)s",
    "bad_timestamp": "Параметр timestamp не является числом секунд.",
    "busy": "Идёт другая загрузка этого подключения.",
    "hidden": "Скрыто товаров: %(num)s",
    "broke_off": "Загрузка обрывалась трижды; смотрите журнал сервера.",
    "not_whole": "Файл не был передан до конца.",
    "deactivate_refused": (
        "Обмен назвал слишком мало товаров: скрылись бы %(missing)d из %(public)d. "
        "Ничего не скрыто. Повторите полную выгрузку; если товаров действительно "
        "больше нет, пометьте их на удаление в 1С."
    ),
    "bad_name": "имя не принято",
    "bad_picture": "Картинка %(name)s пропущена: %(reason)s.",
    "unknown_value": "Свойство «%(name)s»: значения %(value)s нет в его списке.",
    "unknown_price_type": "Вид цен %(id)s неизвестен: эта цена пропущена, остальные приняты.",
    "bad_price": "«%(value)s» не может быть ценой: она пропущена.",
    "price_currency": (
        "Цена %(value)s %(currency)s не принята: вид цен «%(name)s» ведётся в %(expected)s. "
        "Исправьте валюту цены или вида цен в 1С."
    ),
    "currency_changed": (
        "Вид цен «%(name)s» теперь в %(new)s, а был в %(old)s: прежние цены сняты, ждём новых."
    ),
    "negative_stock": "Остаток %(value)s принят за 0.",
    "unknown_warehouse": "Склад %(id)s неизвестен: его остатки ждут, пока он придёт.",
    "unknown_manager": "У менеджера %(email)s нет учётной записи на портале.",
    "contract_incomplete": (
        "Договор %(number)s: неизвестен вид цен или организация, договор пропущен."
    ),
    "credit_by_1c": "из 1С",
    "credit_bad_mode": (
        "Режим кредита «%(value)s» неизвестен: оставлен прежний. Бывают «Запрет», "
        "«Задержка отгрузки», «Решение менеджера»."
    ),
    "credit_bad_debt": "Договор %(number)s: долг не прочитан, взаиморасчёты оставлены прежними.",
    "credit_future_debt": (
        "Договор %(number)s: взаиморасчёты на будущее (%(at)s) не приняты. "
        "Проверьте часы сервера 1С."
    ),
    "credit_bad_percent": (
        "Договор %(number)s: «Этапы» без процента аванса от 0 до 100 приняты без них."
    ),
    "credit_currency": (
        "Договор %(number)s: валюта сменилась, а под ним есть удержания: "
        "кредит считается в прежней, пока заказы не закроются."
    ),
    "unknown_order": "Заказ %(number)s не с этого портала: документ не применён.",
    "unknown_status": "Статус «%(text)s» неизвестен: добавьте его в статусы 1С.",
    "contract_failed": "Договор %(number)s не принят: %(reason)s.",
    "object_failed": "Объект не принят: %(reason)s.",
    "summary": "Новых: %(created)d, изменено: %(changed)d, без изменений: %(unchanged)d.",
    "problems": "Замечаний: %(num)d, смотрите монитор обмена.",
    "order_gone": "Заказа больше нет.",
    "no_guid": "У товара «%(title)s» нет кода 1С: заказ нельзя отправить.",
    "long_number": "Номер %(number)s длиннее 11 знаков: 1С не примет его.",
    "no_shipments": "У заказа нет отгрузок.",
}


def say(code: str, /, **values: Any) -> str:
    """Return the text of a code with its values filled in."""
    return TEXTS[code] % values
