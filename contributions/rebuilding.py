"""The whole search index made anew, by several processes at once (ADR 0024).

Half of the work is Python's, half PostgreSQL's, and each waits for the other: one process keeps a
little more than half a machine of two processors busy.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from django.db import connection, connections

from contributions import counters, indexing, names
from contributions.models import ContributionQuerySet
from search import store
from vocabulary.mentions import labels_of

# Each has a connection to the database of its own; the site needs some too.
MOST_PROCESSES: Final = 4
# The more at once, the less of the index of terms is gone through for each.
BATCH: Final = 500


def processes() -> int:
    """How many are worth while here."""
    # Anywhere else a new process would have to load the whole site first, or must not be forked.
    if not sys.platform.startswith("linux"):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def rebuild(contributions: ContributionQuerySet, number: int) -> Iterator[list[int]]:
    """Index contributions anew by `number` processes; the ids of each batch, in order, once it and
    all before it are done and committed. Statistics and counters follow at the end.

    In a transaction, which no other process sees, and for few contributions it is done here.
    """
    ids = list(contributions.order_by("pk").values_list("pk", flat=True))
    if number < 2 or len(ids) <= indexing.BATCH or connection.in_atomic_block:
        yield from indexing.refresh_in_batches(contributions)
        return
    known: set[str] = set()
    for batch, words in _by_processes(_batches(ids, number), number):
        store.learn(words - known)
        known |= words
        yield batch
    counters.recount()
    store.refresh_statistics()


def _batches(ids: list[int], number: int) -> list[list[int]]:
    """As many for each process, so that none works while the others wait at the end."""
    rounds = math.ceil(len(ids) / (BATCH * number))
    size = math.ceil(len(ids) / (rounds * number))
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _by_processes(batches: list[list[int]], number: int) -> Iterator[tuple[list[int], set[str]]]:
    """Each batch with the words of its texts, in order."""
    labels_of(names.refresh())  # made once, before the processes part
    # A connection cannot be shared; each process opens its own, and this one, too.
    connections.close_all()
    pool = ProcessPoolExecutor(number, multiprocessing.get_context("fork"), _begin)
    try:
        yield from zip(batches, pool.map(_write, batches), strict=True)
    finally:
        # Whoever stops it waits for the batches that are being written, not for all others.
        pool.shutdown(cancel_futures=True)


# Words that this process has told of.
_told: set[str] = set()


def _begin() -> None:
    """A process begins."""
    # Stopping is the first process's business: these finish their batch.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a batch leaves behind is looked for once after it, not a hundred times among all texts.
    gc.freeze()
    gc.disable()


def _write(ids: list[int]) -> set[str]:
    words: set[str] = set()
    indexing.write(ids, words)
    words -= _told
    _told.update(words)
    gc.collect()
    return words
