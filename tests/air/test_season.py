# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample season and the demonstration calendar say what the documentation says they do."""

import json
import subprocess
from collections import Counter
from pathlib import Path

from station import program
from tap import case, check, equal, main

SCHEDULES = Path(__file__).resolve().parents[2] / "schedules"


def occurrences(folder, begin, end):
    done = subprocess.run([program("playoutctl"), "occurrences", "--schedules", str(folder), "--from", begin, "--to", end,
                           "--timezone", "Asia/Ho_Chi_Minh", "--json"], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@case
def the_season_of_2027():
    """25 of 26 episodes and their repeats, one moved, one cancelled; four dialogues; filler every day"""
    found = occurrences(SCHEDULES, "2027-01-01", "2028-01-01")
    counts = Counter(o["uid"].split("@")[0] for o in found)
    equal(counts, {"cchc-2027": 25, "cchc-2027-phat-lai": 25, "huong-dan-2027": 365, **{f"doi-thoai-2027-{n}": 1
                                                                                          for n in (1, 2, 3, 4)}}, "events")
    moved = [(o["start"], o["recurrence_id"]) for o in found if o["recurrence_id"] and o["uid"].startswith("cchc-2027@")]
    equal(moved, [("2027-02-04T13:30:00Z", "2027-02-03T13:00:00Z")], "the moved episode")
    starts = {o["start"] for o in found}
    check("2027-09-01T13:00:00Z" not in starts, "the cancelled episode does not air")
    check("2027-08-18T13:00:00Z" in starts and "2027-09-15T13:00:00Z" in starts, "its neighbours do")


@case
def the_demonstration():
    """in every minute of any hour of any year something begins and ends"""
    for hour in ("2026-11-24T03", "2027-06-30T23", "2031-02-28T11"):
        found = [o for o in occurrences(SCHEDULES / "demo", f"{hour}:00:00Z", f"{hour}:59:59Z") if not o["transparent"]]
        minutes = Counter(o["start"][14:16] for o in found if o["start"].startswith(hour))
        equal(len(minutes), 60, f"minutes of {hour} in which something begins")
        check(min(minutes.values()) >= 2, f"fewest in a minute: {min(minutes.values())}")


if __name__ == "__main__":
    main()
