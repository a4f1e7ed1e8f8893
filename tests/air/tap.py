# SPDX-License-Identifier: GPL-3.0-or-later
"""The Test Anything Protocol in few lines: each @case function is one test; failing says why and the rest goes on."""

import contextlib
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_cases = []
_attempt = threading.local()  # of the thread: the notes of the case that runs in it


class Skip(Exception):
    """Raised by a case that cannot run here; says why."""


def case(function):
    """Marks a test. Cases run in file order; the docstring's first line is the name."""
    _cases.append(function)
    return function


def check(condition, message):
    if not condition:
        raise AssertionError(message() if callable(message) else message)


def equal(got, wanted, what):
    check(got == wanted, lambda: f"{what}: got {got!r}, wanted {wanted!r}")


def note(text):
    """Stands under the case's result; said from a thread of the case's own, at once."""
    lines = [f"# {line}" for line in str(text).rstrip().split("\n")]
    if hasattr(_attempt, "notes"):
        _attempt.notes += lines
    else:
        print("\n".join(lines), flush=True)


def _try(function, around):
    """(whether it passed, its name and what is so of it, its notes)"""
    name = (function.__doc__ or function.__name__).strip().split("\n")[0].replace("#", "no.")
    _attempt.notes, began, has_passed, more = [], time.monotonic(), True, ""
    try:
        if around is None:
            function()
        else:
            with around() as given:
                function(given)
    except Skip as why:
        more = f" # SKIP {why}"
    except Exception as error:  # a broken test is a failed test
        has_passed = False
        note(error if isinstance(error, AssertionError) and str(error) else traceback.format_exc())
    note(f"{time.monotonic() - began:.1f} s")
    return has_passed, f"{function.__name__}: {name}{more}", _attempt.notes


def run(only=None, around=None, beside=1):
    """@only: parts of the names of those to run. @around: makes a context manager; what that gives, each case is given.
    @beside: so many run at a time, for those that mostly wait. 0 if all passed."""
    chosen = [c for c in _cases if not only or any(o in c.__name__ for o in only)]
    print(f"TAP version 13\n1..{len(chosen)}", flush=True)
    failed = 0
    each = map if beside == 1 else ThreadPoolExecutor(beside).map
    for number, (has_passed, name, notes) in enumerate(each(lambda function: _try(function, around), chosen), 1):
        failed += not has_passed
        print("\n".join([f"{'ok' if has_passed else 'not ok'} {number} - {name}", *notes]), flush=True)
    return 1 if failed else 0


def in_folder(make):
    """An @around: what @make makes of an empty folder, which is gone afterwards."""
    @contextlib.contextmanager
    def around():
        with tempfile.TemporaryDirectory(prefix="playoutd-test-") as folder:
            yield make(Path(folder))
    return around


def main(**options):
    sys.exit(run(sys.argv[1:], **options))
