# SPDX-License-Identifier: GPL-3.0-or-later
"""The Test Anything Protocol in few lines: each @case function is one test; failing says why and the rest goes on."""

import sys
import time
import traceback

_cases = []


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
    for line in str(text).rstrip().split("\n"):
        print(f"# {line}", flush=True)


def run(only=None):
    chosen = [c for c in _cases if not only or any(o in c.__name__ for o in only)]
    print(f"TAP version 13\n1..{len(chosen)}", flush=True)
    failed = 0
    for number, function in enumerate(chosen, 1):
        name = (function.__doc__ or function.__name__).strip().split("\n")[0].replace("#", "no.")
        began = time.monotonic()
        try:
            function()
            result, more = "ok", ""
        except Skip as why:
            result, more = "ok", f" # SKIP {why}"
        except Exception as error:  # a broken test is a failed test
            failed += 1
            result, more = "not ok", ""
            note(traceback.format_exc() if not isinstance(error, AssertionError) else error)
        print(f"{result} {number} - {function.__name__}: {name}{more}", flush=True)
        note(f"{time.monotonic() - began:.1f} s")
    return 1 if failed else 0


def main():
    sys.exit(run(sys.argv[1:]))
