"""The page of a long submission is quick, and asks the same whatever its history."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.review.long_record import full, waiting_version

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def seconds(client: Client, address: str) -> float:
    """Of the processor: the machine may have other work. The least of five says what it takes."""
    client.get(address)
    taken = []
    for _number in range(5):
        began = time.process_time()
        assert client.get(address).status_code == 200
        taken.append(time.process_time() - began)
    return min(taken)


def test_the_page_of_a_record_of_5000_words_takes_few_times_what_readers_wait_for(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    """It shows the text twice, compares it word by word and looks through it; four times when
    written, 0.2 s against 0.05 s. As a ratio, since seconds are the machine's."""
    assert sum(len(str(text).split()) for text in full().values()) >= 5_000
    revision = waiting_version(author, coordinator)  # every text differs from the published one
    client = as_user(coordinator)

    review = seconds(client, f"/admin/contributions/revision/{revision.pk}/moderate/")

    assert review < 8 * seconds(client, revision.contribution.get_absolute_url())


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_page_asks_the_same_whatever_its_history(
    as_user: AsUser, coordinator: User, author: User, rounds: int, django_assert_num_queries: Any
) -> None:
    revision = waiting_version(author, coordinator, rounds=rounds)
    client = as_user(coordinator)
    address = f"/admin/contributions/revision/{revision.pk}/moderate/"
    client.get(address)

    with django_assert_num_queries(22):
        client.get(address)
