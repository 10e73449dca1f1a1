"""Records from TOML and JSON: strict about names and types, exact about the place, the same again from their own document."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import pytest

from chainscore.model import Model, ModelError
from chainscore.rulebook import InputField, Rulebook


def _even(number: int) -> str | None:
    return None if number % 2 == 0 else "must be even"


class Dog(Model):
    kind: Literal["dog"]
    name: str


class Cat(Model):
    kind: Literal["cat"]
    lives: int = 9


class House(Model):
    number: Annotated[int, _even]
    from_: datetime.date
    rent: Decimal
    quiet: bool = False
    note: str | None = None
    pets: list[Dog | Cat]
    tags: tuple[str, ...] = ()
    prices: dict[str, Decimal]
    seen: ClassVar[str] = ""

    def problem(self) -> str | None:
        return "a quiet house with pets" if self.quiet and self.pets else None


def house(**changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "number": 12, "from": datetime.date(2023, 5, 1), "rent": Decimal("0.10"), "pets": [{"kind": "cat"}, {"kind": "dog", "name": "Rex"}], "prices": {"bed": 3},
    }  # fmt: skip
    return data | changes


def test_a_record_has_the_values_of_its_data_and_the_defaults_of_what_is_not_there() -> None:
    record = House.build(house(tags=["old"]))
    assert (record.number, record.from_, str(record.rent), record.quiet, record.note) == (
        12,
        datetime.date(2023, 5, 1),
        "0.10",
        False,
        None,
    )
    assert [type(pet) for pet in record.pets] == [Cat, Dog]
    assert (record.pets[0].lives, record.tags, record.prices) == (9, ("old",), {"bed": Decimal(3)})  # type: ignore[union-attr]


def test_a_record_made_from_its_own_document_is_equal_to_it() -> None:
    record = House.build(house(note="x", prices={"bed": Decimal("1.50")}))
    assert House.build(json.loads(json.dumps(record.document()))) == record
    assert House.build(house()) != record
    assert record != "a house"


def test_the_packaged_rulebook_survives_json(book: Rulebook) -> None:
    again = Rulebook.build(json.loads(json.dumps(book.document())))
    assert again.loaded(book.sha256, book.chosen) == book


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": 13}, "number: must be even"),
        ({"number": True}, "number: Input should be a valid integer"),
        ({"number": "12"}, "number: Input should be a valid integer"),
        ({"rent": True}, "rent: Input should be a valid decimal"),
        ({"rent": "much"}, "rent: Input should be a valid decimal"),
        ({"rent": Decimal("inf")}, "rent: Input should be a valid decimal"),
        ({"from": "May"}, "from: Input should be a valid date"),
        ({"from": datetime.datetime(2023, 5, 1)}, "from: Input should be a valid date"),
        ({"quiet": 1}, "quiet: Input should be a valid boolean"),
        ({"note": 3}, "note: Input should be a valid string"),
        ({"pets": {}}, "pets: Input should be a list"),
        ({"prices": []}, "prices: Input should be a table"),
        ({"prices": {"bed": "dear"}}, "prices.bed: Input should be a valid decimal"),
        ({"pets": [{"kind": "cat"}, {"kind": "cow"}]}, "pets[1]: kind 'cow' is not among 'dog', 'cat'"),
        ({"pets": ["cat"]}, "pets[0]: kind None is not among 'dog', 'cat'"),
        ({"pets": [{"kind": "dog"}]}, "pets[0].name: Field required"),
        ({"garden": 1}, "garden: Extra inputs are not permitted"),
        ({"quiet": True}, "a quiet house with pets"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        House.build(house(**changes))
    assert str(caught.value) == message


def test_what_is_no_table_and_a_kind_that_is_wrong_are_mistakes() -> None:
    with pytest.raises(ModelError, match=r"^Input should be a table$"):
        House.build([])
    with pytest.raises(ModelError, match=r"^kind: Input should be 'dog'$"):
        Dog.build({"kind": "cat", "name": "x"})


def test_a_record_cannot_be_changed_but_copied_with_changes() -> None:
    field = InputField(label="a", type="text")
    with pytest.raises(AttributeError):
        field.label = "b"
    assert (field.replaced(label="b").label, field.label, field.unit) == ("b", "a", None)
    assert repr(field) == "InputField(label='a', type='text')"
