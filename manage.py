#!/usr/bin/env python
"""Django's command line, with the local database started first where one is needed."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from copkb import postgres

WITHOUT_DATABASE = {"pg", "help", "version", "collectstatic", "makemessages", "compilemessages"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copkb.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in WITHOUT_DATABASE and not command.startswith("-"):
        try:
            postgres.start_if_local(settings.DATABASES["default"], settings.DATA_DIR)
        except postgres.PostgresError as problem:
            sys.exit(str(problem))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
