"""Decides where cluster and programs lie, and makes the folders the server's user needs.

Only what is created here gets an owner or a mode; folders that were there before are left alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from copkb.postgres import local
from copkb.postgres.discovery import Programs
from copkb.postgres.errors import PostgresError
from copkb.postgres.identity import Identity

# Used only by root, when the server's user cannot walk to the project's own folder.
ROOT_DATA = Path("/var/lib/copkb")
ROOT_CACHE = Path("/var/cache/copkb")


def existing_cluster(data_dir: Path) -> Path | None:
    """Return a cluster that this data folder has, so that its owner goes on running it."""
    places = (data_dir / "postgres", _outside(data_dir))
    folders = (folder for place in places if place.is_dir() for folder in place.iterdir())
    return next((folder for folder in folders if folder.name.isdigit()), None)


def has_data(cluster: Path) -> bool:
    """Tell whether a cluster was made there. Raises PostgresError when it is not ours to see."""
    try:
        return (cluster / "PG_VERSION").exists()
    except PermissionError:
        raise PostgresError(
            f"The database in {cluster} belongs to another user. If this project was started as "
            "that user (or as root) before, start it so again."
        ) from None


def clusters_folder(data_dir: Path, identity: Identity) -> Path:
    """Return the folder of the clusters, created when missing.

    `<data_dir>/postgres`, or, when root's other user cannot get there (a project below /root),
    a folder of its own below /var/lib/copkb.
    """
    inside = data_dir / "postgres"
    _make(inside, 0o755)
    if identity.can_enter(inside):
        return inside
    if any(inside.glob("*/PG_VERSION")):
        raise PostgresError(
            f"The database lies in {inside}, and the user {identity.name!r}, as whom PostgreSQL "
            "runs when root starts it, cannot enter that folder. Open the folders above it "
            "(chmod o+x), or start as the user who owns them."
        )
    outside = _outside(data_dir)
    _make(outside, 0o755)
    if not identity.can_enter(outside):
        raise PostgresError(
            f"The user {identity.name!r}, as whom PostgreSQL runs when root starts it, can enter "
            f"neither {inside} nor {outside}. Put the project where every user may walk to, start "
            "as an ordinary user, or set DATABASE_URL."
        )
    return outside


def readable_programs(programs: Programs, identity: Identity) -> Programs:
    """Return programs the server's user may execute: the same, or a copy in root's cache."""
    if not programs.closed_to_server:
        return programs
    prefix = programs.folder.parent
    if not ((prefix / "share").is_dir() and (prefix / "lib").is_dir()):
        raise PostgresError(
            f"The user {identity.name!r} may not execute the programs in {programs.folder}, and "
            "they are no complete installation that could be copied. Open the folders above them "
            "(chmod o+x), or set COPKB_PG_BIN to others."
        )
    key = hashlib.sha256(f"{prefix.resolve()} {programs.version}".encode()).hexdigest()[:12]
    target = ROOT_CACHE / f"postgresql-{programs.version}-{key}"
    copy = target / prefix.parent.name / prefix.name / programs.folder.name
    if not copy.is_dir():
        _copy_installation(prefix, target)
    return Programs(copy, programs.major, programs.version, f"{programs.origin}, copied")


def make_socket_folder(folder: Path, identity: Identity) -> None:
    """Create the 0700 folder of the socket, or make sure that an existing one is the server's."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        check_socket_folder(folder, identity)
    else:
        identity.adopt(folder)


def check_socket_folder(folder: Path, identity: Identity) -> None:
    """Refuse a socket folder that somebody else has put there: behind it could be their server."""
    state = folder.lstat()
    private = stat.S_ISDIR(state.st_mode) and not state.st_mode & 0o077
    if not private or state.st_uid != identity.uid:
        raise PostgresError(
            f"{folder} is not a private folder of the user {identity.name!r}, so it is not used "
            "for the database's socket. If this project was started as another user before, "
            "start it as that user; otherwise remove the folder."
        )


def _outside(data_dir: Path) -> Path:
    return ROOT_DATA / local.fingerprint(data_dir) / "postgres"


def _make(folder: Path, mode: int) -> None:
    """Create a folder and its missing parents with this mode, whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as problem:
            raise PostgresError(f"Cannot create {path}: {problem.strerror}.") from None
        path.chmod(mode)


def _copy_installation(prefix: Path, target: Path) -> None:
    """Copy programs, libraries and shared files; in place at once or not at all."""
    _make(target.parent, 0o755)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    work.chmod(0o755)
    try:
        skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
        inner = work / prefix.parent.name / prefix.name
        shutil.copytree(prefix, inner, ignore=skip, symlinks=True)
        # A wheel keeps the libraries its programs are linked to in a folder beside the package.
        libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, work / libraries.name)
        for path in (work, *work.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
                _open_program(path)
        os.rename(work, target)
    except OSError as problem:
        shutil.rmtree(work, ignore_errors=True)
        if not target.is_dir():  # another starter may have been faster
            raise PostgresError(f"Cannot copy PostgreSQL to {target}: {problem}.") from None


def _open_program(path: Path) -> None:
    if path.is_file() and path.stat().st_mode & 0o100:
        path.chmod(path.stat().st_mode | 0o055)
