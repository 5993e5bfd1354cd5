"""Takes the pictures of the README with Chromium: `make pictures`, or `python docs/pictures/take.py BPTT-SYM`."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 740, 1600  # of the window, in CSS pixels
SHARPNESS = 1.25  # dots for each of them
MARGIN = 16  # around an element, in CSS pixels
COLOURS = 64
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
           "--disable-background-networking")  # fmt: skip

NOTES = r"""The slope of the loss by the scores is
$$\nabla_{o^{(t)}} L = \hat y^{(t)} - y^{(t)}$$
and one step down, at the last step,
$$\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L$$
"""


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, with light pages of a fixed width."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for option in OPTIONS:
        options.add_argument(option)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    light = [{"name": "prefers-color-scheme", "value": "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": light})
    window = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SHARPNESS, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
    try:
        yield driver
    finally:
        driver.quit()


def take(driver: Any, page: Path, selector: str, picture: str, hidden: str) -> None:
    """The first element of a page that a selector finds, without what `hidden` finds, as docs/pictures/PICTURE."""
    driver.get(page.as_uri())
    for element in driver.find_elements(By.CSS_SELECTOR, hidden):
        driver.execute_script("arguments[0].style.display = 'none'", element)
    place = driver.find_element(By.CSS_SELECTOR, selector).rect
    clip = {"x": place["x"] - MARGIN, "y": place["y"] - MARGIN, "scale": 1,
            "width": place["width"] + 2 * MARGIN, "height": place["height"] + 2 * MARGIN}  # fmt: skip
    taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
    with Image.open(io.BytesIO(base64.b64decode(taken["data"]))) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / picture, optimize=True)


def main(tool: str) -> None:
    """Makes both pages with the tool, and takes their pictures."""
    with tempfile.TemporaryDirectory() as name, browser() as driver:
        folder = Path(name)
        notes, checked, derived = (folder / name for name in ("notes.md", "check.html", "derive.html"))
        notes.write_text(NOTES, encoding="utf-8")
        # 1: something is wrong in the notes, as it should be
        assert subprocess.run([tool, "check", notes, "--format", "html", "-o", checked], check=False).returncode == 1
        subprocess.run([tool, "derive", "dL/dh", "--format", "html", "-o", derived], check=True)
        take(driver, checked, ".paper", "check.png", hidden="h1, h2, h3")
        take(driver, derived, ".display:has(.struck)", "cancellation.png", hidden=".line:has(.struck) + .line ~ .line")


if __name__ == "__main__":
    main(*sys.argv[1:])
