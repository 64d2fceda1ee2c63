from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.custom_ids import NUMBER, CustomId

PLAIN = CustomId[int, int]("plain:{first}:{second}", first=NUMBER, second=r"\d{1,3}")
VERB = CustomId[str, int]("verb-{verb}:{first}", verb="come|go", first=NUMBER)


@given(st.integers(0, 2**63 - 1), st.integers(0, 999))
def test_a_custom_id_is_read_as_it_was_written_and_by_nobody_else(first: int, second: int) -> None:
    written = PLAIN(first, second)
    found = PLAIN.read(written)
    assert found is not None
    assert found.groupdict() == {"first": str(first), "second": str(second)}
    assert VERB.read(written) is None


def test_it_has_a_version_and_carries_its_values() -> None:
    assert VERB("go", 7) == "oped:v1:verb-go:7"
    found = VERB.read("oped:v1:verb-come:9")
    assert found is not None
    assert (found["verb"], found["first"]) == ("come", "9")


@pytest.mark.parametrize(
    "strange",
    [
        "oped:v2:verb-go:7",
        "oped:v1:verb-run:7",
        "oped:v1:verb-go:",
        "oped:v1:verb-go:7\n",
        "oped:v1:verb-go:7:8",
        "oped:v1:verb-go:\u0665",
        "oped:v1:verb-go:12345678901234567890",
        "poll:7",
    ],
)
def test_what_we_did_not_write_is_none_of_ours(strange: str) -> None:
    assert VERB.read(strange) is None


def test_values_are_as_many_as_fields() -> None:
    with pytest.raises(ValueError, match="shorter"):
        VERB("go")  # type: ignore[call-arg]  # that is the test
