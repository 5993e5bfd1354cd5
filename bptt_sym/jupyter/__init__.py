"""What Jupyter shows of a network, a graph, a derivation, a verdict, a report and a picture.

Classes know nothing of how they are shown; functions here are registered for them by name, and import what they need
when something is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bptt_sym.check.report import Report
    from bptt_sym.claims.outcome import Outcome
    from bptt_sym.claims.setting import Setting
    from bptt_sym.derivation.derivation import Derivation
    from bptt_sym.draw.picture import Picture
    from bptt_sym.network.graph import Graph
    from bptt_sym.network.network import Network
    from bptt_sym.proof.verdict import Proved, Refuted, Undecided

MOST_ASSIGNMENTS = 12
MARKS = {"proved": "✓", "definition": "≔", "refuted": "✗", "ill-typed": "✗"}
GIVEN = {"": "", "sum_y": r"given $\sum_i y_i = 1$", "one_hot": "given one-hot targets"}


def markdown(shown: object) -> str | None:
    """An object of this package as Markdown, with formulas between dollars; None for any other."""
    found = _MARKDOWN.get(_name(type(shown)))
    return None if found is None else found(shown)


def mimebundle(shown: object) -> dict[str, str]:
    """What a front end may choose from: plain text always, Markdown or a picture where there is one."""
    bundle = {"text/plain": repr(shown)}
    if (text := markdown(shown)) is not None:
        bundle["text/markdown"] = text
    for kind, table in (("image/svg+xml", _SVG), ("text/html", _HTML)):
        if (draw := table.get(_name(type(shown)))) is not None:
            bundle[kind] = draw(shown)
    return bundle


def register(formatter: Any) -> None:
    """Tells the display formatter of an IPython shell of every class here, by name: nothing else is imported."""
    for name in (*_MARKDOWN, *_SVG):
        module, _, kind = name.rpartition(".")
        formatter.mimebundle_formatter.for_type_by_name(module, kind, mimebundle)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _network(network: Network) -> str:
    """The forward equations as they were written, then what their symbols are."""
    from bptt_sym.render.escapes import markdown_text
    from bptt_sym.render.markdown import aligned
    from bptt_sym.written.writer import write

    lines = [f"{write(e.left)} &= {write(e.written)}" for e in network.equations if e.written is not None]
    roles = []
    for role in ("input", "target", "parameter"):
        names = [d.name.plain + (f" ({' × '.join(d.axes)})" if d.axes else "")
                 for d in network.declarations if d.role == role]  # fmt: skip
        roles += [f"{role}s: {', '.join(names)}"] if names else []
    told = "; ".join(markdown_text(role) for role in roles)
    return f"**{markdown_text(network.name)}**\n\n{aligned(lines)}\n\n{told}\n"


def _graph(graph: Graph) -> str:
    """The first assignments."""
    first = [f"{a.symbol} := {a.expr}" for a in graph.assignments[:MOST_ASSIGNMENTS]]
    more = len(graph.assignments) - len(first)
    rest = f"\n... and {more} more" if more else ""
    return f"{repr(graph).strip('<>')}\n\n```\n" + "\n".join(first) + f"{rest}\n```\n"


def _derivation(derivation: Derivation) -> str:
    """Its sections; among the headings of a notebook its own are small."""
    from bptt_sym.render.blocks import Document, Heading
    from bptt_sym.render.escapes import markdown_text
    from bptt_sym.render.markdown import write_markdown
    from bptt_sym.render.telling import document_of

    document = document_of(derivation)
    blocks = tuple(replace(b, level=b.level + 1) if isinstance(b, Heading) else b for b in document.blocks)
    return f"**{markdown_text(document.title)}**\n\n{write_markdown(Document('', blocks))}"


def _outcome(outcome: Outcome) -> str:
    from bptt_sym.render.escapes import markdown_text

    parts = [f"**{MARKS.get(outcome.word, '?')} {outcome.word}**", GIVEN[outcome.given]]
    parts.append(markdown_text(outcome.message))
    if outcome.witness is not None:
        parts.append(f"left side {outcome.witness.lhs}, right side {outcome.witness.rhs}")
    return "; ".join(part for part in parts if part) + "\n"


def _verdict(verdict: Proved | Refuted | Undecided) -> str:
    from bptt_sym.proof.verdict import Proved, Refuted
    from bptt_sym.render.escapes import markdown_text

    match verdict:
        case Proved(given=given, note=note):
            parts = ["**✓ proved**", GIVEN[given], markdown_text(note)]
        case Refuted(witness=witness):
            parts = ["**✗ refuted**", f"left side {witness.lhs}, right side {witness.rhs}"]
        case _:
            parts = ["**? undecided**", markdown_text(verdict.why)]
    return "; ".join(part for part in parts if part) + "\n"


def _report(report: Report) -> str:
    from bptt_sym.jupyter.reports import markdown_of_report

    return markdown_of_report(report)


def _picture(picture: Picture) -> str:
    from bptt_sym.draw import write_svg

    return write_svg(picture)


def _image(picture: Picture) -> str:
    """The picture as an image, which also a notebook that isn't trusted shows, and no wider than the page."""
    import base64
    from html import escape

    said = escape(f"{picture.title}. {picture.description}".replace("\n", " "))
    data = base64.b64encode(_picture(picture).encode()).decode()
    return f'<img alt="{said}" style="max-width: 100%; height: auto" src="data:image/svg+xml;base64,{data}">'


def _setting(setting: Setting) -> str:
    return f"{_network(setting.network)}\n{repr(setting).strip('<>')}\n"


_MARKDOWN: dict[str, Callable[[Any], str]] = {
    "bptt_sym.network.network.Network": _network,
    "bptt_sym.network.graph.Graph": _graph,
    "bptt_sym.claims.setting.Setting": _setting,
    "bptt_sym.claims.outcome.Outcome": _outcome,
    "bptt_sym.proof.verdict.Proved": _verdict,
    "bptt_sym.proof.verdict.Refuted": _verdict,
    "bptt_sym.proof.verdict.Undecided": _verdict,
    "bptt_sym.derivation.derivation.Derivation": _derivation,
    "bptt_sym.check.report.Report": _report,
}
_SVG: dict[str, Callable[[Any], str]] = {"bptt_sym.draw.picture.Picture": _picture}
_HTML: dict[str, Callable[[Any], str]] = {"bptt_sym.draw.picture.Picture": _image}
