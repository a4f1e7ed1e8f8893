# SPDX-License-Identifier: GPL-3.0-or-later
"""A live source over every protocol, stopped, killed, garbled, changed in size and rate, again and again: how long its
last picture stands before the fallback, how soon it is back, whether it judders then. Stopped also for so short a time
that it is back before anybody noticed, or while its last picture stands. It is to be back so soon after its good pictures
began (rides.py says when that is): after it was told to send them again is said too, but an encoder that is started
anew, and a server that it has to call, take of that what is theirs. PLAYOUTD_LIVE names the protocols,
PLAYOUTD_LIVE_FAULTS the faults and PLAYOUTD_LIVE_ROUNDS how often (20)."""

import os

from feeds import FEEDS, GOP, LIVE, OTHER, Feed, clip_of
from rides import FAULTS, MS, TOLD, ride

HELD_MS, BACK_MS = 450, 1500
ROUND_S = 9
AWAY_S = {"short-stop": (0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.3)}


def run(_):
    rounds = int(os.environ.get("PLAYOUTD_LIVE_ROUNDS", "20"))
    names = os.environ.get("PLAYOUTD_LIVE", "udp srt-called srt-caller rtmp rtsp").split()
    faults = os.environ.get("PLAYOUTD_LIVE_FAULTS", " ".join([*AWAY_S, *FAULTS])).split()
    Feed.frames = (rounds + 3) * ROUND_S * 25  # so that it never begins again
    for clip in (LIVE, OTHER):
        clip_of(clip, Feed.frames)  # made before any show begins
    for name in names:
        for fault in faults:
            yield from one(name, fault, rounds)


def one(name, fault, rounds):
    kind = fault.removeprefix("short-")
    _, rides, recording, _ = ride(FEEDS[name](), [kind] * rounds, AWAY_S.get(fault, (2.0,)))
    for each in rides:
        print(f"# {name} {each}", flush=True)
    what = f"{name} {fault} × {rounds}"
    off, holes = len(recording.off_grid()), len(recording.audio_holes())
    yield f"{what}: frames missing, sound missing", f"{off}, {holes}", "0, 0", off == holes == 0
    held = [each.held_ms for each in rides]
    yield f"{what}: last picture stood, ms", f"{min(held)}..{max(held)}", f"<= {HELD_MS}", \
        0 <= min(held) and max(held) <= HELD_MS
    told, back, limit = [each.back_told_ms for each in rides], [each.back_ms for each in rides], BACK_MS + GOP * MS
    since = ", ".join(sorted({each.beginning for each in rides}))
    yield f"{what}: back after {TOLD}, ms", f"{min(told)}..{max(told)}", "", min(told) >= 0
    yield f"{what}: back after {since}, ms (GOP {GOP * MS} ms)", f"{min(back)}..{max(back)}", f"<= {limit}", \
        0 <= min(back) and max(back) <= limit
    judder = [each.judder for each in rides]
    yield f"{what}: frames that judder", str(max(judder)), "0", max(judder) == 0
    damaged = [each.damaged for each in rides]
    yield f"{what}: damaged pictures on air", str(max(damaged)), "0", max(damaged) == 0
