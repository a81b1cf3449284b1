import asyncio

import pytest

from bot.app import readiness
from bot.app.readiness import Readiness, answering


class Part:
    """A dependency that can be away, and counts how often it was asked."""

    def __init__(self, is_there: bool = True) -> None:
        self.is_there = is_there
        self.asked = 0

    async def check(self) -> bool:
        self.asked += 1
        if not self.is_there:
            raise OSError("zugunruhe")
        return True


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_ASK_EVERY", 0.02)
    monkeypatch.setattr(readiness, "_PATIENCE", 0.2)
    monkeypatch.setattr(readiness, "_ANSWER_WITHIN", 0.05)


async def test_wait_ends_at_once_where_all_is_there() -> None:
    record, rasa = Part(), Part()
    await asyncio.wait_for(Readiness(record.check, rasa.check).wait(), 0.1)
    assert (record.asked, rasa.asked) == (1, 1)


async def test_wait_of_many_asks_once_for_all() -> None:
    # A thousand conversations that asked for themselves kept the service from everything else for 9 s.
    record, rasa = Part(), Part(is_there=False)
    ready = Readiness(record.check, rasa.check)
    waiting = asyncio.gather(*(ready.wait() for _ in range(1000)))
    await asyncio.sleep(0.1)
    assert rasa.asked < 10
    assert not waiting.done()
    rasa.is_there = True
    await asyncio.wait_for(waiting, 0.1)


async def test_wait_without_rasa_ends_after_a_while() -> None:
    await asyncio.wait_for(Readiness(Part().check, Part(is_there=False).check).wait(), 1)


async def test_wait_without_the_record_ends_when_it_is_back() -> None:
    record = Part(is_there=False)
    waiting = asyncio.create_task(Readiness(record.check, Part().check).wait())
    await asyncio.sleep(0.4)
    assert not waiting.done()
    record.is_there = True
    await asyncio.wait_for(waiting, 0.1)


async def test_wait_that_is_given_up_leaves_the_others_waiting() -> None:
    rasa = Part(is_there=False)
    ready = Readiness(Part().check, rasa.check)
    first, second = asyncio.create_task(ready.wait()), asyncio.create_task(ready.wait())
    await asyncio.sleep(0.05)
    first.cancel()
    rasa.is_there = True
    await asyncio.wait_for(second, 0.1)


async def test_answering_names_what_fails_and_what_hangs() -> None:
    async def hangs() -> bool:
        await asyncio.sleep(10)
        return True

    found = await answering(record=Part().check, streams=Part(is_there=False).check, rasa=hangs)
    assert found == {"record": True, "streams": False, "rasa": False}
