"""The command `bptt-sym`: options in, documents and reports out; what is heavy is imported by who needs it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any

import click

from bptt_sym.command.options import network_options, read_sizes
from bptt_sym.command.pictures import draw, plot
from bptt_sym.errors import BpttSymError, UsageError

if TYPE_CHECKING:
    from bptt_sym.check import Manuscript, Report
    from bptt_sym.check.files import FileKind
    from bptt_sym.meaning.scope import Layout
    from bptt_sym.render import Document

FORMATS = ("latex", "text", "markdown", "html", "pdf", "ipynb")
REPORT_FORMATS = ("text", "github", "html", "pdf")


class _BadInput(click.ClickException):
    """One message on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """The message as it is: it may end in a line with carets."""
        click.echo(f"bptt-sym: {self.message}", err=True, file=file)


@contextmanager
def _bad_input_told() -> Iterator[None]:
    try:
        yield
    except BpttSymError as error:
        raise _BadInput(error.message) from error
    except click.UsageError as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            raise
        raise _BadInput(error.format_message()) from error


class _Commands(click.Group):
    """A group in which every mistake of the caller's is told in the same way."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The options before the command."""
        with _bad_input_told():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """The command with its own options."""
        with _bad_input_told():
            return super().invoke(ctx)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bptt-sym", prog_name="bptt-sym")
def main() -> None:
    """Derive the gradients of a recurrent network written in LaTeX, with proof, and check derivations of them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode shows what it can
    gc.set_threshold(100_000)  # a command builds much and drops little: looking for garbage is a tenth of its time


@main.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@network_options
@click.option("--format", "format", type=click.Choice(FORMATS), default="latex", show_default=True)
@click.option("--fragment", is_flag=True, help="LaTeX to paste into an article, not one of its own.")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def derive(
    targets: tuple[str, ...],
    network: str,
    sizes: Mapping[str, int],
    steps: int,
    format: str,
    fragment: bool,
    output: str | None,
) -> None:
    """Write the derivation of all gradients, or of each TARGET: dL/do, dyhat/dh, dL/dw_12, dh^(3)/dh^(1) ..."""
    if fragment and format != "latex":
        raise UsageError(f"--fragment writes LaTeX, not {format}")
    from bptt_sym.check import open_setting
    from bptt_sym.derivation import derive as derived
    from bptt_sym.render.telling import document_of

    derivation = derived(open_setting(network, sizes, steps), targets)
    if format == "ipynb":
        from bptt_sym.render.notebook import write_notebook

        _put(write_notebook(derivation), output)
    else:
        _put(_written(document_of(derivation), "fragment" if fragment else format), output)


def _written(document: Document, format: str) -> str | bytes:
    """The document as one of the formats that `derive` has."""
    from bptt_sym.render import render
    from bptt_sym.render.latex import write_fragment, write_latex
    from bptt_sym.render.pdf import compile_latex

    match format:
        case "pdf":
            return compile_latex(write_latex(document))
        case "fragment":
            return write_fragment(document)
        case _:
            return render(document, format)  # type: ignore[arg-type]


def _put(written: str | bytes, output: str | None) -> None:
    """To the file, or to standard output unless that is a terminal that can't show it."""
    from bptt_sym.render.output import write_file

    if output is not None:
        write_file(output, written)
    elif isinstance(written, bytes) and written.startswith(b"%PDF") and sys.stdout.isatty():
        raise UsageError("a PDF is nothing for a terminal: name a file with -o")
    else:
        click.echo(written, nl=False)


