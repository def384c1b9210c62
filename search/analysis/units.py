"""Units and prefixes of sizes, as they are written, and the one way they are kept."""

from collections.abc import Mapping

_WRITTEN = {
    "mm": "мм mm миллиметр миллиметра миллиметров",
    "cm": "см cm",
    "m": "м m метр метра метров",
    "km": "км km",
    "mm2": "мм2 mm2 ммкв квмм",
    "a": "а a ампер ампера амп",
    "ma": "ма ma",
    "ka": "ка ka",
    "v": "в v вольт вольта b",
    "kv": "кв kv kb",
    "w": "вт w ватт ватта bt",
    "kw": "квт kw kbt киловатт",
    "va": "ва va",
    "kva": "ква kva",
    "hz": "гц hz",
    "l": "л l литр литра литров",
    "ml": "мл ml",
    "kg": "кг kg",
    "g": "г гр g грамм",
    "bar": "бар bar",
    "mpa": "мпа mpa",
    "k": "к k кельвин",
    "lm": "лм lm",
    "p": "п p р полюс полюса полюсов",
    "mod": "мод модуль модуля модулей",
    "sec": "секция секции секций секц",
    "pcs": "шт штук штуки pcs",
    '"': "\" '' дюйм дюйма дюймов",
}
UNITS: Mapping[str, str] = {
    written: unit for unit, row in _WRITTEN.items() for written in row.split()
}

_PREFIXES = {
    "ip": "ip ип",
    "dn": "dn ду ду. dу",
    "pn": "pn ру рn",
    "sn": "sn",
    "sdr": "sdr",
    "din": "din",
    "d": "d д ø ф диам диаметр диаметром",
    "m": "m м",
    "cat": "cat кат категория",
    "l": "l",
}
PREFIXES: Mapping[str, str] = {
    written: prefix for prefix, row in _PREFIXES.items() for written in row.split()
}
