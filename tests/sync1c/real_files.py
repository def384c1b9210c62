"""Real files of 1C, and what they hold, counted without our reader."""

from collections import Counter
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "commerceml"
FILES = sorted(FOLDER.glob("*.xml")) if FOLDER.exists() else []
SCHEMA = "xsd-parser"


def tree_of(path: Path) -> etree._Element:
    return etree.parse(str(path), etree.XMLParser(resolve_entities=False)).getroot()


def found(root: etree._Element, *path: str) -> list[etree._Element]:
    """Elements by the local names of themselves and their parents, outermost first."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path)
    return root.xpath(f"//{steps}")


def ids(root: etree._Element, *path: str) -> Counter[str]:
    """Non-empty Ид of the elements at a path."""
    names = (
        "".join(element.xpath("*[local-name()='Ид']/text()")).strip()
        for element in found(root, *path)
    )
    return Counter(name.rstrip("#") for name in names if name)
