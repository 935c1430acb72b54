"""Do no harm: what in a text looks like a person, a number or a case; what the author says of it.

The signs may be wrong and are never all: they point, a person looks. An answer counts for the
words it was given for; changed words are asked about again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions import kinds, rendering
from contributions.models import Contribution, Revision
from contributions.models.attachment import FILES

_NAMES: Final = Path(__file__).parent / "data" / "given_names.txt"
# Fields that hold addresses, codes or the authors of publications by their nature.
_NOT_READ: Final = frozenset({"source_url", "source_contribution", "adapts"})
_NAMES_ALLOWED: Final = frozenset({"source_text", "legal_basis", "links"})
NOTE: Final = "change_note"  # beside the form, and as public as the text
AROUND: Final = 40  # characters of context on each side

_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_EMAIL = re.compile(r"[^\W_][\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{2,24}){1,4}")
# Begins as numbers for dialling do, or stands behind a word for "telephone".
_PHONE = re.compile(
    r"(?<![\w/.,-])(?:\+|00|0|1[3-9](?=\d{9}))\d?[\d ()./\u00a0-]{6,22}\d(?![\d/-])"
    r"|(?:tel|phone|mobile|whatsapp|téléphone|teléfono|telefone|телефон|тел|هاتف|الهاتف|تلفن|فون"
    r"|电话|手机)[.:：\s]{0,3}\+?\d[\d ()./-]{4,22}\d",
    re.I,
)
_DATE_OR_YEARS = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:(?:19|20)\d\d\D{0,3})+")
_CASE = re.compile(
    r"(?:\b(?:case|docket|file|dossier|affaire|procédure|expediente|caso|causa|processo|inquérito"
    r"|дел[оауе])|قضية|القضية|ملف|الملف|پرونده|مقدمہ|案件|案号)"
    r"[\s:#]{0,3}(?:(?:no|nr|n[o°º]|number|numéro|numero|número|núm|№|رقم|عدد|شماره|نمبر|编号)\.?)?"
    r"[\s:#：.]{0,3}(?:[\w-]{0,6}[/-])?\d{1,8}\s?[/-]\s?\w{1,8}"
    r"|[（(]\d{4}[)）][\u4e00-\u9fff]{1,4}\d{0,6}[\u4e00-\u9fff]{1,4}\d+号",
    re.I,
)
_BIRTH = re.compile(
    r"\b(?:born (?:on|in)|date of birth|d\.?o\.?b\.?(?=\W)|née? (?:le|en)|date de naissance"
    r"|nacid[oa] (?:el|en)|fecha de nacimiento|nascid[oa] (?:em|a)|data de nascimento"
    r"|родил(?:ся|ась)|дата рождения)\b.{0,16}"
    r"|(?:تاريخ (?:الميلاد|الازدياد|الولادة)|(?:ال)?مولودة? (?:في|بتاريخ|سنة)|من مواليد"
    r"|متولد|تاریخ تولد|تاریخ پیدائش|出生(?:日期|于|年月)|生于).{0,16}",
    re.I,
)
_CAPITAL = r"[A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’-]+"
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|M|Mme|Mlle|Sr|Sra|Srta|Dña|Doña|señor|señora|senhor|senhora|г-н|г-жа"
    rf"|гр|господин|госпожа|гражданин|гражданка)\b\.? +({_CAPITAL}(?: {_CAPITAL}){{0,2}})"
)
_NAMED = re.compile(
    r"\b(?:named|called|whose name is|nommée?|prénommée?|appelée?|llamad[oa]|de nombre|chamad[oa]"
    rf"|de nome|по имени|по фамилии) +({_CAPITAL}(?: {_CAPITAL}){{0,2}})"
)
_ARABIC = re.compile(
    r"(?:السيدة?|الآنسة|المدعوة?|المسماة|المسمى|تدعى|يدعى|اسمها|اسمه|آقای|خانم|به نام|محترمہ|جناب)"
    r"\s+(?!(?:ال|وزير|رئيس|مدير|سفير|قاض|وكيل|والي|نائب|أمين|كاتب|وزیر|رئیس|مدیر))"
    r"([\u0620-\u06ff]{2,}(?:\s(?:بن|بنت|ابن|ولد)\s[\u0620-\u06ff]{2,})?)"
    r"|(?<![\u0620-\u06ff])[\u0620-\u06ff]{2,}\s(?:بن|بنت|ولد)\s[\u0620-\u06ff]{2,}"
)
_CHINESE = re.compile(
    r"[王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石]"
    r"(?:[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐)|某某?)"
    r"|(?:名叫|姓名[:：]?)\s?[\u4e00-\u9fff]{2,4}"
)
_FIRST = re.compile(rf"\b{_CAPITAL}(?= {_CAPITAL})")
_REST = re.compile(rf"(?: {_CAPITAL}){{1,2}}")


class Sign(models.TextChoices):
    """What the words look like."""

    NAME = "name", _("a person's name")
    EMAIL = "email", _("an e-mail address")
    PHONE = "phone", _("a telephone number")
    CASE = "case", _("a case number")
    BIRTH = "birth", _("a date of birth")


class Answer(models.TextChoices):
    """What the author says of it."""

    OFFICE = "office", _("a public office, a body or a published source")
    NOTHING = "nothing", _("not what it looks like")
    PERSON = "person", _("a person, who has agreed to be named")


@dataclass(frozen=True)
class Mark:
    """Words in a field that look like something that does not belong there."""

    field: str
    label: str | Promise
    sign: Sign
    words: str
    before: str
    after: str

    @property
    def key(self) -> str:
        return f"{self.field}|{self.sign}|{self.words}"


@cache
def given_names() -> frozenset[str]:
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def _plain_digits(text: str) -> str:
    """The same length, with digits and signs of all scripts as ASCII, and web addresses blank."""
    if not text.isascii():
        text = "".join(
            str(digit) if (digit := unicodedata.digit(c, None)) is not None and c.isdecimal() else c
            for c in text
        ).translate({0xFF20: "@", 0xFF0B: "+", 0x2010: "-", 0x2011: "-", 0x2013: "-"})
    return _URL.sub(lambda match: " " * len(match.group()), text)


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFD", word)
    return "".join(c for c in bare if not unicodedata.combining(c) or c == "\u0306").casefold()


def _is_phone(found: str) -> bool:
    digits = sum(c.isdigit() for c in found)
    return 7 <= digits <= 15 and not _DATE_OR_YEARS.fullmatch(found.strip(" ()"))


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TITLED, _NAMED, _ARABIC, _CHINESE):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _FIRST.finditer(text):
        first = unicodedata.normalize("NFC", match.group()).casefold()
        rest = _REST.match(text, match.end())
        if rest and (first in given_names() or _folded(first) in given_names()):
            yield match.start(), rest.end()


def signs(text: str) -> list[tuple[Sign, int, int]]:
    """(sign, start, end) of what stands out in a text, in order, none inside another."""
    plain = _plain_digits(text)
    found: list[tuple[Sign, int, int]] = []
    for sign, pattern in ((Sign.EMAIL, _EMAIL), (Sign.CASE, _CASE), (Sign.BIRTH, _BIRTH)):
        found += [(sign, *match.span()) for match in pattern.finditer(plain)]
    found += [
        (Sign.PHONE, *match.span())
        for match in _PHONE.finditer(plain)
        if _is_phone(re.sub(r"^\D+(?=[+\d])", "", match.group()))
    ]
    found += [(Sign.NAME, start, end) for start, end in _names(text)]
    kept: list[tuple[Sign, int, int]] = []
    for sign, start, end in sorted(found, key=lambda item: (item[1], -item[2])):
        if not kept or start >= kept[-1][2]:
            kept.append((sign, start, end))
    return kept


@dataclass(frozen=True)
class Sighting:
    """The same words wherever they stand: one question."""

    sign: Sign
    words: str
    marks: list[Mark]

    @property
    def name(self) -> str:
        """Of its field on a page, whatever stands before it."""
        key = f"{self.sign}|{self.words}".encode()
        return f"mark-{sha256(key).hexdigest()[:16]}"


def marks(revision: Revision, shown: Iterable[rendering.ShownSection] | None = None) -> list[Mark]:
    """What stands out in the author's words, field by field, each only once.

    `shown` is the text in words where the caller has it; otherwise three queries. One more where
    the version names files.
    """
    if shown is None:
        shown = rendering.sections(kinds.get(revision.contribution.kind), revision.content)
    found: dict[str, Mark] = {}
    for field, label, text in _texts(revision, shown):
        for sign, start, end in signs(text):
            if sign is Sign.NAME and field in _NAMES_ALLOWED:
                continue
            mark = Mark(
                field,
                label,
                sign,
                text[start:end].strip(),
                text[max(0, start - AROUND) : start],
                text[end : end + AROUND],
            )
            found.setdefault(mark.key, mark)
    return list(found.values())


def _texts(
    revision: Revision, shown: Iterable[rendering.ShownSection]
) -> Iterator[tuple[str, str | Promise, str]]:
    """(field, its label, text) of all that readers will see of the author's own words."""
    for part in shown:
        for item in part.fields:
            if item.is_written and item.name not in _NOT_READ:
                yield item.name, item.label, item.text
                for row in item.rows:
                    yield from ((item.name, item.label, cell) for _label, cell in row)
    yield NOTE, _t("What changed in this version?"), revision.change_note
    for stored, _row in revision.files():
        yield FILES, _t("Name of a file"), _spaced(stored.name)


