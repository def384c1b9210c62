"""Files of prices for tests: XLSX and CSV made in place."""

import io

import xlsxwriter


def xlsx(*rows, sheet="Прайс", more=()):
    """Return the bytes of a book; ``more`` are further sheets as (name, rows)."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, lines in [(sheet, rows), *more]:
        page = book.add_worksheet(name)
        for at, row in enumerate(lines):
            for place, value in enumerate(row):
                if hasattr(value, "year"):
                    page.write_datetime(at, place, value, day)
                elif value is not None:
                    page.write(at, place, value)
    book.close()
    return file.getvalue()


def csv_bytes(text, encoding="utf-8"):
    return text.encode(encoding)
