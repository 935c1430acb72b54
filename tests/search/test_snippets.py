"""Passages: the best stretch, its words set apart, nothing lost or added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search import analysis, snippets

LONG = (
    "The network was founded in 2012. " * 10
    + "Mock trials prepare prosecutors for court. "
    + "The rest is about something else. " * 10
)


def forms(*words: str) -> set[str]:
    return {form for word in words for form in analysis.variants(word)}


def plain(fragments: snippets.Fragments) -> str:
    return "".join(text for text, _found in fragments)


def found(fragments: snippets.Fragments) -> list[str]:
    return [text for text, is_found in fragments if is_found]


@given(st.text(), st.sampled_from(["en", "ar", "zh", "ru"]))
def test_marking_changes_no_letter(text: str, language: str) -> None:
    words = [word.folded for word in analysis.words(text)][:3]

    assert plain(snippets.marked(text, forms(*words), language)) == text


@given(st.text(min_size=400, max_size=900))
def test_a_passage_is_never_much_longer_than_asked(text: str) -> None:
    words = [word.folded for word in analysis.words(text)][:3]

    passage = snippets.passage([text], forms(*words), "en", 200)

    assert len(plain(passage)) <= 204


@given(
    st.text(),
    st.lists(st.sampled_from(["trains", "training", "dying", "enquête", "人口", "الضحايا"])),
)
def test_marks_are_where_the_index_has_the_words(text: str, words: list[str]) -> None:
    text, language = f"{text} {' '.join(words)}", "en"
    terms = {term for _word, term in analysis.terms(text, language)}

    for term in terms:
        places = [w for w, other in analysis.terms(text, language) if other == term]
        if all(any(map(str.isspace, text[place.start : place.end])) for place in places):
            continue  # a Chinese pair over a space; each half is marked with its own pair
        marks = snippets.marked(text, {term}, language)
        assert any(is_found for _text, is_found in marks), (term, places)


def test_the_best_stretch_is_taken_from_its_sentence_on() -> None:
    passage = snippets.passage([LONG], forms("mock", "trials", "prosecutor"), "en", 120)

    assert plain(passage).startswith("… Mock trials prepare prosecutors for court.")
    assert found(passage) == ["Mock", "trials", "prosecutors"]


def test_an_earlier_text_wins_when_both_are_as_good() -> None:
    passage = snippets.passage(["Courts train.", "Train courts."], forms("train"), "en")

    assert plain(passage) == "Courts train."


def test_nothing_is_made_up_where_no_word_stands() -> None:
    assert snippets.passage(["Courts train."], forms("police"), "en") == []


def test_other_forms_and_letters_of_a_word_are_marked() -> None:
    assert found(snippets.marked("Les Règles", forms("regle"), "fr")) == ["Règles"]
    assert found(snippets.marked("حماية الضحايا", forms("ضحايا"), "ar")) == ["الضحايا"]


def test_overlapping_pairs_of_chinese_are_one_mark() -> None:
    pairs = {"人口", "口贩", "贩运"}

    assert found(snippets.marked("打击人口贩运", pairs, "zh")) == ["人口贩运"]
