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

# A size in other units: 30 см is 300 мм. Kilowatts of a stabiliser are its kilovolt-amperes, so the
# number alone counts too.
SMALLER: Mapping[str, tuple[str, int]] = {
    "cm": ("mm", 10),
    "m": ("mm", 1000),
    "kw": ("w", 1000),
    "kva": ("va", 1000),
    "kv": ("v", 1000),
    "ka": ("a", 1000),
}
# Prefixes whose number alone is nearly the same: d20 and 20.
LOOSE_PREFIXES = frozenset({"d", "l"})
PIECES = "pcs"
