"""Pages in a real browser: what is seen, what can be done, and that nothing is asked of anybody.

They need Chromium, its driver and selenium; where one of them is missing nothing here is run, and pytest says so.
"""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest

from bptt_sym.check import Manuscript, check_manuscript, open_setting
from bptt_sym.derivation import derive
from bptt_sym.render import render
from bptt_sym.render.page import write_report_page
from bptt_sym.render.report import Checked

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
VOID = {"meta", "link", "wbr", "br"}

WRONG = r"""
\documentclass{article}
\newcommand{\yh}{\hat y}
\begin{document}
\section*{A small <b>test</b> & more}
The equations are those of the book; \emph{nothing} else, and $h_1^{(t)} = \tanh(a_1^{(t)})$ holds.
\begin{align}
  \frac{\partial L}{\partial o_1^{(t)}} &= \yh_1^{(t)} + y_1^{(t)} \\
  &= \yh_1^{(t)} - y_1^{(t)}
\end{align}
It follows that
\[ \nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L \]
and \[ \nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L. \]
Then $L = \frobnicate L$, which nothing explains.
\end{document}
"""

EVIL = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
HOSTILE = {
    "tex": rf"""{EVIL} $L = {EVIL}$ \section{{{EVIL}}} \textbf{{{EVIL}}} \begin{{equation}} \label{{{EVIL}}}
        \frac{{\partial L}}{{\partial L}} = 2 \end{{equation}} $$ x = \text{{{EVIL}}} $$ $\color{{{EVIL}}} L = L$""",
    "md": f"# {EVIL}\n\n- {EVIL} **{EVIL}** `{EVIL}`\n\n$$L = \\text{{{EVIL}}}$$\n\n```\n{EVIL}\n```\n",
    "txt": f"{EVIL} $L = {EVIL}$ \ue000 $L = 2 L$",
}


def report_page(text, kind="tex", file="notes.tex"):
    manuscript = Manuscript(file, text, kind)
    return write_report_page([Checked(manuscript, check_manuscript(manuscript))])


@pytest.fixture(scope="module")
def derivation_page():
    return render(derive(open_setting("elman", {}, 3)), "html")


