"""Records behave as the named tuples of the standard library do."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from ticketcli import records


class Point(records.NamedTuple):
    """Two numbers."""

    x: int
    y: int = 7

    @property
    def total(self) -> int:
        return self.x + self.y


MANY = 200
"""More than the number of values after which a constructor is compiled."""


@pytest.mark.parametrize("made_before", [0, MANY], ids=["few values", "many values"])
@pytest.mark.parametrize(
    "args, kwargs, wanted",
    [
        ((1, 2), {}, (1, 2)),
        ((1,), {}, (1, 7)),
        ((), {"x": 1}, (1, 7)),
        ((1,), {"y": 2}, (1, 2)),
        ((), {"y": 2, "x": 1}, (1, 2)),
    ],
    ids=["both", "default", "by name", "mixed", "any order"],
)
def test_values_are_given_by_place_by_name_or_by_default(
    made_before: int, args: tuple[int, ...], kwargs: dict[str, int], wanted: tuple[int, int]
) -> None:
    for _ in range(made_before):
        Point(0, 0)
    made = Point(*args, **kwargs)

    assert made == wanted and type(made) is Point
    assert (made.x, made.y, made.total) == (*wanted, sum(wanted))


@pytest.mark.parametrize("made_before", [0, MANY], ids=["few values", "many values"])
@pytest.mark.parametrize(
    "args, kwargs",
    [((), {}), ((1, 2, 3), {}), ((1,), {"z": 2}), ((1,), {"x": 2})],
    ids=["none", "many", "unknown", "twice"],
)
def test_wrong_values_are_a_type_error(made_before: int, args: tuple[int, ...], kwargs: dict[str, Any]) -> None:
    class Fresh(records.NamedTuple):
        x: int
        y: int = 7

    for _ in range(made_before):
        Fresh(0, 0)
    with pytest.raises(TypeError):
        Fresh(*args, **kwargs)


def test_replacing_keeps_the_rest_and_refuses_unknown_fields() -> None:
    assert Point(1, 2)._replace(y=3) == (1, 3)
    with pytest.raises(ValueError, match="z"):
        Point(1, 2)._replace(z=3)  # type: ignore[call-arg]


def test_fields_defaults_and_maps_are_known() -> None:
    assert Point._fields == ("x", "y")
    assert Point._field_defaults == {"y": 7}
    assert Point(1)._asdict() == {"x": 1, "y": 7}
    assert repr(Point(1)) == "Point(x=1, y=7)"


def test_copies_and_pickles_are_equal() -> None:
    assert copy.deepcopy(Point(1)) == Point(1)
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)


def test_a_record_takes_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_a_field_without_default_may_not_stand_behind_one_with() -> None:
    record: Any = type(records.NamedTuple)
    with pytest.raises(TypeError, match="default"):
        record("Bad", (records.NamedTuple,), {"__annotations__": {"a": "int", "b": "int"}, "a": 1})
