"""The settings of the site, with a clock in front: each answer says what it took on the server."""

from copkb.settings import *  # noqa: F403, TID251
from copkb.settings import INSTALLED_APPS, MIDDLEWARE  # noqa: TID251

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
MIDDLEWARE = ["benchmarks.middleware.Timed", *MIDDLEWARE]
ALLOWED_HOSTS = ["127.0.0.1"]
