"""Starts, heals and stops the local cluster of a data folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg2

from copkb.postgres import discovery, local, placement, recorded
from copkb.postgres import identity as identities
from copkb.postgres.discovery import Programs
from copkb.postgres.errors import PostgresError
from copkb.postgres.identity import Identity

START_SECONDS: Final = 60.0  # recovery after a crash can take a while
STOP_SECONDS: Final = 20.0
ORPHAN_SECONDS: Final = 5.0
# Needed by the search; its migrations create them.
EXTENSIONS: Final = ("pg_trgm", "unaccent")


@dataclass(frozen=True)
class Cluster:
    """One cluster: where its files and socket are, and who runs it with which programs."""

    folder: Path
    sockets: Path
    programs: Programs
    identity: Identity

    @property
    def socket(self) -> Path:
        """Return the path of the socket file, there or not."""
        return self.sockets / f".s.PGSQL.{local.PORT}"

    def is_ready(self) -> bool:
        """Tell whether a server that is ours answers: record, socket and pg_isready agree."""
        server = recorded.read(self.folder)
        if server is None or not server.alive or not self.socket.exists():
            return False
        placement.check_socket_folder(self.sockets, self.identity)
        program = self.programs.folder / "pg_isready"
        where = ("-h", self.sockets, "-p", str(local.PORT))
        return self.identity.run([program, "-q", *where, "-t", "3"]).returncode == 0


def locate(data_dir: Path) -> Cluster:
    """Choose user, programs and folder for a data folder; starts nothing.

    A data folder keeps the major version it has while programs for it are found: a newer
    PostgreSQL that arrives later would start with an empty database.
    """
    data_dir = data_dir.resolve()
    identity = identities.for_folder(placement.existing_cluster(data_dir) or data_dir)
    found = discovery.all_programs(identity)
    base = placement.clusters_folder(data_dir, identity)
    with_data = [item for item in found if placement.has_data(base / str(item.major))]
    programs = placement.readable_programs((with_data or found)[0], identity)
    return Cluster(base / str(programs.major), local.socket_folder(data_dir), programs, identity)


def start(data_dir: Path) -> bool:
    """Make sure that the cluster runs and has its database; tell whether we had to start it.

    Safe to call from several processes at once. Raises PostgresError.
    """
    cluster = locate(data_dir)
    if cluster.is_ready():
        _create_database(cluster)
        return False
    with _locked(cluster):
        started = not cluster.is_ready()
        if started:
            _refuse_second_major(cluster)
            _clear_away(cluster)
            _initialise(cluster)
            _launch(cluster)
        _create_database(cluster)
        return started


def stop(data_dir: Path) -> bool:
    """Stop the cluster, whichever process started it; tell whether there was anything to stop."""
    cluster = locate(data_dir)
    with _locked(cluster):
        server = recorded.read(cluster.folder)
        if server is None or not server.alive:
            return False
        _end(cluster, server.pid)
        return True


def _refuse_second_major(cluster: Cluster) -> None:
    """Two majors would share the socket: the other one has to be stopped first."""
    for other in cluster.folder.parent.glob("*/postmaster.pid"):
        server = recorded.read(other.parent)
        if other.parent != cluster.folder and server is not None and server.alive:
            raise PostgresError(
                f"PostgreSQL {other.parent.name} runs in {other.parent} (process {server.pid}), "
                f"but PostgreSQL {cluster.programs.major} is chosen now. Majors do not share data: "
                "unset COPKB_PG_BIN, or stop the other one first (manage.py pg stop)."
            )


def _clear_away(cluster: Cluster) -> None:
    """Remove what a server that is no more has left, once none of its processes lives."""
    server = recorded.read(cluster.folder)
    if server is not None and server.alive:
        _end(cluster, server.pid)  # alive but not answering: its socket is gone
    deadline = time.monotonic() + ORPHAN_SECONDS
    while orphans := recorded.processes_of(cluster.folder):
        if time.monotonic() > deadline:
            for pid in orphans:
                _signal(pid, signal.SIGKILL)
        time.sleep(0.02)
    (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
    if cluster.sockets.is_dir():
        placement.check_socket_folder(cluster.sockets, cluster.identity)
    cluster.socket.unlink(missing_ok=True)
    Path(f"{cluster.socket}.lock").unlink(missing_ok=True)


def _initialise(cluster: Cluster) -> None:
    """Create the cluster's files, in place at once or not at all."""
    if (cluster.folder / "PG_VERSION").exists():
        return
    work = cluster.folder.with_name(f"{cluster.folder.name}.new")
    if work.exists():
        shutil.rmtree(work)  # an earlier start was interrupted
    work.mkdir(mode=0o700)
    cluster.identity.adopt(work)
    answer = cluster.identity.run(
        [
            cluster.programs.folder / "initdb",
            *("--pgdata", work, "--username", local.USER, "--auth", "trust"),
            # Never locale C: pg_trgm would see no letters outside ASCII.
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        ],
        timeout=120,
    )
    if answer.returncode != 0:
        raise PostgresError(f"initdb failed in {work}:\n{answer.stderr.strip()}")
    work.rename(cluster.folder)