@main.command()
@network_options
@click.option("--numeric", is_flag=True, help="Hold every gradient against finite differences too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(network: str, sizes: Mapping[str, int], steps: int, numeric: bool, as_json: bool) -> None:
    """Prove the closed forms of the book, 10.17 to 10.28, on the unrolled network."""
    from dataclasses import replace

    from bptt_sym.check import exit_status, judge_document, open_setting, write_json
    from bptt_sym.network.library import library_text

    setting = open_setting(network, sizes, steps)
    report = judge_document(library_text("book"), setting, file="book.tex")
    if numeric:
        from bptt_sym.numeric.parameters import parameter_report

        found = parameter_report(setting.network, setting.graph)
        report = replace(report, numeric=found.by_method(), numeric_failed=not found.passed)
    if as_json:
        click.echo(write_json([report]), nl=False)
    else:
        from bptt_sym.check.table import print_table

        print_table(report)
    sys.exit(exit_status([report]))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--network", metavar="NAME|FILE", help="A network of the library, or a file with forward equations.")
@click.option("--sizes", callback=read_sizes, metavar="NAME=SIZE,...", help="As in x=4,h=5,o=3.")
@click.option("--steps", type=int, help="The number of time steps τ.")
@click.option("--layout", type=click.Choice(("numerator", "denominator", "mixed")),
              help="How derivatives by vectors are laid out.")
@click.option("--kind", type=click.Choice(("tex", "md", "txt", "ipynb")),
              help="What the files are, where the suffix doesn't tell.")
@click.option("--no-suggestions", is_flag=True, help="Look for no corrections, which is faster.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True,
              metavar="SECONDS", help="For each document; what isn't decided by then is undecided.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Check files in N processes.")
@click.option("--cluster", metavar="ADDRESS", help="Check files on a running Dask scheduler.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--format", "format", type=click.Choice(REPORT_FORMATS), default="text", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Tell of every equality, not of problems only.")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def check(
    files: tuple[str, ...],
    network: str | None,
    sizes: Mapping[str, int],
    steps: int | None,
    layout: Layout | None,
    kind: FileKind | None,
    no_suggestions: bool,
    time_limit: float,
    jobs: int,
    cluster: str | None,
    as_json: bool,
    format: str,
    verbose: bool,
    output: str | None,
) -> None:
    """Say of every equality in each FILE whether it holds: LaTeX, Markdown, text, notebooks, folders, - for stdin."""
    from bptt_sym.check import Options, check_all, exit_status, find_documents, read_document
    from bptt_sym.render.terminal import progress

    options = Options(network, sizes or None, steps, layout, not no_suggestions, time_limit)
    manuscripts = [read_document(name, kind) for name in find_documents(files)]
    reports = []
    with progress(len(manuscripts)) as advance:
        for report in check_all(manuscripts, options, jobs=jobs, cluster=cluster):
            reports.append(report)
            advance()
    _tell(manuscripts, reports, "json" if as_json else format, verbose, output)
    sys.exit(exit_status(reports))


def _tell(
    manuscripts: Sequence[Manuscript], reports: Sequence[Report], format: str, verbose: bool, output: str | None
) -> None:
    """The reports in the format asked for, in the file or on standard output."""
    from bptt_sym.check import write_json
    from bptt_sym.render.annotations import workflow_commands
    from bptt_sym.render.report import Checked, report_lines
    from bptt_sym.render.terminal import PLAIN_WIDTH, output_width, plain, print_lines

    width = output_width() if output is None else PLAIN_WIDTH
    checked = [Checked(*pair) for pair in zip(manuscripts, reports, strict=True)]
    match format:
        case "json":
            text = write_json(reports)
            click.echo("".join(f"bptt-sym: {r.file}: {r.unread}\n" for r in reports if r.unread), nl=False, err=True)
        case "github":
            text = "".join(f"{line}\n" for line in workflow_commands(reports, verbose=verbose))
        case "html":
            from bptt_sym.render.page import write_report_page

            text = write_report_page(checked)
        case "pdf":
            from bptt_sym.render.judgements import document_of_reports

            _put(_written(document_of_reports(checked), "pdf"), output)
            return
        case _ if output is None:
            print_lines(report_lines(checked, width=width, verbose=verbose))
            return
        case _:
            text = plain(report_lines(checked, width=width, verbose=verbose))
    _put(text.encode(errors="backslashreplace"), output)  # a file's name may hold bytes that are no characters


main.add_command(draw)
main.add_command(plot)
