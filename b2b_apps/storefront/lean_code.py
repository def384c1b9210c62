"""What templates of Jinja are compiled to, less what ours have no use for: a page calls eight
hundred macros, filters and parts, and writes two thousand values.
"""

import re
from typing import Any

from django.utils.safestring import SafeString
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

# Texts are worded by the context; all else that is called by a name is a macro, a part or a
# function of ours, and asks for none.
WITH_CONTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext", "caller", "loop"})
# Safe as they are: another copy would be made of each.
SAFE = frozenset({Markup, SafeString})
_special = re.compile("[&<>'\"]").search


def written(value: Any) -> str:
    """A value as it is written into a page: as ``escape``."""
    kind = type(value)
    if kind in SAFE:
        return value
    if kind is str:
        # Most texts have nothing to escape; and what is joined to a page need not be marked safe.
        return str.__str__(escape(value)) if _special(value) else value
    return str(value) if kind is int else escape(value)


class LeanCode(CodeGenerator):
    """Calls what has a name directly, and writes what is safe as it is."""

    def visit_Call(  # noqa: N802 - Jinja's name
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        called = node.node
        is_plain = isinstance(called, nodes.Name) and called.name not in WITH_CONTEXT
        if not is_plain or forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(called, frame)
        self.write("(")
        for place, value in enumerate((*node.args, *node.kwargs)):
            self.write(", " if place else "")
            self.visit(value, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")
