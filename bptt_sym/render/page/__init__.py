"""Pages: one HTML file each, with its style and script inside."""

from bptt_sym.render.page.checked import write_report_page
from bptt_sym.render.page.story import write_page

__all__ = ["write_page", "write_report_page"]
