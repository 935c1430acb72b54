"""`script/server` from an empty folder to a served page and back, for real."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from copkb.postgres import cluster

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parent.parent
FIRST_SECONDS = 90.0
LATER_SECONDS = 5.0
# Set for the test process only; the server has to find its own way.
OF_TESTS = ("SECRET_KEY", "STATICFILES_BACKEND", "TASK_BACKEND", "EMAIL_BACKEND", "DATABASE_URL")


class Server:
    """One run of the supervisor, with its output in a file."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = data_dir / "server.log"
        self.began = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if key not in OF_TESTS}
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "copkb.serve", "--port", str(port)],
                cwd=ROOT,
                env={**environment, "DATA_DIR": str(data_dir)},
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)

    def stop(self, number: signal.Signals) -> int:
        """Return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as response:
            answer: dict[str, object] = json.load(response)
            return answer

    def wait_until_ready(self, seconds: float) -> float:
        """Return the seconds from the start to the first answer."""
        while time.monotonic() - self.began < seconds:
            assert self.process.poll() is None, self.log.read_text()
            try:
                self.health()
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
            else:
                return time.monotonic() - self.began
        pytest.fail(f"no answer in {seconds} s:\n{self.log.read_text()}")

    def wait_for_accounts(self) -> str:
        """Return the output once the accounts were printed, the last thing it does by itself."""
        for _ in range(100):
            if "Demo accounts" in self.log.read_text():
                break
            time.sleep(0.1)
        return self.log.read_text()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="copkb serve é ") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        cluster.stop(Path(name))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free


def test_first_start_later_start_and_stop(data_dir: Path, port: int) -> None:
    with Server(data_dir, port) as server:
        server.wait_until_ready(FIRST_SECONDS)
        said = server.wait_for_accounts()

        assert server.health()["ok"] is True
        assert f"Ready: {server.address}/" in said
        assert "Demo accounts" in said
        assert "Traceback" not in said
        assert server.stop(signal.SIGINT) == 0
        with pytest.raises(OSError, match="refused"):
            server.health()
        assert cluster.stop(data_dir) is False  # it started the database, so it has stopped it

    cluster.start(data_dir)
    with Server(data_dir, port) as server:
        assert server.wait_until_ready(FIRST_SECONDS) < LATER_SECONDS
        assert "Preparing" not in server.wait_for_accounts()
        assert server.stop(signal.SIGTERM) == 0
        assert cluster.stop(data_dir) is True  # it found the database running, so it left it alone