def _spaced(file_name: str) -> str:
    """The name of a file as words: people put signs where spaces would be, and leave capitals
    out."""
    words = file_name.rpartition(".")[0].replace("_", " ")
    if "@" in words:
        return words
    words = re.sub(r"(?<=[^\W\d])[-.]|[-.](?=[^\W\d])", " ", words)
    return words.title() if words.islower() else words


def sightings(found: Iterable[Mark]) -> list[Sighting]:
    """The marks by their words, in the order in which these stand first."""
    grouped: dict[tuple[Sign, str], list[Mark]] = {}
    for mark in found:
        grouped.setdefault((mark.sign, mark.words), []).append(mark)
    return [Sighting(sign, words, marks) for (sign, words), marks in grouped.items()]


def answer_to(mark: Mark, revision: Revision) -> str:
    """What the author said of it, or nothing."""
    given = revision.answers.get("harm")
    answer = given.get(mark.key, "") if isinstance(given, dict) else ""
    return str(answer) if answer in Answer.values else ""


def answer_to_all(found: Iterable[Mark], revision: Revision) -> str:
    """What the author said of each of them, where that is always the same."""
    given = {answer_to(mark, revision) for mark in found}
    return given.pop() if len(given) == 1 else ""


def unanswered(revision: Revision, found: Iterable[Mark]) -> list[Mark]:
    return [mark for mark in found if not answer_to(mark, revision)]


def check_visibility(revision: Revision) -> None:
    """Raise ValidationError where a text that names a person would be public.

    The person agreed, says the author; the whole world and its search engines are still too many.
    """
    given = revision.answers.get("harm")
    if not isinstance(given, dict) or Answer.PERSON not in given.values():
        return
    if revision.content.get("visibility") != Contribution.Visibility.PUBLIC:
        return
    if any(answer_to(mark, revision) == Answer.PERSON for mark in marks(revision)):
        message = _t("It names a person: choose members or coordinators.")
        raise ValidationError({"visibility": [message]})
