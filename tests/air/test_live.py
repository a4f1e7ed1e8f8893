# SPDX-License-Identifier: GPL-3.0-or-later
"""A live show through the real daemon: on air on its frame, fallback when the line breaks, back by itself."""

import os
import shlex
import signal
import socket
import subprocess
import time
from datetime import datetime, timedelta, timezone

import coded
from station import Station, coded_clip
from tap import case, check, equal, main, note

LIVE, STAND_IN, FILL = 40, 41, 42
HOUSE = 25
HOLD_MS = 450
GOP = 12
EARLY = 8  # seconds before the slot at which the daemon starts


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sender:
    """ffmpeg, sending the coded clip in real time over and over."""

    def __init__(self, target, frames=1500):
        self.clip = coded_clip(LIVE, frames, f"--size 320x180 --vcodec h264 --acodec mp2 --gop {GOP}", ".ts")
        self.target = target
        self.process = None

    def start(self):
        send = ["ffmpeg", "-loglevel", "error", "-re", "-i", str(self.clip), "-c", "copy", "-f", "mpegts",
                "-flush_packets", "1", "-muxdelay", "0.1", self.target]
        again = f"while :; do {shlex.join(send)}; sleep 0.1; done"  # refused while the last call is being cleared away
        self.process = subprocess.Popen(["sh", "-c", again], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)

    def stop(self):
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def live_station(uri, length_s, **properties):
    """A show that begins EARLY seconds from now on whole seconds; (station, its begin)."""
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.clip("fill/fill.mp4", FILL, 1500, "--size 320x180")
    station.extra_config = f"[filler]\nmedia=fill\n[source studio]\nuri={uri}\n"
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    station.event(0, length_s, "live:studio", start=begin, uid="show@test", X_PLAYOUT_FALLBACK="stand-in.mp4",
                  **properties)
    station.write_calendar()
    return station, begin


def on_screen(station):
    recording = station.recording()
    check(not recording.off_grid(), f"off the grid: {recording.off_grid()[:5]}")
    check(not recording.audio_holes(), f"holes in the sound: {recording.audio_holes()[:5]}")
    return recording


@case
def udp():
    """UDP: on its frame; killed: fallback within 450 ms; sent again: back; END MANUAL overruns, ends by command"""
    back = ride_out(f"udp://127.0.0.1:{free_port()}", lambda uri: uri + "?pkt_size=1316")
    check(back <= 6 * HOUSE + 2 * HOUSE + GOP, f"back {back - 6 * HOUSE} frames after it was sent again")


@case
def srt():
    """SRT, the source called: likewise"""
    port = free_port()
    ride_out(f"srt://127.0.0.1:{port}?mode=listener&latency=120",
             lambda uri: f"srt://127.0.0.1:{port}?mode=caller&latency=120000")


def ride_out(uri, target):
    station, begin = live_station(uri, 12)
    sender = Sender(target(uri))
    station.start()
    try:
        sender.start()
        wait_until(begin + timedelta(seconds=3))
        states = {s["name"]: s["state"] for s in station.status()["sources"]}
        equal(states, {"studio": "picture"}, "sources in status")
        sender.stop()
        wait_until(begin + timedelta(seconds=6))
        states = {s["name"]: s["state"] for s in station.status()["sources"]}
        equal(states, {"studio": "away"}, "sources in status while it is away")
        check(any(a["id"].startswith("source:") for a in station.status()["alarms"]), "no alarm for the source")
        sender.start()
        wait_until(begin + timedelta(seconds=12.6))  # over its slot: nobody has ended it
        station.ctl("end-live", "--state", str(station.state))
        wait_until(begin + timedelta(seconds=14))
    finally:
        sender.stop()
    station.stop(signal.SIGTERM)
    return judge_ride(station, begin)


def judge_ride(station, begin):
    recording = on_screen(station)
    first = station.asrun()[0]["actual_start_frame"]
    at = station.frame(begin) - first
    clips = [s.clip if s.kind == "clip" else None for s in recording.seen]
    runs = runs_of(clips, at)
    note(f"(clip, frame of the show, frames): {runs}")
    check(clips[at] == LIVE and clips[at - 1] != LIVE, "the show is not on its frame")
    shown = [r for r in runs if r[1] >= 0]
    equal([r[0] for r in shown[:3]], [LIVE, STAND_IN, LIVE], "what was on the screen")
    lost, back = shown[1][1] + at, shown[2][1] + at
    last_good = max(k for k in range(at, lost) if changes(recording.seen, k))
    held_ms = (lost - last_good) * 1000 // HOUSE
    note(f"fallback {held_ms} ms after the last good picture; {back - lost} frames of it")
    check(held_ms <= HOLD_MS, f"the last picture stood {held_ms} ms")
    check(shown[2][1] + shown[2][2] > 12 * HOUSE + 5, "the show did not overrun its slot")
    check(shown[2][1] + shown[2][2] < 14 * HOUSE, "end-live did not end the show")
    sounding = [recording.heard[k] for k in range(at + 25, at + 50)]
    equal({h.tone for h in sounding}, {LIVE % coded.LEFT_TONES}, "tones of its second second")
    facts = [r for r in station.rows("SELECT * FROM journal ORDER BY seq") if r["kind"] == "live"]
    equal(len(facts), 2, f"facts in the journal: {facts}")
    return back - at


def changes(seen, k):
    return k == 0 or (seen[k].clip, seen[k].frame) != (seen[k - 1].clip, seen[k - 1].frame)


def runs_of(clips, origin):
    """[(clip, first frame from @origin, frames)]"""
    found = []
    for k, one in enumerate(clips):
        if found and found[-1][0] == one:
            found[-1][2] += 1
        else:
            found.append([one, k - origin, 1])
    return [tuple(r) for r in found]


def wait_until(moment):
    time.sleep(max(0, (moment - datetime.now(timezone.utc)).total_seconds()))


if __name__ == "__main__":
    main()
