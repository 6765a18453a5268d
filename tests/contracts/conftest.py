"""Every engine, empty, for the suite that holds on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.making import ENGINES
from ticketcli.stores.engine import Engine
from ticketcli.stores.tiny import TinyStore


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = ENGINES[request.param](tmp_path)
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=list(ENGINES))
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all the examples of a property, which empties its table first: making a store takes syncs."""
    engine = ENGINES[request.param](tmp_path_factory.mktemp("desk"))
    yield engine
    engine.close()


@pytest.fixture
def store(engine: Engine) -> TinyStore:
    return TinyStore(engine)
