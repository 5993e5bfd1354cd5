"""Many documents: one after the other, in several processes, or on a cluster; the same reports in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bptt_sym.check.checking import Options, check_as_asked
from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import Report
from bptt_sym.errors import UsageError

SECONDS_TO_CONNECT = 10


def check_all(
    manuscripts: Sequence[Manuscript], options: Options, *, jobs: int = 1, cluster: str | None = None
) -> Iterator[Report]:
    """The report on each document, in order, as they are done.

    `jobs` is a number of processes, `cluster` the address of a running Dask scheduler. Raises UsageError where what
    that needs isn't installed, or nothing answers at the address.
    """
    if cluster is not None:
        return _on_cluster(manuscripts, options, cluster)
    if jobs > 1 and len(manuscripts) > 1:
        return _in_processes(manuscripts, options, min(jobs, len(manuscripts)))
    return (check_as_asked(manuscript, options) for manuscript in manuscripts)


def _in_processes(manuscripts: Sequence[Manuscript], options: Options, jobs: int) -> Iterator[Report]:
    try:
        from joblib import Parallel, delayed
    except ModuleNotFoundError as error:
        raise UsageError("--jobs needs joblib: pip install 'bptt-sym[parallel]'") from error
    calls = (delayed(check_as_asked)(manuscript, options) for manuscript in manuscripts)
    found: Iterator[Report] = Parallel(n_jobs=jobs, return_as="generator")(calls)
    return found


def _on_cluster(manuscripts: Sequence[Manuscript], options: Options, address: str) -> Iterator[Report]:
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UsageError("--cluster needs Dask: pip install 'bptt-sym[cluster]'") from error
    try:
        client: Any = Client(address, timeout=SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}") from error
    return _gathered(client, manuscripts, options)


def _gathered(client: Any, manuscripts: Sequence[Manuscript], options: Options) -> Iterator[Report]:
    with client:
        tasks = [client.submit(check_as_asked, manuscript, options, pure=False) for manuscript in manuscripts]
        for task in tasks:
            yield task.result()
