# SPDX-License-Identifier: GPL-3.0-or-later
"""From the request to the picture: takes over HTTP of clips that nobody had cued, and of clips that were.

The frame before the taken one leaves the head at its due time; "frames" counts due times between the request and the
first picture, so that a take in the very next frame counts 0."""

import time
from datetime import datetime, timedelta, timezone

from station import Station

TAKES = 8
LENGTH = 2


def instance(begin):
    return begin.strftime("%Y%m%dT%H%M%SZ")


def make_station(t0):
    station = Station(size="1920x1080")
    station.outputs = "[output main]\ntype=udp\nuri=udp://127.0.0.1:5999\nvideo-bitrate-kbps=6000\n"
    station.clip("under.mp4", 5, 3000, "--size 1920x1080")
    station.event(0, 600, "under.mp4", uid="under@test", start=t0)
    for number in range(2 * TAKES):
        station.clip(f"t{number}.mp4", 10 + number, LENGTH * 25, "--size 1920x1080")
        station.event(1000 + number * 60, LENGTH, f"t{number}.mp4", uid=f"t{number}@test", start=t0)
    station.write_calendar()
    station.know_media()
    return station


def take(station, t0, number, **more):
    """(frames from the request to the first picture, ms to the answer); the frame that was answered is checked."""
    uid = f"t{number}@test"
    named = {"uid": uid, "instance": instance(t0 + timedelta(seconds=1000 + number * 60))}
    asked_ns = time.time_ns()
    frame = station.command("take", **named, **more)["frame"]
    answered_ms = (time.time_ns() - asked_ns) / 1e6
    station.wait_for("its end", lambda: [r for r in station.asrun() if r["uid"] == uid and r["kind"] == "media"
                                         and r["actual_duration_frames"] == LENGTH * 25])
    row = [r for r in station.asrun() if r["uid"] == uid][0]
    if row["actual_start_frame"] != frame:
        raise AssertionError(f"frame {frame} was promised, {row['actual_start_frame']} it was")
    due_ns = round(frame * 1e9 / 25)
    next_ns = -(-asked_ns * 25 // 10**9) * 10**9 // 25
    return round((due_ns - next_ns) / 4e7), answered_ms


def shown(results):
    return " ".join(str(frames) for frames, _ in results)


def run(_):
    t0 = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=5)
    station = make_station(t0)
    station.start()

    def ready():
        status = station.status() or {}
        return "under@test" in str(status.get("on_air")) and status["players"]["spares"] >= 2

    station.wait_for("the first item", ready)
    uncued, promised, cued = [], [], []
    for number in range(TAKES):  # from the end: what comes next is cued
        station.wait_for("spares", ready)
        asap = number % 4 != 3
        (uncued if asap else promised).append(take(station, t0, 2 * TAKES - 1 - number, **({"asap": True} if asap else {})))
    for number in range(TAKES):
        station.wait_for("its picture", lambda n=number: [i for i in station.status()["upcoming"]
                                                          if i["uid"] == f"t{n}@test" and i.get("player") == "cued"])
        cued.append(take(station, t0, number))
    station.stop()
    yield f"uncued, a warm spare, --asap, frames: {shown(uncued)}", str(max(uncued)[0]), "<= 2", max(uncued)[0] <= 2
    yield f"uncued, on the promised frame, frames: {shown(promised)}", str(max(promised)[0]), "<= 13", \
        max(promised)[0] <= 13
    yield f"cued, frames: {shown(cued)}", str(max(cued)[0]), "<= 1", max(cued)[0] <= 1
    slowest = max(ms for _, ms in cued)
    yield "cued, from request to answer", f"{slowest:.0f} ms", "<= 40 ms", slowest <= 40
