"""Documents read, every equality in them judged, and reports of what came of it."""

from bptt_sym.check.document import judge_document
from bptt_sym.check.report import DocumentReport, Entry, exit_status, write_json

__all__ = ["DocumentReport", "Entry", "exit_status", "judge_document", "write_json"]
