"""Whether two pictures or PDFs look alike: `python looks.py ONE OTHER` says what differs, and ends with 1 then.

Pages are compared as grey pictures, on the whole and in squares, so that a word that changed isn't lost in a white page,
while strokes that another version of a library draws a little thinner pass.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

FAINT = 2.0  # of 255, on average over a page
FAINT_SQUARE = 20.0  # of 255, on average over a square
SIDE = 16  # pixels
RESOLUTION = 80  # dots per inch, of a PDF's pages


def pages(path):
    """The pages of a PDF, or the one picture of another file, as arrays of grey."""
    if path.suffix != ".pdf":
        return [grey(path)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(RESOLUTION), "-gray", path, Path(folder, "page")], check=True)
        return [grey(page) for page in sorted(Path(folder).iterdir())]


def grey(path):
    with Image.open(path) as image:
        opaque = Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))
        return np.asarray(opaque.convert("L"), dtype=float)


def squares(picture):
    """The averages of a picture over squares; the last ones are filled up with 0."""
    height, width = (-(-side // SIDE) for side in picture.shape)
    whole = np.zeros((height * SIDE, width * SIDE))
    whole[: picture.shape[0], : picture.shape[1]] = picture
    return whole.reshape(height, SIDE, width, SIDE).mean(axis=(1, 3))


def difference(one, other):
    """What is told first of two files that don't look alike; None if they do."""
    left, right = pages(one), pages(other)
    if len(left) != len(right):
        return f"{len(left)} pages, {len(right)} pages"
    for number, (a, b) in enumerate(zip(left, right, strict=True), 1):
        if a.shape != b.shape:
            return f"page {number}: {a.shape[1]}×{a.shape[0]}, {b.shape[1]}×{b.shape[0]} pixels"
        apart = np.abs(a - b)
        if apart.mean() > FAINT or squares(apart).max() > FAINT_SQUARE:
            return f"page {number}: differs by {apart.mean():.2f} of 255 on average, {squares(apart).max():.0f} at most"
    return None


def main(one, other):
    told = difference(Path(one), Path(other))
    return told and f"{one}, {other}: {told}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
