# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearsing the year 2027 of the sample season: the plan alone, then head and log around every change."""

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
    station.ctl("rundown", *DAY, "--json", check=False, timeout=600)  # probes the media once
    began = time.monotonic()
    plan = items(station.ctl("rundown", *YEAR, "--json", check=False, timeout=900).stdout)
    planned = time.monotonic() - began
    yield f"the plan of the year, {len(plan)} items", f"{planned:.1f} s", "< 15 s", planned < 15 and len(plan) > 26
    began = time.monotonic()
    rehearsed = items(station.ctl("rehearse", *YEAR, "--json", check=False, timeout=1800).stdout)
    taken = time.monotonic() - began
    yield "with head and log around every change", f"{taken:.1f} s", "< 180 s", taken < 180
    yield "items that differ from the plan", str(differing(plan, rehearsed)), "0", plan == rehearsed
    day = items(station.ctl("rehearse", *DAY, "--json", check=False, timeout=900).stdout)
    every = items(station.ctl("rehearse", *DAY, "--every-frame", "--json", check=False, timeout=1800).stdout)
    yield f"one day, every frame: rows of {len(day)} that differ", str(differing(day, every)), "0", day == every


def items(text):
    """The lines that are items; the rest are findings and figures."""
    return [line for line in text.splitlines() if '"start_frame"' in line]


def differing(a, b):
    return sum(x != y for x, y in zip(a, b)) + abs(len(a) - len(b))
