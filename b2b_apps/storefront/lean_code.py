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
    """Calls what has a name directly, writes what is safe as it is, asks a value itself for what it
    has, and writes an included template at once: Jinja hands on each of its pieces, through as many
    generators as there are templates.
    """

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        is_named = isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
        if not is_named or node.ignore_missing or not node.with_context:
            super().visit_Include(node, frame)
            return
        self.writeline("template = environment.get_template(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        values = f"context.get_all(), True, {self.dump_local_context(frame)}"
        drawn = f"concat(template.root_render_func(template.new_context({values})))"
        self.simple_write(drawn, frame)

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

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """What a value has by that name; where it has nothing, Jinja says what is meant."""
        if not isinstance(node.node, nodes.Name):
            super().visit_Getattr(node, frame)
            return
        self.write("(found if (found := getattr(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")
