# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at random moments under a running clip, start again, and account for every life of the daemon. Used by the
test (few) and by the benchmark (fifty)."""

import random
import signal
import time
from datetime import datetime, timedelta, timezone

from recording import Recording
from station import Station
from tap import check, equal

CLIP = 5


def long_running(seconds, size="640x360"):
    """A station whose one clip began a moment ago, in real time."""
    station = Station(size=size)
    station.clip("long.mp4", CLIP, seconds * 25, f"--size {size}")
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=2)
    station.event(0, seconds, "long.mp4", uid="long@test", start=begin)
    station.write_calendar()
    return station, begin


def lives(station, count, chance=None, longest_s=2.0):
    """Starts and kills @count times; then once in good order. Returns [(started at, UTC ns)]."""
    chance = chance or random.Random(20270101)
    began = []
    for life in range(count + 1):
        known = len(media_rows(station))
        began.append(time.time_ns())
        station.start()
        station.wait_for("the clip on air", lambda n=known: len(media_rows(station)) > n)
        time.sleep(chance.uniform(0.05, longest_s))
        if life < count:
            equal(station.stop(signal.SIGKILL), -signal.SIGKILL, "exit code of a killed daemon")
        else:
            equal(station.stop(), 0, "exit code of the last life")
    return began


def media_rows(station):
    return [r for r in station.asrun() if r["uid"] == "long@test" and r["kind"] == "media"]


def account(station, begin, began):
    """Every life: how soon the clip was on air, with the right frame; the log without loss, double or invention.
    Returns the delays in seconds."""
    rows = media_rows(station)
    equal(len(rows), len(began), "airings of the clip in the log, one a life")
    slot = station.frame(begin)
    files = station.recorded_files()
    check(len(files) >= len(began), f"{len(files)} recordings of {len(began)} lives")
    delays, end_before = [], 0
    for life, row in enumerate(rows):
        delays.append((row["actual_start_ns"] - began[life]) / 1e9)
        check(row["actual_start_frame"] >= end_before, f"life {life}: airings overlap in the log")
        end_before = row["actual_end_frame"]
        wanted = "interrupted" if life < len(rows) - 1 else "partial"
        equal(row["status"], wanted, f"life {life}: status")
        equal(row["frames_shown"] + row["frames_repeated"] + row["frames_filled"], row["actual_duration_frames"],
              f"life {life}: frames counted, of its duration")
    equal(len(files), len(began), "recordings, one a life")
    for life, (file, row) in enumerate(zip(files, rows)):
        judge_life(Recording(file, station.rate, align=False), life, row, slot)
    return delays


def judge_life(recording, life, row, slot):
    """Where the log says which planned frame was output frame k, every picture of the clip must be that frame. Which k
    a picture had is in its time stamp: a starved recorder may miss the first ones, and they were on air all the same."""
    ahead = row["actual_start_frame"] - slot - row["start_k"]
    recorded = recording.by_output_frame()
    own = [(k, s.frame) for k, (s, was_recorded) in enumerate(recorded) if was_recorded and s.kind == "clip"]
    check(own, f"life {life}: the recording shows nothing of the clip")
    wrong = [(k, frame) for k, frame in own if frame != k + ahead]
    held = row["frames_repeated"]
    check(len(wrong) <= held, f"life {life}: of the frames (output, clip) {wrong[:5]}, {held} held by the log, "
                              f"each was to be {ahead} ahead")
    late = sum(was_recorded for _, was_recorded in recorded[row["start_k"]:own[0][0]])
    check(late <= held + row["frames_filled"], f"life {life}: the picture came {late} frames after the log has it")
    check(all(s.clip == CLIP for s in recording.seen if s.kind == "clip"), f"life {life}: a foreign clip")
