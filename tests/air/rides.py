# SPDX-License-Identifier: GPL-3.0-or-later
"""A live show whose line fails again and again: run through the real daemon, and read back from its recording. How soon
the source is back counts from when its good pictures began, as its encoder's own reports tell: starting an encoder, and
its calling somebody who is not playoutd, take their own time. Where playoutd is called it counts from the call, where it
calls from when it could; where nothing tells, as of a source that was only stopped, from when it was told to go on."""

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
TOLD = "it was told"


@dataclass
class Ride:
    """One fault: frames of the recording, and what they make."""

    fault: str
    lost: int  # output frame at which the line was cut
    told_ms: int  # from its first frame until the source was told to send good pictures again
    began_ms: int  # until it did; where nothing tells, `told_ms`
    beginning: str  # what it is that tells
    held_ms: int = -1  # the last good picture stood so long before the fallback was on air
    back_told_ms: int = -1  # from then until the source was on air again
    back_ms: int = -1  # from when it began until then
    judder: int = -1  # frames of the first ten seconds after that which do not follow on from the one before
    damaged: int = -1  # frames on which a broken picture stood

    def __str__(self):
        return (f"{self.fault}: held {self.held_ms} ms, back {self.back_told_ms} ms after {TOLD}, "
                f"{self.back_ms} ms after {self.beginning}, judder {self.judder}, damaged {self.damaged}")


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
    feed.is_watched = True
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
            told = datetime.now(timezone.utc)
            restore(feed, fault)
            rides.append((fault, lost, told, feed.encoder))
        wait_until(begin + timedelta(seconds=show_s - 1))
    finally:
        feed.end()
    station.stop(signal.SIGTERM)
    recording = station.recording()
    first = station.asrun()[0]["actual_start_frame"]
    found = []
    for fault, lost, told, encoder in rides:
        is_seen = encoder.began is not None and encoder.began > told
        told_ms, began_ms = (int(at.timestamp() * 1000) - first * MS for at in (told, encoder.began if is_seen else told))
        found.append(Ride(fault, station.frame(lost) - first, told_ms, began_ms, feed.beginning if is_seen else TOLD))
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
    back = next((k for k in range(max(one.told_ms // MS, away or 0), until) if is_live(seen[k])), None)
    if away is None:
        one.back_told_ms = one.back_ms = one.held_ms
        one.beginning, one.judder = "its last picture", 0
    if away is None or back is None:
        return
    one.back_told_ms, one.back_ms = back * MS - one.told_ms, back * MS - one.began_ms
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
