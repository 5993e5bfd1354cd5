r"""What each character and macro of written mathematics is: the reader's dictionary, as data.

A macro stands here without its backslash; whatever is in none of the tables can't be read.
"""

from __future__ import annotations


def spelled(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_GREEK_LOWER = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi"
    " omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma"
)
_GREEK_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_UNICODE_GREEK = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma"
    " varsigma tau upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
GREEK = spelled(f"{_GREEK_LOWER} {_GREEK_UPPER}")

# fmt: off
SYMBOLS: dict[str, str] = {
    "top": "\\top", "intercal": "\\top", "prime": "\\prime", "infty": "\\infty", "ell": "\\ell",
    "transpose": "\\top", "transp": "\\top", "tran": "\\top", "trans": "\\top",
    "star": "\\star", "dagger": "\\dagger",
}

RELATIONS: dict[str, str] = {
    "=": "=", "<": "<", ">": ">", "lt": "<", "gt": ">", "coloneqq": ":=", "coloneq": ":=", "defeq": ":=",
    "eqqcolon": "=:", "equiv": "\\equiv", "triangleq": "\\triangleq", "doteq": "\\doteq",
    "approx": "\\approx",
    "simeq": "\\simeq", "cong": "\\cong", "sim": "\\sim", "ne": "\\ne", "neq": "\\ne", "le": "\\le",
    "leq": "\\le",
    "leqslant": "\\le", "ge": "\\ge", "geq": "\\ge", "geqslant": "\\ge", "ll": "\\ll", "gg": "\\gg",
    "in": "\\in",
    "notin": "\\notin", "subset": "\\subset", "subseteq": "\\subseteq", "propto": "\\propto", "to": "\\to",
    "rightarrow": "\\to", "longrightarrow": "\\to", "mapsto": "\\mapsto", "leftarrow": "\\gets",
    "gets": "\\gets",
    "mid": "\\mid", "perp": "\\perp",
}

IMPLICATIONS = spelled(
    "Rightarrow implies Longrightarrow iff Leftrightarrow Longleftrightarrow therefore because"
)

OPERATORS: dict[str, str] = {
    "+": "+", "-": "-", "*": "*", "ast": "*", "/": "/", "cdot": "\\cdot", "times": "\\times", "odot": "\\odot",
    "circ": "\\circ", "otimes": "\\otimes", "oplus": "\\oplus", "bullet": "\\cdot", "hadamard": "\\odot",
    "oslash": "\\oslash",
}
MULTIPLYING = frozenset(("\\cdot", "\\times", "*"))
CIRCLED = frozenset(("\\odot", "\\circ", "\\otimes", "\\oplus", "\\oslash"))

OPENING: dict[str, str] = {
    "(": "(", "[": "[", "{": "{", "lbrace": "{", "lbrack": "[", "lparen": "(", "langle": "<",
    "llbracket": "[", "lvert": "|", "lVert": "||",
}
CLOSING: dict[str, str] = {
    ")": "(", "]": "[", "}": "{", "rbrace": "{", "rbrack": "[", "rparen": "(", "rangle": "<",
    "rrbracket": "[", "rvert": "|", "rVert": "||",
}
BARS: dict[str, str] = {"|": "|", "vert": "|", "Vert": "||"}

UNICODE: dict[str, str] = {
    "∂": "partial", "∇": "nabla", "·": "cdot", "⋅": "cdot", "×": "times", "⊙": "odot", "∘": "circ",
    "⊗": "otimes", "⊘": "oslash",
    "−": "-", "≤": "le", "≥": "ge", "≠": "ne", "≈": "approx", "≡": "equiv", "∈": "in", "→": "to",
    "∝": "propto",
    "∑": "sum", "∏": "prod", "⊤": "top", "′": "'", "∞": "infty", "…": "ldots", "⋯": "cdots",
    "ℓ": "ell",
    "∀": "forall", "⇒": "Rightarrow", "⟨": "langle", "⟩": "rangle", "⟦": "llbracket", "⟧": "rrbracket", "‖": "Vert",
    **dict(zip("αβγδεζηθικλμνξοπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩ", _UNICODE_GREEK.split(), strict=True)),
}

COMBINING = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot"}

ELLIPSES = spelled("cdots ldots dots vdots ddots hdots dotsc dotsb dotsm dotsi dotso")

FUNCTIONS = spelled(
    "tanh exp ln log lg sin cos tan sinh cosh sech coth cot sec csc arctan arcsin arccos max min det sup inf"
    " arg"
)
FUNCTION_MACROS = FUNCTIONS | spelled("tr Tr trace logsumexp lse LSE")
FUNCTION_WORDS = FUNCTION_MACROS | spelled(
    "softmax Softmax SoftMax smax sigmoid Sigmoid logistic sigm expit relu ReLU RELU softplus step"
    " Heaviside diag Diag Trace vec sech sqrt sign sgn identity id argmax argmin concat"
    " onehot rank sum atan elu ELU gelu GELU hardtanh softsign"
)

ACCENTS: dict[str, str] = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "overline": "bar",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve", "acute": "acute", "grave": "grave",
    "mathring": "ring", "overrightarrow": "right", "overleftarrow": "left",
}
ACCENT_MACROS: dict[str, str] = {
    "hat": "hat", "tilde": "tilde", "bar": "bar", "dot": "dot", "ddot": "ddot", "check": "check",
    "breve": "breve",
    "acute": "acute", "grave": "grave", "ring": "mathring",
    "right": "overrightarrow", "left": "overleftarrow",
}

