"""Names of files: what 1C really sends is kept, what leads elsewhere is refused."""

import itertools

import pytest

from b2b_apps.sync1c.exchange.filenames import BadFilenameError, confined, normalise

GOOD = {
    "import.xml": "import.xml",
    "import0_1.xml": "import0_1.xml",
    "offers___13955e2c-c7d0-4189-8db7-9bc863cde645.xml": (
        "offers___13955e2c-c7d0-4189-8db7-9bc863cde645.xml"
    ),
    "import_files/9d/9da0_0e01.jpg": "import_files/9d/9da0_0e01.jpg",
    "import_files\\9d\\9da0_0e01.jpg": "import_files/9d/9da0_0e01.jpg",
    "/import0_1.xml": "import0_1.xml",
    "/tmp/import.xml": "import.xml",
    "upload/1c_catalog/import.xml": "import.xml",
    "Сертификат (2026).pdf": "Сертификат (2026).pdf",
    "v8_1A2B_3c.zip": "v8_1A2B_3c.zip",
    "IMPORT.XML": "IMPORT.XML",
}
UPWARDS = [
    f"{head}{up}{tail}"
    for head, up, tail in itertools.product(
        ["", "a/", "/", "import_files/9d/"],
        ["../", "..\\", "../../", "..%2f", "%2e%2e/", ".../", "./", "..;/", "~/../", "..//"],
        ["import.xml", "etc/passwd.xml", "../x.xml"],
    )
]
NASTY = [
    "",
    ".",
    "..",
    "/",
    "import",
    ".htaccess",
    ".xml",
    "shell.php",
    "shell.php.",
    "shell.xml.php",
    "shell.py",
    "run.sh",
    "page.html",
    "picture.svg",
    "C:\\windows\\x.xml",
    "C:x.xml",
    "file:///etc/x.xml",
    "\\\\server\\share\\..\\x.xml",
    "a\0.xml",
    "a.xml\0.jpg",
    "a\n.xml",
    "a\r.xml",
    "a\t.xml",
    "a\u202egpj.xml",
    "a\u200b.xml",
    "a\ufeff.xml",
    "a\ufffd.xml",
    "a\x7f.xml",
    "CON.xml",
    "con.xml",
    "NUL",
    "nul.xml",
    "aux.jpg",
    "com1.xml",
    "LPT9.xml",
    "prn/import.xml",
    "import.xml.",
    "import.xml ",
    " import.xml",
    "a /import.xml",
    "a./import.xml",
    ".seen/1.xml",
    "a//b.xml",
    "a/",
    "import.xml/",
    "a*.xml",
    "a?.xml",
    'a".xml',
    "a<b.xml",
    "a|b.xml",
    "a:b.xml",
    "a%00.xml",
    "a%2fb.xml",
    "a;b.xml",
    "$(id).xml",
    "`id`.xml",
    "a" * 252 + ".xml",
    "я" * 130 + ".xml",
    "/".join(["d"] * 9) + ".xml",
    "\u2024\u2024/x.xml",
    "\uff0e\uff0e/x.xml",
    "\u2215etc\u2215x.xml",
    *UPWARDS,
]


@pytest.mark.parametrize(("name", "expected"), GOOD.items())
def test_names_that_1c_sends_are_kept(name, expected, tmp_path):
    assert normalise(name) == expected
    assert confined(tmp_path, expected).is_relative_to(tmp_path)


@pytest.mark.parametrize("name", NASTY)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(BadFilenameError):
        normalise(name)


def test_a_link_in_the_folder_leads_nowhere(tmp_path):
    folder = tmp_path / "session"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)

    with pytest.raises(BadFilenameError):
        confined(folder, "out/x.xml")
