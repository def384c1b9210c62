"""Statuses of orders as usual configurations of 1C word them."""

from django.db import migrations

TEXTS = {
    "": [
        "Принят, ожидается оплата",
        "Ожидается оплата",
        "Ожидается согласование",
        "Ожидается аванс (до обеспечения)",
        "Ожидается предоплата (до отгрузки)",
        "Не согласован",
        "На согласовании",
        "Новый",
        "Принят",
    ],
    "confirmed": [
        "Согласован",
        "Подтвержден",
        "К выполнению",
        "К обеспечению",
        "Ожидается обеспечение",
        "Готов к обеспечению",
        "В резерве",
        "Оплачен",
        "В работе",
        "Формируется к отправке",
    ],
    "picking": [
        "К отгрузке",
        "Готов к отгрузке",
        "В процессе отгрузки",
        "Собирается",
        "Сборка",
        "Комплектуется",
        "Ожидается отгрузка",
    ],
    "shipped": [
        "Отгружен",
        "Отгружено",
        "Доставлен",
        "Выполнен",
        "Закрыт",
        "Готов к закрытию",
        "Ожидается оплата (после отгрузки)",
    ],
    "cancelled": ["Отменен", "Отменён", "Аннулирован", "Отклонен", "Отклонён"],
}


def fill(apps, schema_editor):
    mapping = apps.get_model("sync1c", "StatusMapping")
    for meaning, texts in TEXTS.items():
        for text in texts:
            mapping.objects.get_or_create(text=text, defaults={"meaning": meaning})


class Migration(migrations.Migration):
    replaces = [("sync1c", "0003_status_texts")]
    dependencies = [("sync1c", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
