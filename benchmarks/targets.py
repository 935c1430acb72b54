"""Write the addresses to measure, for a corpus of one size.

python benchmarks/targets.py vars-1000.json > targets_ours.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PAGES = {
    "list": "/practices/",
    "list_filtered": "/practices/?objective={objective}&country={country}",
    "list_tag": "/practices/?tag={tag}",
    "list_deep": "/practices/?page={deep}",
    "detail": "/practices/{slug}/",
    "search_common": "/search/?q={common}",
    "search_rare": "/search/?q={rare}",
    "search_multi": "/search/?q={multi}",
    "search_phrase": "/search/?q={phrase}",
    "search_filtered": "/search/?q={common}&country={country}",
}


def targets(slugs: list[str]) -> dict[str, object]:
    """The corpus calls documents practice-7 and objectives by words, we PR-0007 and by numbers."""
    codes = [f"PR-{int(slug.rpartition('-')[2]):04d}" for slug in slugs]
    return {
        "name": "ours",
        "pages": PAGES,
        "vars": {"slug": codes, "objective": [str(number) for number in range(1, 7)]},
    }


if __name__ == "__main__":
    variables = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    sys.stdout.write(json.dumps(targets(variables["slug"]), indent=1) + "\n")
