"""Index all published contributions anew: after a change of analysis, weights or vocabulary."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q

from contributions import indexing, rebuilding
from contributions.models import Contribution
from search import store


class Command(BaseCommand):
    """Readers notice nothing: each batch replaces its documents in one transaction."""

    help = "Rebuild the search index, saying how far it is. Can be stopped and taken up again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="first",
            default="",
            metavar="CODE",
            help="Take up again at this contribution.",
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=rebuilding.processes(),
            metavar="NUMBER",
            help="How many work at once; by default one for each processor, four at most.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        contributions = Contribution.objects.filter(
            Q(status=Contribution.Status.PUBLISHED) | Q(search_documents__isnull=False)
        ).distinct()
        if options["first"]:
            first = Contribution.objects.get(code=options["first"])
            contributions = contributions.filter(pk__gte=first.pk)
        else:
            store.forget_words()
        total, done, started = contributions.count(), 0, time.monotonic()
        for ids in rebuilding.rebuild(contributions, options["processes"]):
            done += len(ids)
            last = Contribution.objects.values_list("code", flat=True).get(pk=ids[-1])
            seconds = time.monotonic() - started
            self.stdout.write(f"{done} of {total}, up to {last}, {seconds:.1f} s")
        removed = indexing.remove_left_overs()
        self.stdout.write(f"Done: {done} contributions; {removed} left-overs removed.")
