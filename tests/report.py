#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up `meson test` logs: counts and times per suite, what failed and why, and the closing line.

  report.py NAME=BUILD-FOLDER …

Every TAP test point counts as one; a program without TAP, or one that broke off, counts as one itself.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

POINT = re.compile(r"^(not ok|ok)\b[^#]*(?:#\s*(SKIP|TODO)\b.*)?", re.I)  # nocheck: leftover TAP's own word
LINES_SHOWN = 40


def points(entry):
    """(passed, failed, skipped) of one program."""
    passed = failed = skipped = 0
    for line in (entry.get("stdout") or "").splitlines():
        match = POINT.match(line)
        if not match:
            continue
        if (match.group(2) or "").upper() == "SKIP":
            skipped += 1
        elif match.group(1).lower() == "ok":
            passed += 1
        else:
            failed += 1
    good = entry["result"] in ("OK", "EXPECTEDFAIL")
    if entry["result"] == "SKIP":
        return passed, failed, max(1, skipped)
    if not good and failed == 0:
        failed = 1
    if good and passed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def entries(folder):
    logs = sorted((Path(folder) / "meson-logs").glob("testlog*.json"))
    if not logs:
        return None
    return [json.loads(line) for log in logs for line in log.read_text(encoding="utf-8").splitlines()]


def explain(where, entry):
    print(f"\n--- {where}: {entry['name']}: {entry['result']} after {entry['duration']:.1f} s")
    out = (entry.get("stdout") or "").splitlines()
    bad = [i for i, line in enumerate(out) if line.startswith(("not ok", "Bail out"))]
    shown = out[-LINES_SHOWN:] if not bad else out[max(0, bad[0] - LINES_SHOWN // 2):bad[0] + LINES_SHOWN // 2]
    print("\n".join(line[:400] for line in shown + (entry.get("stderr") or "").splitlines()[-LINES_SHOWN:]))


def main():
    total = [0, 0, 0]
    table = []
    for argument in sys.argv[1:]:
        where, folder = argument.split("=", 1)
        suites = defaultdict(lambda: [0, 0, 0, 0.0])
        log = entries(folder)
        if log is None:
            print(f"\n--- {where}: no test ran in {folder}")
            log = [{"name": "playoutd:none / all", "result": "ERROR", "duration": 0.0}]
        for entry in log:
            counted = points(entry)
            if counted[1]:
                explain(where, entry)
            name = entry["name"].split(" / ")[0].split(":")[-1]
            row = suites[name]
            for i in range(3):
                row[i] += counted[i]
                total[i] += counted[i]
            row[3] += entry["duration"]
        table += [(where, name, *row) for name, row in sorted(suites.items())]
    print(f"\n{'build':12s} {'suite':12s} {'passed':>7s} {'failed':>7s} {'skipped':>7s} {'seconds':>9s}")
    for where, name, passed, failed, skipped, seconds in table:
        print(f"{where:12s} {name:12s} {passed:7d} {failed:7d} {skipped:7d} {seconds:9.1f}")
    skipped = f", {total[2]} skipped" if total[2] else ""
    print(f"\n{total[0]} passed, {total[1]} failed{skipped}")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
