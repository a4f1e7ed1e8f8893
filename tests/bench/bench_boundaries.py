# SPDX-License-Identifier: GPL-3.0-or-later
"""The sixteen mixed items of the test, in real time at 1080p25, recorded by the h264 output."""

from datetime import timedelta

from judge import Slot, judge
from station import T0, Station
from test_boundaries import ITEMS, SECONDS, build

LEAD_S = 4


def run(_):
    station = Station(size="1920x1080")
    station.outputs = "[output recording]\ntype=file\npath=recordings\nvideo-bitrate-kbps=12000\n"
    slots = build(station, ITEMS)
    station.know_media()
    station.start(at=T0 - timedelta(seconds=LEAD_S))
    last = len(ITEMS) * SECONDS
    end = station.frame(T0 + timedelta(seconds=last)) + 25
    station.wait_for("the end", lambda: (station.status() or {}).get("frame", 0) > end, last + 60)
    station.stop()
    recording = station.recording()
    begin = next(r["start_k"] for r in station.asrun() if r["kind"] == "media")
    # Sound went through AAC: the code still gives its place within a few samples.
    moved = [Slot(s.at + begin, s.length, s.clip, s.rate, s.frames, sound=s.sound, sound_frames=s.sound_frames,
                  sound_tolerance=max(4.0, s.sound_tolerance + 2.5), name=s.name) for s in slots]
    verdict = judge(recording, moved)
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    late = max(abs(r["actual_start_frame"] - r["planned_start_frame"]) for r in rows)
    held = sum(r["frames_repeated"] + r["frames_filled"] for r in rows)
    yield "start deviation, frames", str(late), "0", late == 0
    yield "frames and samples missing, repeated, foreign, black", str(len(verdict.faults)), "0", not verdict.faults
    yield "frames held or filled by the log", str(held), "0", held == 0
    if verdict.faults:
        print(verdict)
