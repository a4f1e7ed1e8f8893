#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up `meson test` logs: counts and times per suite, what failed and why, and the closing line.

  report.py NAME=BUILD-FOLDER …
  report.py --again BUILD-FOLDER     names what deserves a second attempt, a line each

Every TAP test point counts as one; a program without TAP, or one that broke off, counts as one itself.

What plays in real time beside others on a busy machine can fail for the machine's sake. Such a program runs once more,
alone; where that passes it counts as passed, and the report says so and shows what failed first. One that hung, or
many that fail, get no second attempt.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

POINT = re.compile(r"^(not ok|ok)\b[^#]*(?:#\s*(SKIP|TODO)\b.*)?", re.I)  # nocheck: leftover TAP's own word
LINES_SHOWN = 40
REAL_TIME = {"air", "web", "output", "player", "message", "subscription"}  # suites
AGAIN = "testlog-again.json"
MOST_AGAIN = 3


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


def name_of(entry):
    return entry["name"].split(" / ")[-1]


def suite_of(entry):
    return entry["name"].split(" / ")[0].split(":")[-1]


def read_log(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def entries(folder):
    """(the programs' entries, those that failed first and passed at the second attempt); (None, []) when nothing ran."""
    logs = sorted((Path(folder) / "meson-logs").glob("testlog*.json"))
    first = [entry for log in logs if log.name != AGAIN for entry in read_log(log)]
    again = {entry["name"]: entry for log in logs if log.name == AGAIN for entry in read_log(log)}
    forgiven = [entry for entry in first if entry["name"] in again and not points(again[entry["name"]])[1]]
    last = [again[entry["name"]] if entry in forgiven else entry for entry in first]
    return (last if logs else None), forgiven


def print_again(folder):
    failed = [entry for entry in entries(folder)[0] or [] if points(entry)[1]]
    worth = [e for e in failed if suite_of(e) in REAL_TIME and e["result"] != "TIMEOUT"]
    for entry in worth if len(failed) <= MOST_AGAIN else []:
        print(name_of(entry))


def explain(where, entry):
    print(f"\n--- {where}: {entry['name']}: {entry['result']} after {entry['duration']:.1f} s")
    out = (entry.get("stdout") or "").splitlines()
    bad = [i for i, line in enumerate(out) if line.startswith(("not ok", "Bail out"))]
    shown = out[-LINES_SHOWN:] if not bad else out[max(0, bad[0] - LINES_SHOWN // 2):bad[0] + LINES_SHOWN // 2]
    print("\n".join(line[:400] for line in shown + (entry.get("stderr") or "").splitlines()[-LINES_SHOWN:]))


def main():
    if sys.argv[1] == "--again":
        print_again(sys.argv[2])
        return 0
    total = [0, 0, 0]
    table = []
    second = []
    for argument in sys.argv[1:]:
        where, folder = argument.split("=", 1)
        suites = defaultdict(lambda: [0, 0, 0, 0.0])
        log, forgiven = entries(folder)
        second += [f"{where}: {name_of(entry)}" for entry in forgiven]
        for entry in forgiven:
            explain(f"{where}, first attempt", entry)
        if log is None:
            print(f"\n--- {where}: no test ran in {folder}")
            log = [{"name": "playoutd:none / all", "result": "ERROR", "duration": 0.0}]
        for entry in log:
            counted = points(entry)
            if counted[1]:
                explain(where, entry)
            row = suites[suite_of(entry)]
            for i in range(3):
                row[i] += counted[i]
                total[i] += counted[i]
            row[3] += entry["duration"]
        table += [(where, name, *row) for name, row in sorted(suites.items())]
    print(f"\n{'build':12s} {'suite':12s} {'passed':>7s} {'failed':>7s} {'skipped':>7s} {'seconds':>9s}")
    for where, name, passed, failed, skipped, seconds in table:
        print(f"{where:12s} {name:12s} {passed:7d} {failed:7d} {skipped:7d} {seconds:9.1f}")
    if second:
        print(f"\npassed at the second attempt only: {', '.join(second)}")
    skipped = f", {total[2]} skipped" if total[2] else ""
    print(f"\n{total[0]} passed, {total[1]} failed{skipped}")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
