#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report that closes `./dev test`: whatever way a program fails, it is counted and the exit code says so."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

TAP = "1..3\nok 1 /a\nok 2 /b # SKIP no device\nnot ok 3 /c\n"
CASES = [  # what the log holds, the closing line, exit code
    ([("OK", "1..2\nok 1 /a\nok 2 /b\n")], "2 passed, 0 failed", 0),
    ([("FAIL", TAP)], "1 passed, 1 failed, 1 skipped", 1),
    ([("ERROR", "1..3\nok 1 /a\n")], "1 passed, 1 failed", 1),
    ([("TIMEOUT", "")], "0 passed, 1 failed", 1),
    ([("OK", None)], "1 passed, 0 failed", 0),
    ([("SKIP", "1..0 # SKIP why\n"), ("OK", "ok 1 /a\n")], "1 passed, 0 failed, 1 skipped", 0),
    ([("OK", "1..1\nok 1 - not okay is a name\n")], "1 passed, 0 failed", 0),
    ([], "0 passed, 0 failed", 1),
    (None, "0 passed, 1 failed", 1),
]


def main():
    print(f"TAP version 13\n1..{len(CASES)}")
    failed = False
    for number, (log, line, code) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            if log is not None:
                (Path(folder) / "meson-logs").mkdir()
                text = "".join(json.dumps({"name": "playoutd:x / x/y", "stdout": out, "result": result, "duration": 0.1})
                               + "\n" for result, out in log)
                (Path(folder) / "meson-logs" / "testlog.json").write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, str(tree.ROOT / "tests" / "report.py"), f"plain={folder}"],
                                  capture_output=True, text=True, check=False)
        last = done.stdout.rstrip().split("\n")[-1]
        good = last == line and done.returncode == code
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {number} - {line}{'' if good else f' (got {last}, {done.returncode})'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
