"""Start Rasa so that its logs never hold what people type.

    python -m bot.rasa.start run --port ... (Rasa's own arguments)

Rasa logs messages of failed requests at ERROR, and exception messages can quote them. Every log line of
this process is therefore reduced to level, place and type of exception.
"""

import logging
import sys
import traceback

from rasa.__main__ import main


def bare_line(_handler: logging.Handler, record: logging.LogRecord) -> str:
    """One log line without any text that depends on a message."""
    line = "%s %s:%d" % (record.levelname, record.name, record.lineno)
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return line
    frames = traceback.extract_tb(error.__traceback__)
    place = "%s:%s" % (frames[-1].name, frames[-1].lineno) if frames else "unknown place"
    return "%s %s in %s" % (line, type(error).__name__, place)


def silence_texts() -> None:
    """Reduce the output of every log handler, also of those that Rasa adds later."""
    logging.Handler.format = bare_line  # type: ignore[method-assign, assignment]
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, *_: print("stopped by %s" % kind.__name__, file=sys.stderr)


if __name__ == "__main__":
    silence_texts()
    main()
