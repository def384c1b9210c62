"""Small files for the tests of the reader, and what is read of them."""

from pathlib import Path

from b2b_apps.sync1c.commerceml.reader import read

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
ROOT = "<КоммерческаяИнформация>"
END = "</КоммерческаяИнформация>"


def records_of(path: Path, kind: type | None = None) -> list:
    return [record for record in read(path) if kind is None or isinstance(record, kind)]


def read_into(found: list, path: Path) -> None:
    """Append record by record, so that what was read before an error stays."""
    for record in read(path):
        found += [record]


def file_of(tmp_path: Path, inner: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.xml"
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<КоммерческаяИнформация ВерсияСхемы="2.07">\n{inner}\n</КоммерческаяИнформация>'
    )
    path.write_bytes(text.encode(encoding))
    return path


def offers(*rows: str) -> str:
    return f"<ПакетПредложений><Предложения>{''.join(rows)}</Предложения></ПакетПредложений>"


def goods(*rows: str) -> str:
    return f"<Каталог><Товары>{''.join(rows)}</Товары></Каталог>"
