"""Print what each step of the ranking brings on judged collections, as a table in Markdown."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import product
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from django.conf import settings
from django.core.management.base import BaseCommand

from benchmarks import ablations
from contributions import indexing
from contributions.models import Contribution
from copkb import judged
from search import evaluation, ranking

OURS: Final = Path(settings.BASE_DIR) / "benchmarks" / "judged"
SATURATIONS: Final = (0.9, 1.2, 1.6, 2.2)
LENGTH_EFFECTS: Final = (0.6, 0.75, 0.9)


class Command(BaseCommand):
    help = "Print the ablations of search on each DIR and on our own questions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directories", type=Path, nargs="*", metavar="DIR")
        parser.add_argument(
            "--held-out",
            action="store_true",
            help="Choose the constants of BM25 on every other question and measure on the rest.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["held_out"]:
            for directory in options["directories"]:
                self._held_out(directory)
            return
        self._steps(options["directories"])

    def _steps(self, directories: list[Path]) -> None:
        collections = [evaluation.read_folder(directory) for directory in directories]
        questions = judged.read_folder(OURS)
        names = [directory.name for directory in directories]
        self._row("step", *names, "ours", "ours, first three")
        self._row(*["---"] * (len(names) + 3))
        with judged.workshop_content() as reader:
            for number in range(len(ablations.STEPS) + 1):
                with ablations.only(number):
                    indexing.refresh_many(Contribution.objects.published())
                    judged.analyse()
                    ours = judged.figures(judged.ask(questions, reader))
                    theirs = [evaluation.evaluate(one)["ndcg_10"] for one in collections]
                step = "+ " + ablations.STEPS[number - 1].name if number else "plain BM25"
                self._row(
                    step,
                    *(f"{figure:.3f}" for figure in theirs),
                    f"{ours['ndcg_10']:.3f}",
                    f"{ours['first_three']:.1%}",
                )

    def _held_out(self, directory: Path) -> None:
        """Both ways round: chosen on the even questions, measured on the odd, and the reverse."""
        whole = evaluation.read_folder(directory)
        halves = [list(whole.questions)[half::2] for half in (0, 1)]
        found = {
            pair: self._halves(whole, halves, *pair)
            for pair in product(SATURATIONS, LENGTH_EFFECTS)
        }
        ours = (ranking.SATURATION, ranking.LENGTH_EFFECT)
        for chosen, measured in ((0, 1), (1, 0)):
            best = max(found, key=lambda pair: found[pair][chosen])
            self._row(
                directory.name,
                f"chosen {best[0]}, {best[1]}",
                f"there {found[best][chosen]:.3f}",
                f"held out {found[best][measured]:.3f}",
                f"ours {ours[0]}, {ours[1]} there {found[ours][measured]:.3f}",
            )

    def _halves(
        self,
        whole: evaluation.Collection,
        halves: list[list[str]],
        saturation: float,
        length_effect: float,
    ) -> list[float]:
        with (
            patch.object(ranking, "SATURATION", saturation),
            patch.object(ranking, "LENGTH_EFFECT", length_effect),
        ):
            return [
                evaluation.evaluate(
                    evaluation.Collection(
                        whole.texts, {key: whole.questions[key] for key in half}, whole.gains
                    )
                )["ndcg_10"]
                for half in halves
            ]

    def _row(self, *cells: str) -> None:
        self.stdout.write(f"| {' | '.join(cells)} |")
        self.stdout.flush()
