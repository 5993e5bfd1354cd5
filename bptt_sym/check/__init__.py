"""Documents read, every equality in them judged, and reports of what came of it.

This place is called like its function, which the package exports too: so calling the one calls the other.
"""

import sys
from types import ModuleType
from typing import Any

from bptt_sym.check.batch import check_all
from bptt_sym.check.checking import Options, check, check_manuscript
from bptt_sym.check.document import judge_document, judge_parts
from bptt_sym.check.files import find_documents, read_document
from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import Entry, Report, Suggestion, exit_status, write_json
from bptt_sym.check.setting import open_setting

__all__ = [
    "Entry",
    "Manuscript",
    "Options",
    "Report",
    "Suggestion",
    "check",
    "check_all",
    "check_manuscript",
    "exit_status",
    "find_documents",
    "judge_document",
    "judge_parts",
    "open_setting",
    "read_document",
    "write_json",
]


class _Callable(ModuleType):
    def __call__(self, text: str, **options: Any) -> Report:
        return check(text, **options)


sys.modules[__name__].__class__ = _Callable
