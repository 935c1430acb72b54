"""Folding evens out spellings, and only spellings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.folding import fold


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Vítimas", "vitimas"),
        ("RÈGLE de Non-Incrimination", "regle de non-incrimination"),
        ("Straße", "STRASSE"),
        ("cœur", "coeur"),
        ("ёлка", "елка"),
        ("ﬁnance", "finance"),
        ("l’État", "l'etat"),
        ("two\u00a0 words\n", "two words"),
        ("zero\u200bwidth", "zerowidth"),
        ("ＴＩＰ", "tip"),
    ],
)
def test_spellings_of_one_word_fold_together(written: str, other: str) -> None:
    assert fold(written) == fold(other)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("أطفال", "اطفال"),
        ("إتجار", "اتجار"),
        ("آليات", "اليات"),
        ("ضحيّة", "ضحيه"),
        ("مستشفى", "مستشفي"),
        ("قاچاق انسان‌ها", "قاچاق انسانها"),
        ("کمک", "كمك"),
        ("مــهاجرين", "مهاجرین"),
        ("مسؤول", "مسوول"),
        ("شيء", "شئ"),
        ("اُردُو", "اردو"),
        ("بچہ", "بچه"),
    ],
)
def test_arabic_letter_forms_fold_together(written: str, other: str) -> None:
    assert fold(written) == fold(other)


@pytest.mark.parametrize("digits", ["٢٠٢٤", "۲۰۲۴", "২০২৪", "２０２４"])
def test_digits_of_every_script_become_ascii(digits: str) -> None:
    assert fold(digits) == "2024"


@pytest.mark.parametrize(
    ("one", "two"),
    [("مهاجر", "مهرب"), ("children", "child"), ("贩运", "偷运"), ("কি", "কে"), ("судья", "суд")],
)
def test_different_words_stay_different(one: str, two: str) -> None:
    assert fold(one) != fold(two)


# Ways of writing one letter, as keyboards, editors and habits have them.
VARIANTS = (
    ("ا", "أ", "إ", "آ", "ٱ", "ا\u0654", "ا\u064e"),
    ("ي", "ى", "ی", "ئ", "ے"),
    ("ك", "ک", "ڪ"),
    ("ه", "ة", "ہ", "ۀ"),
    ("و", "ؤ", "و\u0654", "و\u0640"),
    ("ل", "ل\u0651", "\u0640ل", "ل\u200d"),
    ("3", "٣", "۳", "৩", "３"),
    ("e", "é", "É", "e\u0301", "Ê", "ｅ"),
    ("n", "ñ", "N", "Ñ", "n\u0303"),
    ("c", "ç", "Ç", "c\u0327", "c\u00ad"),
    ("е", "ё", "Ё", "Е", "е\u0308"),
    ("ss", "ß", "ẞ", "SS"),
)
LETTER_TWICE = st.sampled_from(VARIANTS).flatmap(
    lambda ways: st.tuples(st.sampled_from(ways), st.sampled_from(ways))
)


@given(st.lists(LETTER_TWICE, min_size=1))
def test_any_mix_of_ways_to_write_the_letters_folds_together(
    letters: list[tuple[str, str]],
) -> None:
    one, other = ("".join(written) for written in zip(*letters, strict=True))

    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_writing_fold_together(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_ascii_only_loses_case_and_spare_space(text: str) -> None:
    assert fold(text) == " ".join(text.lower().replace("`", "'").split())
