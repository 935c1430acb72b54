"""Analysis: the same words give the same terms, in whatever letters they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.folding import fold

LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh", "fa", "ur", "")


def terms(text: str, language: str) -> list[str]:
    return [term for _word, term in analysis.terms(text, language)]


@given(st.text(), st.sampled_from(LANGUAGES))
def test_every_word_of_a_text_is_found_by_itself(text: str, language: str) -> None:
    indexed = set(terms(text, language))

    for word in analysis.words(text):
        assert indexed & set(analysis.variants(word.folded))


@given(st.text(), st.sampled_from(LANGUAGES))
def test_a_folded_text_has_the_terms_of_the_text_itself(text: str, language: str) -> None:
    assert set(terms(fold(text), language)) <= set(terms(text, language)) | {
        term for piece in fold(text) for term in terms(piece, language)
    }


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    for word in analysis.words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.folded in fold(text[word.start : word.end]) or len(word.folded) == 56


@given(st.text())
def test_no_term_holds_what_a_copy_into_the_index_would_stumble_over(text: str) -> None:
    for term in terms(text, "en"):
        assert term
        assert not set(term) & set("\t\n\r\\")
        assert len(term) <= 60


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["training", "trained", "trains", "Train"]),
        ("en", ["trafficking", "traffic", "trafficked"]),
        ("fr", ["victime", "victimes", "VICTIMES"]),
        ("fr", ["règle", "regle", "Règles", "re\u0300gle"]),
        ("es", ["víctima", "victimas", "Víctimas"]),
        ("pt", ["vítima", "vitimas", "VÍTIMAS"]),
        ("ru", ["жертва", "жертвы", "жертвам"]),
        ("ar", ["ضحايا", "الضحايا", "والضحايا", "للضحايا", "بالضحايا", "الضَّحَايَا"]),
        ("ar", ["الأطفال", "الاطفال", "أطفال", "اطفال", "والأطفال", "الأطـــفال"]),
        ("ar", ["حماية", "الحماية", "حمايه", "الحمايه"]),
        ("ar", ["شبكة", "شبكات", "الشبكات"]),
        ("fa", ["قاچاق", "قاچاق\u200c"]),
        ("ur", ["کی", "كي", "کي"]),
    ],
)
def test_forms_of_a_word_meet_in_one_term(language: str, forms: list[str]) -> None:
    assert set.intersection(*(set(terms(form, language)) for form in forms))


@pytest.mark.parametrize("form", ["لأطفال", "بأطفال", "فأطفال", "كأطفال"])
def test_arabic_words_are_found_without_the_preposition_joined_to_them(form: str) -> None:
    assert set(terms(form, "ar")) & set(analysis.variants(fold("الأطفال")))


def test_stems_of_different_languages_do_not_meet() -> None:
    assert terms("pérou", "fr") != terms("per", "en")
    assert not set(analysis.variants("perou")) & set(terms("per", "en"))


def test_chinese_is_indexed_by_characters_and_pairs() -> None:
    assert terms("贩运人口", "zh") == ["贩", "运", "贩运", "人", "运人", "口", "人口"]


def test_chinese_pairs_do_not_reach_over_a_full_stop() -> None:
    assert "运人" not in terms("贩运。人口", "zh")


def test_names_in_latin_letters_are_found_in_russian_and_arabic_texts() -> None:
    for language in ("ru", "ar", "zh"):
        assert set(terms("UNODC", language)) & set(analysis.variants("unodc"))


@pytest.mark.parametrize("word", ["the", "de", "в", "في", "的", "a"])
def test_words_that_say_nothing_are_known(word: str) -> None:
    assert analysis.is_stopword(word)


@pytest.mark.parametrize("word", ["nrm", "tip", "som", "jit", "tot", "mla", "law", "ضحايا"])
def test_words_of_the_field_are_not_taken_for_nothing(word: str) -> None:
    assert not analysis.is_stopword(word)


def test_radicals_and_signs_that_stand_for_letters_are_found_by_the_letters() -> None:
    # U+2F00 looks like 一 and comes out of PDF files in its place.
    assert terms("⼀国", "zh") == terms("一国", "zh")
    assert terms("UNODC™", "en") == terms("UNODC", "en")


@pytest.mark.parametrize(
    ("language", "name", "typed"),
    [
        ("es", "Costa Rica", "costas"),
        ("es", "Cursos", "curso"),
        ("fr", "Lois", "loi"),
        ("pt", "Vítima", "vitimas"),
        ("es", "Investigación", "investigar"),
        ("en", "Laws", "law"),
        ("ru", "Россия", "России"),
        ("ar", "المغرب", "بالمغرب"),
        ("zh", "贩运", "贩运"),
    ],
)
def test_a_name_is_met_by_forms_of_its_words(language: str, name: str, typed: str) -> None:
    assert set(analysis.name_terms(name, language)) & set(analysis.variants(fold(typed)))


@pytest.mark.parametrize(
    ("language", "name", "typed"),
    [("es", "Costa", "costan"), ("es", "Curso", "cursar"), ("pt", "Causa", "causam")],
)
def test_a_short_stem_alone_meets_no_name(language: str, name: str, typed: str) -> None:
    assert analysis.stem(fold(name), language) == analysis.stem(typed, language)
    assert not set(analysis.name_terms(name, language)) & set(analysis.variants(typed))


def test_words_that_say_nothing_are_no_terms_of_a_name() -> None:
    assert list(analysis.name_terms("Trinidad and Tobago", "en")) == ["en:trinidad", "en:tobago"]
