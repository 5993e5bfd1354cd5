"""Documents read, every equality in them judged, and reports of what came of it."""

from bptt_sym.check.checking import check, check_manuscript
from bptt_sym.check.document import judge_document, judge_parts
from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import Entry, Report, Suggestion, exit_status, write_json
from bptt_sym.check.setting import open_setting

__all__ = [
    "Entry",
    "Manuscript",
    "Report",
    "Suggestion",
    "check",
    "check_manuscript",
    "exit_status",
    "judge_document",
    "judge_parts",
    "open_setting",
    "write_json",
]
