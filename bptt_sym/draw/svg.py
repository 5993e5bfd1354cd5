"""A picture as SVG: one file, no script, no font of its own, readable in grey."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from bptt_sym.draw.glyphs import runs, width_of
from bptt_sym.draw.picture import Box, Label, Line, Picture, Tag, Way
from bptt_sym.draw.polyline import Point

# Dark blue and vermilion differ to every kind of eye, and in grey by lightness; the dashes say it once more.
COLOURS: dict[Way, str] = {"forward": "#134074", "backward": "#d55e00"}
GRADIENT = "#a84300"
FAMILY = "'STIX Two Text','STIX Two Math','Latin Modern Roman','Cambria Math','Times New Roman','DejaVu Serif',serif"
FOOT = 64.0


def write_svg(picture: Picture) -> str:
    """The picture with its title and description, and a legend below it."""
    return "\n".join(_document(picture)) + "\n"


def _document(picture: Picture) -> Iterator[str]:
    width, height = max(picture.width, 420.0), picture.height + FOOT
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
        f'height="{_n(height)}" role="img" aria-labelledby="title description" font-family="{FAMILY}">'
    )
    yield f'<title id="title">{escape(picture.title)}</title>'
    yield f'<desc id="description">{escape(picture.description)}</desc>'
    yield "<defs>"
    for way, colour in COLOURS.items():
        size = 5 if picture.fine else 7
        yield (
            f'<marker id="{way}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" '
            f'markerWidth="{size}" markerHeight="{size}" orient="auto-start-reverse">'
            f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        )
    yield "</defs>"
    yield '<rect width="100%" height="100%" fill="#ffffff"/>'
    for line in picture.lines:
        yield _line(line, fine=picture.fine)
    for tag in picture.tags:
        yield from _tag(tag)
    for box in picture.boxes:
        yield from _box(box)
    yield from _legend(picture, width)
    yield "</svg>"


def _line(line: Line, *, fine: bool) -> str:
    dashes = f' stroke-dasharray="{"3 2" if fine else "5 3"}"' if line.way == "backward" else ""
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.points)
    return (
        f'<polyline points="{points}" fill="none" stroke="{COLOURS[line.way]}" stroke-width="{0.7 if fine else 1.5}" '
        f'stroke-linejoin="round"{dashes} marker-{"start" if line.way == "backward" else "end"}="url(#{line.way})"/>'
    )


def _tag(tag: Tag) -> Iterator[str]:
    """A label on a white ground, so that lines under it don't run through its letters."""
    width = width_of(tag.label, tag.size) + 5
    left = tag.place[0] - {"start": 2.5, "middle": width / 2, "end": width - 2.5}[tag.anchor]
    yield (
        f'<rect x="{_n(left)}" y="{_n(tag.place[1] - 0.75 * tag.size)}" width="{_n(width)}" '
        f'height="{_n(1.5 * tag.size)}" rx="2" fill="#ffffff"/>'
    )
    yield _text(tag.label, tag.place, tag.size, "#111111", tag.anchor)


def _box(box: Box) -> Iterator[str]:
    (x, y), width, height = box.centre, box.width, box.height
    corner = height / 2 if box.round else 7
    fill = "#eceff3" if box.given else "#ffffff"
    yield (
        f'<rect x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{_n(height)}" '
        f'rx="{_n(corner)}" fill="{fill}" stroke="{COLOURS["forward"]}" stroke-width="{1 if box.round else 1.4}"/>'
    )
    if box.round:
        yield _text(box.label, (x, y), 11, "#111111")
    elif box.gradient is None:
        yield _text(box.label, (x, y), 15, "#111111")
    else:
        yield _text(box.label, (x, y - 9), 15, "#111111")
        yield _text(box.gradient, (x, y + 11), 12, GRADIENT)


def _text(label: Label, place: Point, size: float, colour: str, anchor: str = "middle") -> str:
    """Runs one after another; each says how far it stands above the last one."""
    parts, raised = [], 0.0
    for run in runs(label):
        look = ' font-style="italic"' * run.italic + ' font-weight="bold"' * run.bold
        shift = f' dy="{_n((raised - run.raised) * size)}"' if run.raised != raised else ""
        scale = f' font-size="{_n(run.size * size)}"' if run.size != 1 else ""
        raised = run.raised
        parts.append(f"<tspan{shift}{scale}{look}>{escape(run.text)}</tspan>")
    return (
        f'<text x="{_n(place[0])}" y="{_n(place[1] + 0.34 * size)}" font-size="{_n(size)}" fill="{colour}" '
        f'text-anchor="{anchor}" xml:space="preserve">{"".join(parts)}</text>'
    )


def _legend(picture: Picture, width: float) -> Iterator[str]:
    """What the two kinds of arrow mean, in lines as long as there is room for."""
    room, line = min(max(int((width - 40) / 5.6), 40), 120), ""
    lines = []
    for word in picture.legend.split():
        if len(line) + len(word) + 1 > room:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    for k, text in enumerate([*lines, line]):
        yield _text(text, (20, picture.height + 6 + 14 * k), 11, "#444444", "start")


def _n(value: float) -> str:
    """A number of pixels, to a tenth."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
