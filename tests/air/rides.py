# SPDX-License-Identifier: GPL-3.0-or-later
"""A live show whose line fails again and again: run through the real daemon, and read back from its recording."""

import signal
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from feeds import LIVE, OTHER
from station import Station

STAND_IN, FILL = 41, 42
HOUSE = 25
MS = 1000 // HOUSE
FAULTS = ("stop", "kill", "restart", "garble", "resize", "blind", "mute")  # "restart": killed, and started again at once


@dataclass
class Ride:
    """One fault: frames of the recording, and what they make."""

    fault: str
    lost: int  # output frame at which the line was cut
    restored: int  # at which the source was told to send good pictures again
    held_ms: int = -1  # the last good picture stood so long before the fallback was on air
    back_ms: int = -1  # from `restored` until the source was on air again
    judder: int = -1  # frames of the first ten seconds after that which do not follow on from the one before
    damaged: int = -1  # frames on which a broken picture stood

    def __str__(self):
        return (f"{self.fault}: held {self.held_ms} ms, back {self.back_ms} ms, judder {self.judder}, "
                f"damaged {self.damaged}")


def wait_until(moment):
    time.sleep(max(0, (moment - datetime.now(timezone.utc)).total_seconds()))


def station_for(feed, seconds, early, **config):
    """A show that begins @early seconds from now on whole seconds; (station, its begin)."""
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.clip("fill/fill.mp4", FILL, 1500, "--size 320x180")
    station.extra_config = f"[filler]\nmedia=fill\n[source studio]\nuri={feed.uri}\n" + config.get("more", "")
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=early)
    station.event(0, seconds, "live:studio", start=begin, uid="show@test", X_PLAYOUT_FALLBACK="stand-in.mp4")
    station.write_calendar()
    return station, begin


def cut(feed, fault):
    """The line fails."""
    if fault == "stop":
        feed.stop()
    elif fault in ("garble", "blind"):
        getattr(feed, fault)()
    elif fault != "restart":
        feed.kill()


def restore(feed, fault):
    if fault == "stop":
        feed.go_on()
    elif fault in ("resize", "mute"):
        getattr(feed, fault)()
    else:
        feed.restart()


def ride(feed, faults, aways_s=(2.0,), good_s=6.0, early=8):
    """Each of @faults lasts the next of @aways_s, in turn; before each the line is good for @good_s.
    (station, [Ride], Recording)"""
    spans_s = [aways_s[number % len(aways_s)] for number in range(len(faults))]
    show_s = int(sum(spans_s) + len(faults) * good_s + good_s + 2)
    station, begin = station_for(feed, show_s, early)
    station.start()
    rides = []
    try:
        feed.start()
        at = begin
        for fault, away_s in zip(faults, spans_s):
            at += timedelta(seconds=good_s)
            wait_until(at)
            cut(feed, fault)
            lost = datetime.now(timezone.utc)
            at += timedelta(seconds=away_s)
            if fault != "restart":
                wait_until(at)
            restore(feed, fault)
            rides.append((fault, lost, datetime.now(timezone.utc)))
        wait_until(begin + timedelta(seconds=show_s - 1))
    finally:
        feed.end()
    station.stop(signal.SIGTERM)
    recording = station.recording()
    first = station.asrun()[0]["actual_start_frame"]
    found = [Ride(fault, station.frame(lost) - first, station.frame(back) - first) for fault, lost, back in rides]
    for number, one in enumerate(found):
        measure(recording.seen, one, found[number + 1].lost if number + 1 < len(found) else len(recording.seen))
    return station, found, recording, station.frame(begin) - first


def is_live(seen):
    return seen.kind == "clip" and seen.clip in (LIVE, OTHER)


def differs(seen, k):
    return (seen[k].kind, seen[k].clip, seen[k].frame) != (seen[k - 1].kind, seen[k - 1].clip, seen[k - 1].frame)


def measure(seen, one, until):
    """A source that was not away at all was back when it moved again."""
    one.damaged = sum(1 for k in range(one.lost, until) if seen[k].kind != "clip")
    away = next((k for k in range(one.lost, until) if seen[k].clip == STAND_IN), None)
    one.held_ms = longest_hold(seen, one.lost, away if away is not None else until) * MS
    back = next((k for k in range(max(one.restored, away or 0), until) if is_live(seen[k])), None)
    if away is None:
        one.back_ms, one.judder = one.held_ms, 0
    if away is None or back is None:
        return
    one.back_ms = (back - one.restored) * MS
    step = 2 if seen[back].clip == OTHER else 1
    one.judder = sum(1 for k in range(back + 1, min(until, back + 10 * HOUSE))
                     if seen[k].kind != "clip" or seen[k].frame - seen[k - 1].frame != step)


def longest_hold(seen, begin, end):
    """For how many frames at most no new good picture came."""
    longest = since = 0
    for k in range(max(begin - 25, 1), end):
        since = 1 if is_live(seen[k]) and differs(seen, k) else since + 1
        longest = max(longest, since)
    return longest
