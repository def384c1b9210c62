"""Tables of letters. Everything is in lower case; ё is е."""

# Capitals that look alike: a В of an article may be either letter.
ALIKE = dict(zip("авсенкмортху", "abcehkmoptxy", strict=True))

# х between digits is the sign of multiplication, so it is x, not h.
PHONETIC = dict(zip("абвгдезиклмнопрстуфхцыэ", "abvgdeziklmnoprstufxcye", strict=True)) | {
    "ж": "zh", "й": "y", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": "",
    "ё": "e", "×": "x", "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u",
}  # fmt: skip
LOOK_ALIKE = PHONETIC | ALIKE

# Latin letters that one Russian letter may stand for, by its look or by its sound: МВА20-С. Х is
# X or H, Н is H or N.
EITHER = dict(zip("bhxpcy", "vnnrsu", strict=True))

# Signs of a code that are typed one for another; З is read as z.
SAME_SHAPE = ("0o", "1il", "3z")

RUSSIAN_BY_SOUND = {
    "sch": "щ", "shch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "yu": "ю", "ya": "я", "ju": "ю",
    "ja": "я", "kh": "х", "ts": "ц", "yo": "е", "jo": "е", "iy": "ий", "yy": "ый", "ay": "ай",
    "oy": "ой", "ey": "ей", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г",
    "h": "х", "i": "и", "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п",
    "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "х", "y": "ы",
    "z": "з",
}  # fmt: skip

# The same keys in both layouts.
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + '{}:"<>~'
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё" + "хъжэбюё"
