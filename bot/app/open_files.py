"""How many connections a process can hold."""

import resource

_MOST_FILES = 16_384  # open files of this process, one for each connection
_OTHER_FILES = 256  # that are no connections of people: record, streams, keys, requests to platforms


def allow_connections() -> int:
    """Let the process open as many files as it may, often only 1,024 by default.

    Returns how many connections it can hold. Those beyond get 503; else nobody could connect any more."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
    if now != resource.RLIM_INFINITY and now < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - _OTHER_FILES, files // 2)
