"""One call to a web address that strangers wrote: only to the public internet.

An address is called by the very IP address that was checked, and each redirect is checked again, so
that nobody can make this server look around inside its own network.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from review.models import LinkCheck

MAX_REDIRECTS = 4
TIMEOUT = 6.0  # seconds for each step of a connection
PATIENCE = 15.0  # seconds for one call in all: a server may also answer drop by drop
_PORTS = {"http": 80, "https": 443}
_AGENT = "Mozilla/5.0 (compatible; copkb link check)"
# Answers by which servers turn programs away, not readers.
_CLOSED_TO_PROGRAMS = frozenset({401, 403, 405, 406, 429, 451, 501, 503, 999})
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a NAT64

Result = LinkCheck.Result


@dataclass(frozen=True)
class Answer:
    """What an address said."""

    result: str
    status: int | None = None


class RefusedError(Exception):
    """The address is none of the public internet."""


def ask(url: str) -> Answer:
    """Whether the address answers; follows redirects. Never raises for what the net does."""
    try:
        for _hop in range(MAX_REDIRECTS + 1):
            status, location = _call(url)
            if not location:
                return _judge(status)
            url = urljoin(url, location)
        return Answer(Result.BROKEN, status)
    except RefusedError:
        return Answer(Result.REFUSED)
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(Result.SILENT)


def _judge(status: int) -> Answer:
    if status < 400 or status in _CLOSED_TO_PROGRAMS:
        return Answer(Result.ANSWERS, status)
    return Answer(Result.BROKEN if status < 500 else Result.SILENT, status)


def _call(url: str) -> tuple[int, str]:
    """Status of the answer, and where it redirects to, if anywhere. Reads no body."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if parts.scheme not in _PORTS or not host or port not in _PORTS.values():
        raise RefusedError
    if parts.username or parts.password:
        raise RefusedError
    connection = _connection(parts.scheme, host, port, public_ip(host, port))
    alarm = threading.Timer(PATIENCE, connection.give_up)
    alarm.start()
    try:
        for method in ("HEAD", "GET"):
            connection.request(method, _path(parts), headers=_headers(host))
            response = connection.getresponse()
            if method == "HEAD" and response.status in (403, 404, 405, 501):
                connection.close()  # some servers know only GET
                continue
            break
        redirects = response.status in (301, 302, 303, 307, 308)
        return response.status, (response.headers.get("Location") or "") if redirects else ""
    finally:
        alarm.cancel()
        connection.close()


def _headers(host: str) -> dict[str, str]:
    return {"Host": host, "User-Agent": _AGENT, "Accept": "*/*", "Connection": "close"}


def _path(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # Letters of other scripts travel as percent signs; what is encoded already stays.
    return "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in path)


def public_ip(host: str, port: int) -> str:
    """The IP address to call; RefusedError where any of the name's is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = [str(entry[4][0]) for entry in found]
    if not ips or not all(is_public(ip) for ip in ips):
        raise RefusedError
    return ips[0]


def is_public(ip: str) -> bool:
    """Of the public internet; addresses that carry another inside are refused altogether."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inside = (address.ipv4_mapped, address.sixtofour, address.teredo)
        return not any(inside) and address not in _TRANSLATED
    return True


def _connection(scheme: str, host: str, port: int, ip: str) -> _Pinned:
    """A connection to that IP address, whatever the name may point to a moment later."""
    if scheme == "http":
        return _Pinned(ip, port)
    return _PinnedTLS(host, ip, port)


class _Pinned(http.client.HTTPConnection):
    """To an IP address that was checked."""

    def __init__(self, ip: str, port: int) -> None:
        super().__init__(ip, port, timeout=TIMEOUT)

    def give_up(self) -> None:
        """From another thread: whoever waits for an answer gets an error instead."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _PinnedTLS(_Pinned):
    """The same, with the certificate of the name."""

    def __init__(self, name: str, ip: str, port: int) -> None:
        super().__init__(ip, port)
        self._name = name

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self._name)
