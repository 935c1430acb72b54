"""The settings of the site, with the counter of queries in front and, if asked, a reader signed in.

`bench_middleware` lies in the folder of the measuring script, which is put on PYTHONPATH.
"""

from copkb.settings import *  # noqa: F403, TID251
from copkb.settings import INSTALLED_APPS, MIDDLEWARE, env  # noqa: TID251

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
MIDDLEWARE = ["bench_middleware.BenchMiddleware", "benchmarks.middleware.SignedIn", *MIDDLEWARE]
ALLOWED_HOSTS = ["127.0.0.1"]
# Sent as a cookie with every request; printed by `load_corpus`. Empty: visitors.
BENCH_SESSION: str = env.str("BENCH_SESSION", default="")
