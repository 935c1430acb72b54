"""Reading a page as a person or a screen reader would: in which language, below which heading."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "use", "circle", "path", "wbr"}


class _Reader(HTMLParser):
    """Keeps each piece of text with the language and direction it inherits."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, str]] = [("", "", "")]
        self.pieces: list[tuple[str, str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        _tag, language, direction = self.open[-1]
        self.open.append((tag, given.get("lang") or language, given.get("dir") or direction))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Holds no text."""

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, *_rest in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, language, direction = self.open[-1]
        if data.strip():
            self.pieces.append((" ".join(data.split()), tag, language, direction))


def _read(html: str) -> list[tuple[str, str, str, str]]:
    reader = _Reader()
    reader.feed(html)
    return reader.pieces


def spoken_in(html: str, text: str) -> set[tuple[str, str]]:
    """(language, direction) of every place below the head where the page says `text`."""
    return {
        (language, direction)
        for piece, tag, language, direction in _read(html)
        if text in piece and tag != "title"
    }


def headings(html: str, level: int = 2) -> list[str]:
    """What the headings of a level say, in order."""
    return [piece for piece, tag, _language, _direction in _read(html) if tag == f"h{level}"]


def words(html: str) -> str:
    """All that the page says, in one line."""
    return " ".join(piece for piece, *_rest in _read(html))
