# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearsing the year 2027 of the sample season: the plan alone, then head and log around every change."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from station import Station

ROOT = Path(__file__).resolve().parents[2]
YEAR = ("--from", "2027-01-01", "--to", "2028-01-01")
DAY = ("--from", "2027-01-20", "--to", "2027-01-21")


def run(_):
    station = Station(size="640x360")
    shutil.rmtree(station.media)
    subprocess.run([sys.executable, str(ROOT / "media" / "make-clips"), str(station.media)], check=True,
                   stdout=subprocess.DEVNULL)
    for calendar in (ROOT / "schedules").glob("*.ics"):
        shutil.copy(calendar, station.schedules)
    station.extra_config = "[filler]\nmedia=huong-dan/\n"
    station.write_config()
    station.state.mkdir()  # where what the next line learns of the clips is kept
    station.ctl("rundown", *DAY, "--json", check=False, timeout=600)
    plan, planned = timed(station, "rundown", *YEAR)
    yield f"the plan of the year, {len(plan)} items", f"{planned:.1f} s", "< 15 s", planned < 15 and len(plan) > 26
    rehearsed, taken = timed(station, "rehearse", *YEAR)
    yield "with head and log around every change", f"{taken:.1f} s", "< 180 s", taken < 180
    yield "items that differ from the plan", str(differing(plan, rehearsed)), "0", plan == rehearsed
    day = station.ctl("rehearse", *DAY, "--json", check=False, timeout=900).stdout.splitlines()
    every = station.ctl("rehearse", *DAY, "--every-frame", "--json", check=False, timeout=1800).stdout.splitlines()
    same = day == every and len(day) > 0
    yield f"one day, every frame: rows of {len(day)} that differ", str(differing(day, every)), "0", same


def timed(station, *arguments):
    """(items, seconds): the command writes into a file, so that reading its 1.7 GB here is not counted."""
    path = station.dir / "lines.json"
    with open(path, "wb") as out:
        began = time.monotonic()
        subprocess.run([*station.ctl_command(), *arguments, "--json", "--config", str(station.dir / "playoutd.conf")],
                       env=station.environment(), stdout=out, timeout=1800, check=False)
        taken = time.monotonic() - began
    with open(path, encoding="utf-8") as lines:
        found = items(lines)
    path.unlink()
    return found, taken


def items(lines):
    """What airs when, of the plan's lines and of the log's alike."""
    found = []
    for line in lines:
        one = json.loads(line)
        edges = (one["start_frame"], one["end_frame"]) if "start_frame" in one else (
            one["actual_start_frame"], one["actual_end_frame"])
        found.append((*edges, one["uid"], one["instance"], -1 if one["part"] is None else one["part"], one["media"]))
    return found


def differing(a, b):
    return sum(x != y for x, y in zip(a, b)) + abs(len(a) - len(b))
