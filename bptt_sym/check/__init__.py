"""Documents read, every equality in them judged, and reports of what came of it."""

from bptt_sym.check.document import judge_document
from bptt_sym.check.report import DocumentReport, Entry, exit_status, write_json
from bptt_sym.check.setting import open_setting

__all__ = ["DocumentReport", "Entry", "exit_status", "judge_document", "open_setting", "write_json"]