def _launch(cluster: Cluster) -> None:
    """Start the server detached from us, so that its life is not tied to this process."""
    placement.make_socket_folder(cluster.sockets, cluster.identity)
    log = cluster.folder / "server.log"
    switch = cluster.identity.switch
    with log.open("ab") as output:
        position = output.tell()
        cluster.identity.adopt(log)
        subprocess.run(  # noqa: S603
            # The shell leaves the server to init: no zombie of ours when it ends.
            [
                *("/bin/sh", "-c", '"$@" </dev/null &', "sh"),
                *(str(cluster.programs.folder / "postgres"), "-D", str(cluster.folder)),
                *("-c", "listen_addresses=", "-c", f"unix_socket_directories={cluster.sockets}"),
                *("-c", f"port={local.PORT}"),
            ],
            stdout=output,
            stderr=output,
            check=True,
            cwd="/",
            env=identities.clean_environment(),
            start_new_session=True,
            user=cluster.identity.uid if switch else None,
            group=cluster.identity.gid if switch else None,
            extra_groups=[] if switch else None,
        )
    began = time.monotonic()
    while not cluster.is_ready():
        waited = time.monotonic() - began
        if waited > START_SECONDS or (waited > 1 and _has_ended(cluster)):
            said = log.read_bytes()[position:].decode(errors="replace").strip()
            raise PostgresError(f"PostgreSQL did not start in {cluster.folder}:\n{said}")
        time.sleep(0.02)


def _has_ended(cluster: Cluster) -> bool:
    """Tell whether the server we launched gave up; without /proc only time can tell."""
    return recorded.PROC.is_dir() and not recorded.processes_of(cluster.folder)


def _create_database(cluster: Cluster) -> None:
    """Create the empty database once; everything in it comes from migrations."""
    connect = {"host": str(cluster.sockets), "port": local.PORT, "user": local.USER}
    with closing(psycopg2.connect(dbname="postgres", **connect)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [local.DATABASE])
            if cursor.fetchone():
                return
            cursor.execute(
                "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)]
            )
            missing = set(EXTENSIONS) - {name for (name,) in cursor.fetchall()}
            if missing:
                raise PostgresError(
                    f"PostgreSQL {cluster.programs.version} in {cluster.programs.folder} lacks "
                    f"{', '.join(sorted(missing))}: install its contrib package, or set "
                    "COPKB_PG_BIN to another one."
                )
            with suppress(psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
                cursor.execute(f"CREATE DATABASE {local.DATABASE}")


def _end(cluster: Cluster, pid: int) -> None:
    """Fast shutdown, the immediate one when that takes too long; returns when it is gone."""
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0)):
        _signal(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not recorded.is_server_of(pid, cluster.folder):
                return
            time.sleep(0.02)
    raise PostgresError(f"PostgreSQL (process {pid}) in {cluster.folder} does not stop.")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        raise PostgresError(
            f"PostgreSQL (process {pid}) belongs to another user: stop it as that user."
        ) from None


@contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    """Hold the lock of a data folder: one starter or stopper at a time."""
    path = cluster.folder.parent / "lock"
    try:
        with path.open("a") as lock:
            if lock.tell() == 0 and os.fstat(lock.fileno()).st_uid == os.geteuid():
                cluster.identity.adopt(path)
            _wait_for(lock.fileno(), path)
            yield
    except PermissionError as problem:
        raise PostgresError(
            f"{problem.filename or path} belongs to another user. If this project was started as "
            "another user before, start it as that user."
        ) from None


def _wait_for(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS + STOP_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise PostgresError(f"Another process has held {path} for too long.") from None
            time.sleep(0.02)
        else:
            return
