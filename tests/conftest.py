"""The real thing, started once for all tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.person import Person
from tests.support.stack import Stack, start_stack, stop_stack

TESTS = Path(__file__).parent

_TELLING = 12  # characters; shorter messages can stand in a log by chance


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`merhaba run` on a data directory of its own. At the end no log may hold what was typed."""
    running = start_stack(tmp_path_factory.mktemp("stack") / "data")
    Person(running).say("Hello, good morning")  # the first message on a machine loads more
    try:
        yield running
    finally:
        stop_stack(running)
    logs = running.logs()
    assert [text for text in running.typed if len(text) >= _TELLING and text in logs] == []


@pytest.fixture
def person(stack: Stack) -> Person:
    """A person who has just opened the web chat."""
    return Person(stack)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first; browser tests last, because Playwright keeps an event loop running to the end."""
    order = ["unit", "integration", "e2e"]
    items.sort(key=lambda item: order.index(item.path.relative_to(TESTS).parts[0]))
