"""What `script/server` runs once the packages are there: database, preparation, web and worker.

A supervisor of four short-lived steps and two processes, for trying out and developing. It holds
no Django application itself, so that later starts stay quick.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import Final

import psycopg2
from django.conf import settings

from copkb import postgres
from copkb.postgres import cluster
from copkb.translations import compile_catalogues

ROOT: Final = Path(__file__).resolve().parent.parent
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# `prepare_site` reads nothing of these; when all else is unchanged there is nothing to prepare.
ASIDE: Final = {"var", "staticfiles", "tests", "docs", "node_modules", "templates", "script"}
MADE: Final = {".pyc", ".mo"}


class StopError(Exception):
    """Ends the server; the message is for the person who started it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, TERM or HUP; return the exit status."""
    options = _options(arguments)
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    os.chdir(ROOT)
    host = f"[{options.host}]" if ":" in options.host else options.host
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copkb.settings")
    os.environ.setdefault("SITE_URL", f"http://{host}:{options.port}")
    os.environ["DEMO"] = "true" if options.demo else "false"
    with ExitStack() as tidy:
        try:
            _run_site(tidy, f"{host}:{options.port}", options)
        except KeyboardInterrupt:
            say("\nStopping.")
        except (StopError, postgres.PostgresError) as problem:
            say(str(problem), to=sys.stderr.fileno())
            return 1
    return 0


def _run_site(tidy: ExitStack, address: str, options: argparse.Namespace) -> None:
    """Start one thing after the other, each with what ends it again; returns by exceptions only."""
    _check_address(options.host, options.port)
    if _start_database():
        tidy.callback(_stop_database)
    _prepare(demo=options.demo)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    tidy.callback(_stop, processes)
    _serve(processes, address, options.host, options.port)
    if options.demo and _run("demo_accounts") != 0:
        raise StopError("The demo accounts cannot be offered; see above.")
    while True:
        _check_alive(processes)
        time.sleep(0.5)


def say(text: str, *, to: int = 1) -> None:
    """Write a line at once, also into a pipe; a reader that has gone is no reason to fail."""
    with suppress(OSError):
        os.write(to, f"{text}\n".encode())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", description="Serve the site.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), help="port (PORT, else 8000)"
    )
    parser.add_argument(
        "--no-demo-accounts", dest="demo", action="store_false", help="nobody can sign in at first"
    )
    options = parser.parse_args(arguments)
    if options.demo and options.host not in LOOPBACK:
        parser.error(
            "the demo accounts have public passwords, so they are served on this machine only: "
            "leave out --host, or add --no-demo-accounts"
        )
    return options


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number


def _interrupt(number: int, frame: FrameType | None) -> None:
    # From here on the rest is tidying up, which a second Ctrl-C must not cut short.
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def _check_address(host: str, port: int) -> None:
    """Find out now, and not from a log file, whether we can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise StopError(
                f"{host}:{port} is used by another program, perhaps this site started before. "
                f"Stop that one, or choose another port: script/server --port {port % 65535 + 1}"
            ) from None
        raise StopError(f"Cannot listen on {host}:{port}: {problem}") from None


def _start_database() -> bool:
    """Start the local cluster unless DATABASE_URL names another or it runs; tell whether we did."""
    database = settings.DATABASES["default"]
    if not postgres.is_local(database, settings.DATA_DIR):
        say("Using the database of DATABASE_URL")
        return False
    began = time.monotonic()
    started = postgres.start_if_local(database, settings.DATA_DIR)
    say(f"PostgreSQL {'started' if started else 'runs already'} ({time.monotonic() - began:.1f} s)")
    return started


def _stop_database() -> None:
    with suppress(postgres.PostgresError):
        cluster.stop(settings.DATA_DIR)


def _prepare(*, demo: bool) -> None:
    """Bring database and files up to date, unless nothing has changed since the last time."""
    compile_catalogues(ROOT / "locale")
    stamp = settings.DATA_DIR / "prepared"
    state = _fingerprint(demo=demo)
    static_files = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if static_files.exists() and stamp.exists() and stamp.read_text() == state:
        return
    stamp.unlink(missing_ok=True)
    say("Preparing the site")
    if _run("prepare_site", "--demo") != 0:
        raise StopError("The site could not be prepared; see above.")
    stamp.write_text(_fingerprint(demo=demo))


def _fingerprint(*, demo: bool) -> str:
    """Sum up the sources (by size and time) and the database that was prepared with them."""
    digest = hashlib.sha256(repr((demo, _database_state())).encode())
    tops = [top for top in ROOT.iterdir() if top.is_dir() and not top.name.startswith(".")]
    paths = [path for top in tops if top.name not in ASIDE for path in top.rglob("*.*")]
    for path in sorted([ROOT / "requirements.lock", *paths]):
        if path.suffix not in MADE and path.is_file():
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _database_state() -> tuple[object, ...]:
    """Identify the database and how far it is migrated; a new or emptied one differs."""
    database = settings.DATABASES["default"]
    options: Mapping[str, str] = database.get("OPTIONS") or {}
    keys = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    where = {key: database[name] for key, name in keys.items() if database.get(name)}
    port = {"port": database["PORT"]} if database.get("PORT") else {}
    try:
        connection = psycopg2.connect(**{**where, **port, **options})
    except psycopg2.Error as problem:
        raise StopError(f"The database does not answer: {problem}") from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
            identity = cursor.fetchone()
            cursor.execute("SELECT count(*), max(applied)::text FROM django_migrations")
            return (where, identity, cursor.fetchone())
    except psycopg2.errors.UndefinedTable:
        return (where, None)
    finally:
        connection.close()


def _run(*command: str) -> int:
    """Run a management command to its end, telling every two seconds that it still runs."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *command], start_new_session=True
    )
    try:
        while True:
            try:
                return process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                say(f"    ... {time.monotonic() - began:.0f} s")
    finally:
        _stop({"command": process})


def _serve(
    processes: dict[str, subprocess.Popen[bytes]], address: str, host: str, port: int
) -> None:
    """Start web server and worker, and wait for the first answer."""
    web = (
        *("-m", "gunicorn", "copkb.wsgi:application", "--bind", address, "--preload"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
        *("--log-level", "warning"),
    )
    worker = ("manage.py", "db_worker", "--queue-name", "*")
    for name, command in (("web server", web), ("task worker", worker)):
        # Sessions of their own: Ctrl-C reaches us alone, and we end them in order.
        processes[name] = subprocess.Popen(  # noqa: S603
            [sys.executable, *command], start_new_session=True
        )
    began = time.monotonic()
    told = began
    while not _answers(host, port):
        _check_alive(processes)
        now = time.monotonic()
        if now - began > START_SECONDS:
            raise StopError("The web server does not answer.")
        if now - told > 2:
            say(f"    ... starting, {now - began:.0f} s")
            told = now
        time.sleep(0.05)
    say(f"\nReady: http://{address}/   (Ctrl-C stops everything)\n")


def _answers(host: str, port: int) -> bool:
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for with --host
    try:
        with socket.create_connection((wildcard.get(host, host), port), timeout=1):
            return True
    except OSError:
        return False


def _check_alive(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise StopError(f"The {name} has ended (exit status {process.returncode}); see above.")


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """End processes and whatever they have started, politely first."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        running = [process for process in processes.values() if process.poll() is None]
        for process in running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        deadline = time.monotonic() + seconds
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))


if __name__ == "__main__":
    sys.exit(main())