class Tags(HTMLParser):
    """The elements of a page, all of them closed in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def checked_page():
    return report_page(WRONG)


def test_elements_are_closed_and_every_link_within_a_page_has_its_end(derivation_page, checked_page):
    for page in (derivation_page, checked_page):
        seen = Tags(page).seen
        ids = [attributes["id"] for _, attributes in seen if "id" in attributes]
        assert len(ids) == len(set(ids))
        links = {attributes["href"] for tag, attributes in seen if tag == "a"}
        assert {link for link in links if link[0] != "#" or link[1:] not in ids} == set()


def test_a_page_names_no_address(derivation_page, checked_page):
    for page in (derivation_page, checked_page):
        assert not re.search(r"(?:src|href)=\"(?!#|data:,)", page)
        assert set(re.findall(r"\w+://[^\s\"']+", page)) <= {"http://www.w3.org/1998/Math/MathML"}


def test_the_page_of_the_whole_derivation_is_small(derivation_page):
    assert len(derivation_page.encode()) < 1_500_000


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_a_document_says_is_never_markup(kind):
    seen = Tags(report_page(HOSTILE[kind], kind, f"{EVIL}.{kind}")).seen
    assert not [tag for tag, attributes in seen if tag == "img" or any(name.startswith("on") for name in attributes)]
    assert [tag for tag, _ in seen].count("script") == 2


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_entry_of_a_report_is_on_its_page(kind):
    for text in (HOSTILE[kind], WRONG, "\\begin{document} $L = 1$", "$L = 1$ \\begin{document} $L = L$", "\\[ L = "):
        manuscript = Manuscript("a", text, kind)
        report = check_manuscript(manuscript)
        page = write_report_page([Checked(manuscript, report)])
        shown = re.findall(r' id="d1e(\d+)"', page)
        assert sorted(map(int, shown)) == list(range(1, len(report.entries) + 1))


def test_same_document_same_page():
    assert report_page(WRONG) == report_page(WRONG)


def test_a_document_that_cannot_be_read_says_so():
    manuscript = Manuscript("big.ipynb", "", "md", unread="no notebook")
    assert "unread: no notebook" in write_report_page([Checked(manuscript, check_manuscript(manuscript))])


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="not run: selenium is not installed")
    if BROWSER is None or DRIVER is None:
        pytest.skip("not run: there is no Chromium with its driver here")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Shown:
    """A page in the browser."""

    def __init__(self, driver, path):
        self.driver, self.address = driver, path.as_uri()

    def open(self, width=1400, scheme="light", media=""):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})  # fmt: skip
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(self.address)
        return self

    def run(self, script, *arguments):
        return self.driver.execute_script(f"return {script}", *arguments)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def move_to(self, element):
        from selenium.webdriver.common.action_chains import ActionChains

        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.driver).move_to_element(element).perform()

    def until(self, condition):
        from selenium.webdriver.support.wait import WebDriverWait

        return WebDriverWait(self.driver, 10).until(lambda _: condition())


@pytest.fixture(scope="module")
def pages(browser, tmp_path_factory, derivation_page, checked_page):
    folder = tmp_path_factory.mktemp("pages")
    texts = {"derivation": derivation_page, "report": checked_page,
             **{f"hostile {kind}": report_page(text, kind, f"{EVIL}.{kind}") for kind, text in HOSTILE.items()}}  # fmt: skip
    found = {}
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        found[name] = Shown(browser, path)
    return found


NAMES = ("derivation", "report", *(f"hostile {kind}" for kind in HOSTILE))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_the_page_and_the_console_is_silent(pages, name):
    page = pages[name].open()
    page.run("window.scrollTo(0, 1e9)")
    assert page.driver.get_log("browser") == []
    events = [entry["message"] for entry in page.driver.get_log("performance")]
    asked = {found for event in events if '"Network.requestWillBeSent"' in event
             for found in re.findall(r'"request":\{[^}]*"url":"([^"]+)"', event)}  # fmt: skip
    assert {address for address in asked if not address.startswith("data:")} <= {page.address}
    assert page.driver.title != "taken"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [380, 800, 1400])
def test_nothing_is_wider_than_the_screen_but_in_a_scroller_of_its_own(pages, name, width):
    page = pages[name].open(width)
    assert page.run("document.documentElement.scrollWidth") <= width
    wide = page.run("""[...document.querySelectorAll("main *, header *, nav *")].filter(part => {
        if (part.getBoundingClientRect().right <= innerWidth + 1) return false;
        for (let at = part; at; at = at.parentElement)
            if (["auto", "hidden", "scroll"].includes(getComputedStyle(at).overflowX)) return false;
        return true;
    }).map(part => part.outerHTML.slice(0, 200))""")
    assert wide == []


@pytest.mark.parametrize("name", ["derivation", "report"])
def test_the_maths_is_seen_as_maths(pages, name):
    page = pages[name].open()
    text = page.run("document.querySelector('main').innerText")
    assert set(re.findall(r"\\[A-Za-z]+|\$", text)) <= {"\\frobnicate"}  # what can't be read stands as it was typed
    heights = page.run("[...document.querySelectorAll('main mfrac')].map(part => part.getBoundingClientRect().height)")
    assert heights
    assert min(heights) > 10
    assert page.run("[...document.querySelectorAll('main math')].every(part => part.getBoundingClientRect().width > 0)")


def test_a_script_of_a_symbol_stands_higher_than_its_letter(pages):
    page = pages["derivation"].open()
    tops = page.run("""[...document.querySelector('main .line msup').children]
        .map(part => part.getBoundingClientRect()).map(box => (box.top + box.bottom) / 2)""")
    assert tops[1] < tops[0]


@pytest.mark.parametrize("width", [380, 800, 1400])
def test_a_wide_fraction_is_broken_above_and_below_its_bar(pages, width):
    page = pages["derivation"].open(width)
    found = page.run("""[...document.querySelectorAll('main .right')].filter(part => part.querySelector('.fraction'))
        .map(part => [part.scrollWidth - part.clientWidth, part.querySelector('.fraction .over').offsetHeight])""")
    assert len(found) >= 15
    assert max(beyond for beyond, _ in found) <= 1
    assert width == 1400 or max(height for _, height in found) > 100  # several lines


def test_the_bar_of_a_broken_fraction_stands_where_those_of_others_do(pages):
    page = pages["derivation"].open()
    apart = page.run("""[...document.querySelectorAll('main .line')].filter(line => line.querySelector('.fraction'))
        .map(line => {
            const sign = line.querySelector('.relation math').getBoundingClientRect();
            return line.querySelector('.bar').getBoundingClientRect().top - (sign.top + sign.bottom) / 2;
        })""")
    assert apart
    assert max(map(abs, apart)) < 5


def test_a_marked_fraction_may_be_broken_too(browser, tmp_path):
    wide = r"\frac{v_{11} \exp(o_1^{(t)}) \cdot (v_{21} \exp(o_2^{(t)}) + v_{31} \exp(o_3^{(t)})) + 1}{Z^2}"
    (tmp_path / "a.html").write_text(report_page(rf"\[ \hat y_1^{{(t)}} = 2 + \left( 1 - {wide} \right) Z_? \]"), encoding="utf-8")
    page = Shown(browser, tmp_path / "a.html").open(380)
    assert page.run("document.documentElement.scrollWidth") <= 380


@pytest.mark.parametrize("width", [380, 612, 1400])
@pytest.mark.parametrize("name", ["derivation", "report"])
def test_no_line_begins_with_the_sign_that_ends_a_sentence(pages, name, width):
    page = pages[name].open(width)
    alone = page.run("""(() => {
        const found = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const text = walker.currentNode, paragraph = text.parentElement.closest('p, .after');
            if (!paragraph || !/^[.,;:)]/.test(text.data)) continue;
            const range = document.createRange();
            range.setStart(text, 0); range.setEnd(text, 1);
            const sign = range.getBoundingClientRect();
            if (sign.width && sign.left < paragraph.getBoundingClientRect().left + 2) found.push(paragraph.innerText);
        }
        return found;
    })()""")
    assert alone == []


def test_each_step_folds_open_to_its_reason(pages):
    page = pages["derivation"].open()
    button, reason = page.find(".fold"), page.find(".after")
    assert not reason.is_displayed()
    button.click()
    assert reason.is_displayed()
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    assert not reason.is_displayed()
    page.find("#folds").click()
    assert page.run("[...document.querySelectorAll('.after')].every(part => part.offsetHeight > 0)")


def test_pointing_at_a_symbol_marks_its_others_and_shows_what_defines_it(pages):
    page = pages["derivation"].open()
    page.move_to(page.find(".line .right [data-s]"))
    this, same = (page.run(f"[...document.querySelectorAll('main .{kind}')].map(p => p.dataset.s)") for kind in ("this", "same"))
    assert len(this) > 1
    assert len(set(this)) == 1
    assert {number.split(".")[0] for number in same} <= {this[0].split(".")[0]}
    assert page.find("#defined").is_displayed()


def test_what_defines_a_symbol_is_shown_as_a_formula_to_go_to(pages):
    page = pages["derivation"].open()
    number = page.run("[...document.querySelectorAll('main .line .left > math > [data-s]')][0].dataset.s")
    places = page.run("[...document.querySelectorAll(`main .right [data-s='${arguments[0]}']`)]", number)
    page.move_to(places[0])
    assert page.run("document.querySelectorAll('#defined math').length") >= 3
    target = page.find("#defined a").get_attribute("href").partition("#")[2]
    left = page.run("document.getElementById(arguments[0]).querySelector('.left [data-s]').dataset.s", target)
    assert left.split(".")[0] == number.split(".")[0]


HALVED = r"""\begin{align}
h_t &= \frac{\tanh(W h_{t-1} + U x_t) + \tanh(A h_{t-1} + B x_t)}{2} \\
\hat y_t &= \operatorname{softmax}(V h_t) \\
L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i}
\end{align}"""


def test_what_defines_a_symbol_keeps_the_bar_of_a_broken_fraction(browser, tmp_path):
    (tmp_path / "halved.tex").write_text(HALVED, encoding="utf-8")
    path = tmp_path / "a.html"
    path.write_text(render(derive(open_setting(str(tmp_path / "halved.tex"), {}, 3)), "html"), encoding="utf-8")
    page = Shown(browser, path).open()
    page.move_to(page.run("""(() => {
        const defined = JSON.parse(document.getElementById('definitions').textContent);
        return [...document.querySelectorAll('main .right [data-s]')].find(place =>
            document.getElementById(defined[place.dataset.s.split('.')[0]])?.querySelector('.fraction'));
    })()"""))
    assert page.run("""[...document.querySelectorAll('#defined .fraction')].map(part =>
        ['over', 'bar', 'under'].map(kind => part.querySelectorAll(`.${kind}`).length))""") == [[1, 1, 1]]


def test_the_arrow_keys_walk_through_the_symbols_of_a_formula(pages):
    page = pages["derivation"].open()
    formula = page.find(".line .right")
    page.run("arguments[0].focus()", formula)
    seen = []
    for _ in range(3):
        formula.send_keys("\ue014")  # arrow right
        seen.append(page.run("[...document.querySelectorAll('.this')].map(p => p.dataset.s)[0]"))
    assert len(set(seen)) > 1
    formula.send_keys("\ue00c")  # escape
    assert not page.find("#defined").is_displayed()


def test_all_that_can_be_pressed_can_be_reached_by_the_keyboard(pages):
    for name in ("derivation", "report"):
        page = pages[name].open()
        assert page.run("[...document.querySelectorAll('button, a[href], summary')].every(part => part.tabIndex >= 0)")
        page.find("body").send_keys("\ue004")
        assert page.run("document.activeElement.className") == "skip"


def test_strokes_go_through_what_cancels_and_can_be_taken_away(pages):
    page = pages["derivation"].open()
    stroke = "getComputedStyle(document.querySelector('.struck')).backgroundImage"
    assert "gradient" in page.run(stroke)
    button = page.find("#strokes")
    button.click()
    assert page.run(stroke) == "none"
    button.click()
    one = page.find(".tools .strokes")
    page.run("arguments[0].click()", one)
    assert page.run(stroke) == "none"


def test_a_line_is_copied_as_latex(pages):
    page = pages["derivation"].open()
    page.driver.execute_cdp_cmd("Browser.grantPermissions",
                                {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})  # fmt: skip
    button = page.find(".line .copy")
    button.click()
    page.until(lambda: button.text == "copied")
    copied = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == page.find(".line").get_attribute("data-tex")
    assert copied.startswith("\\mathbf{a}^{(t)} = \\mathbf{b} + ")


def test_an_equality_in_running_text_is_copied_too(pages):
    page = pages["report"].open()
    page.run("void Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => { window.got = text; }}})")
    assert page.run("[...document.querySelectorAll('.inline .copy')].every(part => part.textContent === '')")  # drawn
    page.find(".inline .copy").click()
    page.until(lambda: page.run("window.got") == r"h_1^{(t)} = \tanh(a_1^{(t)})")


@pytest.mark.parametrize("name", ["derivation", "report"])
def test_every_formula_can_be_copied(pages, name):
    page = pages[name].open()
    without = page.run("""[...document.querySelectorAll('main p math, main .line math')]
        .filter(part => !part.closest('.problem') && !part.closest('[data-tex]')?.querySelector('.copy')).map(part => part.outerHTML)""")
    assert without == []
    if name == "derivation":
        quiet = page.find("main p .quiet")
        assert page.run("getComputedStyle(arguments[0]).opacity", quiet) == "0"
        page.move_to(page.find("main p .inline math"))
        page.until(lambda: page.run("getComputedStyle(arguments[0]).opacity", quiet) == "1")


def test_a_copy_without_the_clipboard_goes_by_a_selection(pages):
    page = pages["derivation"].open()
    page.run("void Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.find(".line .copy").click()
    page.until(lambda: page.run("document.getElementById('said').textContent") == "copied")


def test_the_verdicts_stand_beside_their_lines_in_signs_and_words(pages):
    page = pages["report"].open()
    verdicts = page.run("[...document.querySelectorAll('.line > .beside .verdict')].map(part => part.innerText)")
    assert verdicts == ["✗ refuted", "✗ refuted", "⊘ ill-typed", "✓ proved"]
    inline = page.run("[...document.querySelectorAll('.sign')].map(part => part.textContent)")
    assert [text.split()[0] for text in inline] == ["✓", "?"]


def test_a_wrong_line_is_marked_and_shows_its_shapes_its_suggestion_and_its_witness(pages):
    page = pages["report"].open()
    wrong = page.run("[...document.querySelectorAll('.line mrow.wrong')].map(part => part.textContent)")
    assert "V" in wrong
    assert page.run("[...document.querySelectorAll('munder.worded > mtext')].map(part => part.textContent)") == ["3×5", "3×1"]
    assert page.run("document.querySelectorAll('.suggestion .right-now').length") >= 2
    details = page.find(".problem details")
    assert not page.find(".point").is_displayed()
    details.find_element("css selector", "summary").click()
    assert page.find(".point").is_displayed()


def test_the_summary_leads_to_the_problems(pages):
    page = pages["report"].open()
    links = page.run("[...document.querySelectorAll('.summary a')].map(part => part.getAttribute('href').slice(1))")
    kinds = page.run("arguments[0].map(id => document.getElementById(id).className)", links)
    assert len(kinds) == 4
    assert all("bad" in kind or "doubt" in kind for kind in kinds)


def test_problems_alone_can_be_shown(pages):
    page = pages["report"].open()
    page.find("#problems").click()
    assert page.run("[...document.querySelectorAll('.line')].filter(part => part.offsetHeight).length") == 3


def test_dark_and_light_are_two_and_both_can_be_read(pages):
    colours = "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
    light, dark = (pages["report"].open(scheme=scheme).run(colours) for scheme in ("light", "dark"))
    assert light != dark
    for paper, ink in (light, dark):
        assert contrast(paper, ink) > 7
    for scheme in ("light", "dark"):
        page = pages["report"].open(scheme=scheme)
        pairs = page.run("""[...document.querySelectorAll(".verdict, .problem p, .place, nav a, .beside, .copy")]
            .map(part => { let at = part, paper; do { paper = getComputedStyle(at).backgroundColor; at = at.parentElement; }
                while (paper === "rgba(0, 0, 0, 0)"); return [paper, getComputedStyle(part).color]; })""")
        assert min(contrast(paper, ink) for paper, ink in pairs) > 4.5


def contrast(first, second):
    """The contrast of two colours by the formula of the accessibility guidelines."""
    def light(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05
    one, other = sorted((light(first), light(second)))
    return other / one


def test_on_paper_every_reason_stands_and_no_button(pages):
    page = pages["derivation"].open(media="print")
    assert page.run("[...document.querySelectorAll('.after')].every(part => part.offsetHeight > 0)")
    assert page.run("[...document.querySelectorAll('.tools, nav')].every(part => part.offsetHeight === 0)")
    pages["derivation"].open()


def test_without_script_every_reason_stands(pages):
    page = pages["derivation"]
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.open()
    assert page.find(".after").is_displayed()
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
