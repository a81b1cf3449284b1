from bot.pipeline.listeners import Listeners


def test_notify_reaches_every_page_of_the_conversation_only() -> None:
    listeners = Listeners()
    with listeners.listen("a") as one, listeners.listen("a") as two, listeners.listen("b") as other:
        listeners.notify("a", "message")
        listeners.notify("a", "typing")
        assert [one.get_nowait(), one.get_nowait()] == ["message", "typing"]
        assert two.qsize() == 2
        assert other.empty()


def test_notify_without_a_page() -> None:
    listeners = Listeners()
    listeners.notify("a", "message")
    with listeners.listen("a") as queue:
        assert queue.empty()


def test_listen_forgets_a_page_that_has_closed() -> None:
    listeners = Listeners()
    with listeners.listen("a") as open_page:
        with listeners.listen("a") as closed:
            pass
        listeners.notify("a", "reset")
        assert closed.empty()
        assert open_page.get_nowait() == "reset"
    assert not listeners._queues
