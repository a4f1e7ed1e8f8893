# SPDX-License-Identifier: GPL-3.0-or-later
"""A live source over every protocol, stopped, killed, garbled, changed in size and rate, again and again: how long its
last picture stands before the fallback, how soon it is back, whether it judders then. PLAYOUTD_LIVE names the protocols
and PLAYOUTD_LIVE_ROUNDS how often (20)."""

import os

from feeds import FEEDS, GOP
from rides import FAULTS, MS, ride

HELD_MS, BACK_MS = 450, 1500


def run(_):
    rounds = int(os.environ.get("PLAYOUTD_LIVE_ROUNDS", "20"))
    names = os.environ.get("PLAYOUTD_LIVE", "udp srt-called srt-caller rtmp rtsp").split()
    faults = os.environ.get("PLAYOUTD_LIVE_FAULTS", " ".join(FAULTS)).split()
    for name in names:
        for fault in faults:
            yield from one(name, fault, rounds)


def one(name, fault, rounds):
    _, rides, recording, at = ride(FEEDS[name](), [fault] * rounds)
    for each in rides:
        print(f"# {name} {each}", flush=True)
    what = f"{name} {fault} × {rounds}"
    off, holes = len(recording.off_grid()), len(recording.audio_holes())
    yield f"{what}: frames missing, sound missing", f"{off}, {holes}", "0, 0", off == holes == 0
    held = [each.held_ms for each in rides]
    yield f"{what}: last picture stood, ms", f"{min(held)}..{max(held)}", f"<= {HELD_MS}", \
        0 <= min(held) and max(held) <= HELD_MS
    back, limit = [each.back_ms for each in rides], BACK_MS + GOP * MS
    yield f"{what}: back after, ms (GOP {GOP * MS} ms)", f"{min(back)}..{max(back)}", f"<= {limit}", \
        0 <= min(back) and max(back) <= limit
    judder = [each.judder for each in rides]
    yield f"{what}: frames that judder", str(max(judder)), "0", max(judder) == 0
    damaged = [each.damaged for each in rides]
    yield f"{what}: damaged pictures on air", str(max(damaged)), "0", max(damaged) == 0
