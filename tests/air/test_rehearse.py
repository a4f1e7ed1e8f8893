# SPDX-License-Identifier: GPL-3.0-or-later
"""The rehearsal, the plan and the air are one function: they give identical items."""

import json

from station import Station
from tap import case, check, equal, main, note



def lines(station, *arguments):
    done = station.ctl(*arguments, "--json", check=False, timeout=300)
    check(done.returncode in (0, 1, 2), f"playoutctl {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def items(rows):
    """(first frame, UID, instance, part, kind, media) of items of the plan and of rows of the log alike."""
    found = []
    for r in rows:
        start = r.get("start_frame", r.get("actual_start_frame"))
        part = None if r["part"] == -1 else r["part"]
        found.append((start, r["uid"], r["instance"], part, r["kind"], r["media"]))
    return found


def season():
    station = Station(size="320x180")
    for name, clip in (("a.mp4", 2), ("b.ts", 3), ("tap-01.mp4", 4), ("tap-02.mp4", 5)):
        station.clip(name, clip, 100, "--size 320x180")
    for number in range(3):
        station.clip(f"filler/f{number}.mp4", 20 + number, 75, "--size 320x180")
    station.extra_config = "[filler]\nmedia=filler/\n"
    station.event(60, 20, "a.mp4", uid="a@test", RRULE="FREQ=MINUTELY;INTERVAL=15")
    station.event(90, 4, "b.ts", uid="b@test", RRULE="FREQ=MINUTELY;INTERVAL=20", X_PLAYOUT_START="SOFT")
    station.event(600, 4, "tap-{episode:02}.mp4", uid="s@test", RRULE="FREQ=HOURLY;COUNT=3")
    station.event(700, 60, "missing.mp4", uid="missing@test")
    station.event(800, 60, "live:nowhere", uid="live@test")
    station.write_calendar()
    station.write_config()
    return station


WINDOW = ("--from", "2027-03-01T12:00:00Z", "--to", "2027-03-01T14:00:00Z")


@case
def rehearsal_is_the_plan():
    """two hours: rehearse gives the items of rundown, every frame of them or only around the changes"""
    station = season()
    plan = items(lines(station, "rundown", *WINDOW))
    check(len(plan) > 100, f"only {len(plan)} items planned")
    edges = items(lines(station, "rehearse", *WINDOW))
    every = items(lines(station, "rehearse", *WINDOW, "--every-frame"))
    note(f"{len(plan)} items")
    equal(edges[:3], plan[:3], "first items")
    check(edges == plan, "rehearse differs from rundown")
    check(every == edges, "every frame differs from around the changes")


@case
def the_air_is_the_plan():
    """the first two minutes really aired in free run: the same items in the log"""
    station = season()
    plan = items(lines(station, "rundown", "--from", "2027-03-01T12:00:00Z", "--to", "2027-03-01T12:02:00Z"))
    station.free_run(120)
    aired = items(station.asrun())
    note(f"{len(plan)} items")
    check(aired == plan, lambda: f"differ: {sorted(set(aired) ^ set(plan))[:6]}")


if __name__ == "__main__":
    main()
