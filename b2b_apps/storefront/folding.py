"""Templates of Jinja in which what is always the same is written out when they are compiled."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, override
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from b2b_apps.storefront.lean_code import LeanCode, written


class FoldingEnvironment(Environment):
    """An environment of one language: texts without values, icons and addresses of pages become
    parts of the template around them. A page has two hundred of them.
    """

    # What a call with nothing but constants gives as long as the process lives, by name.
    constant: Mapping[str, Callable[..., Any]] = {}
    language: str | None = None
    code_generator_class = LeanCode
    written = staticmethod(written)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        with override(self.language):
            folded: nodes.Template = _Folding(self).visit(parsed)
        return folded


def text(message: str) -> Markup:
    """A text of a template in the language that is active, as Jinja's own ``_`` gives it."""
    return Markup(gettext(message)) % {}  # noqa: S704 - our own text


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment
        self._constant = environment.constant

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        folded: nodes.Node = self.generic_visit(node)
        called = node.node
        make = self._constant.get(called.name) if isinstance(called, nodes.Name) else None
        values = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        is_constant = len(values) == len(node.args) and not node.kwargs
        if make is None or not is_constant or node.dyn_args or node.dyn_kwargs:
            return folded
        found = make(*values)
        made: nodes.Expr = nodes.Const(str(found))
        if hasattr(found, "__html__"):
            made = nodes.MarkSafe(made)
        return made.set_lineno(node.lineno).set_environment(self._environment)
