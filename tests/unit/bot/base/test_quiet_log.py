import logging
import sys

from bot.base.quiet_log import QuietFormatter


def test_log_line_of_an_exception_names_type_and_place_only() -> None:
    # Messages of exceptions can quote what a person typed.
    try:
        int("my secret")
    except ValueError:
        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "no reply", None, sys.exc_info())
    line = QuietFormatter().format(record)
    assert line.endswith("ValueError")
    assert "no reply" in line
    assert "my secret" not in line.replace('int("my secret")', "")