FONTS: dict[str, str] = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "vec": "bold", "pmb": "bold", "mathbfit": "bold",
    "symbf": "bold", "symbfit": "bold", "underline": "bold", "textbf": "bold",
    "mathrm": "roman", "mathsf": "roman", "mathtt": "roman", "mathit": "roman", "mathnormal": "",
    "symup": "roman",
    "mathcal": "mathcal", "mathscr": "mathscr", "mathfrak": "mathfrak", "mathbb": "mathbb",
    "mathds": "mathbb",
    "mathbbm": "mathbb", "mathbbmss": "mathbb",
}
FONT_SWITCHES: dict[str, str] = {
    "bf": "bold", "bfseries": "bold", "rm": "roman", "sf": "roman", "tt": "roman", "it": "roman",
    "cal": "mathcal",
    "mit": "",
}
TEXTS = spelled("text textrm textnormal textit textsf texttt mbox hbox textup emph")

SIZES = spelled(
    "big Big bigg Bigg bigm Bigm biggm Biggm middle bigl Bigl biggl Biggl left bigr Bigr biggr Biggr"
    " right"
)
WIDE_SPACES = frozenset(("quad", "qquad"))
NARROW_SPACES = frozenset((" ", "\n", "\t")) | spelled("enspace enskip space nobreakspace hfill hfil")
DROPPED = frozenset((" ", "\n", "\t")) | spelled(
    ", ; ! : > / - @ enspace enskip thinspace medspace thickspace negthinspace negmedspace negthickspace"
    " space nobreakspace displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits displaylimits"
    " nonumber notag mathstrut strut hfill hfil hline allowbreak nobreak break relax centering noindent"
    " allowdisplaybreaks protect qedhere displaybreak par small footnotesize normalsize large Large tiny"
    " scriptsize begingroup endgroup xspace qed qedsymbol blacksquare checkmark"
)
DROPPED_WITH: dict[str, int] = {
    "hspace": 1, "vspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "footnote": 1,
    "rule": 2, "cite": 1, "mspace": 1, "index": 1, "footnotemark": 0, "noalign": 1,
}
SKIPS = spelled("hskip kern mkern mskip vskip")
TRANSPARENT: dict[str, int] = {
    "boxed": 1, "mathop": 1, "mathrel": 1, "mathbin": 1, "mathord": 1, "mathopen": 1, "mathclose": 1,
    "mathinner": 1, "mathpunct": 1, "smash": 1, "ensuremath": 1, "fbox": 1, "mathclap": 1, "mathllap": 1,
    "mathrlap": 1, "Aboxed": 1,
    "textcolor": 2, "colorbox": 2, "fcolorbox": 3, "mathcolor": 2, "class": 2, "cssId": 2, "style": 2,
    "scalebox": 2, "resizebox": 3, "raisebox": 2, "framebox": 1,
}
BOXES = spelled("fbox framebox colorbox fcolorbox scalebox resizebox raisebox")
BRACED: dict[str, str] = {
    "underbrace": "_", "overbrace": "^", "underbracket": "_", "overbracket": "^", "underparen": "_",
    "overparen": "^",
}
ARITY: dict[str, int] = {
    "frac": 2, "dfrac": 2, "tfrac": 2, "cfrac": 2, "sqrt": 1, "cancel": 1, "bcancel": 1, "xcancel": 1,
    "stackrel": 2, "overset": 2, "underset": 2, "substack": 1, **dict.fromkeys(ACCENTS, 1),
}
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
CANCELS = frozenset(("cancel", "bcancel", "xcancel"))

MATRICES = spelled(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix psmallmatrix bsmallmatrix array"
)
ROWS_OF_FORMULAS = spelled(
    "aligned split gathered alignedat align align* alignat alignat* gather gather* multline multline*"
    " eqnarray eqnarray* equation equation* flalign flalign* multlined displaymath math dmath dmath*"
    " lgathered rgathered IEEEeqnarray IEEEeqnarray* subequations xalignat xalignat* xxalignat"
)
TAKES_COLUMNS = spelled(
    "array alignat alignat* xalignat xalignat* xxalignat alignedat IEEEeqnarray IEEEeqnarray*"
)
CASES = frozenset(("cases", "dcases", "cases*", "dcases*", "rcases"))

CONDITION_WORDS = spelled("for if when whenever all each every any forall given assuming provided suppose at")
EXPLAINING_WORDS = spelled("where with which having")
ASSERTING_WORDS = spelled(
    "so thus hence therefore then since because as using by let i.e. ie namely also but equivalently"
    " moreover furthermore consequently now finally"
)
DENYING_WORDS = spelled(
    "not never unless except false wrong incorrect cannot isn't doesn't aren't can't no or nor either"
    " neither than"
)
# In a remark behind an equality they may say of what it holds: "(last step)", "with k the true class".
RESTRICTING_WORDS = spelled(
    "case last final first initial terminal boundary only correct true class label target gold linear nonlinear"
    " truncated truncation ignoring neglecting dropping omitting small large special limit one-hot onehot fixed without"
)
LINKING_WORDS = frozenset(("and",))
OTHERWISE_WORDS = frozenset(("otherwise", "else"))
PROSE = (
    CONDITION_WORDS | EXPLAINING_WORDS | ASSERTING_WORDS | DENYING_WORDS | LINKING_WORDS | OTHERWISE_WORDS
    | spelled("the a an is are be to of in on from that this we have get it such over holds rule chain")
)
# fmt: on
