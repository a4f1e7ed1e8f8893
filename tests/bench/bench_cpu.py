# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU of the whole process tree against the floor: one GStreamer pipeline that decodes, encodes and sends the same clip.
Five interleaved pairs, thirty seconds each, 1080p25, after both have settled."""

import signal
import subprocess
from datetime import timedelta

from measure import cpu_seconds, median, wait
from station import T0, Station, coded_clip

PAIRS, WINDOW_S, SETTLE_S, ITEM_S = 5, 30, 5, 10
KBPS = 6000


def clip():
    return coded_clip(7, 60 * 25, "--size 1920x1080 --busy --bitrate 8M")


def floor():
    pipeline = (f"filesrc location={clip()} ! decodebin name=d "
                "d. ! queue ! video/x-raw ! videoconvertscale ! video/x-raw,format=I420 ! "
                f"x264enc speed-preset=veryfast bitrate={KBPS} vbv-buf-capacity=1000 key-int-max=50 aud=true "
                "byte-stream=true ! video/x-h264,profile=high ! queue ! m. "
                "d. ! queue ! audio/x-raw ! audioconvert ! audioresample ! avenc_aac bitrate=128000 ! queue ! m. "
                f"mpegtsmux name=m alignment=7 bitrate={KBPS * 1000 + 600000} ! udpsink host=127.0.0.1 port=5998")
    child = subprocess.Popen(["gst-launch-1.0", "-q", *pipeline.split()])
    wait(SETTLE_S)
    before = cpu_seconds(child.pid)
    wait(WINDOW_S)
    used = cpu_seconds(child.pid) - before
    child.send_signal(signal.SIGKILL)
    child.wait()
    return used


def ours():
    """Ten-second items of the same clip, so that players come and go."""
    station = Station(size="1920x1080")
    station.outputs = f"[output main]\ntype=udp\nuri=udp://127.0.0.1:5999\nvideo-bitrate-kbps={KBPS}\n"
    target = station.media / "clip.mp4"
    target.write_bytes(clip().read_bytes())
    for number in range(8):
        station.event(number * ITEM_S, ITEM_S, "clip.mp4", uid=f"n{number}@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=3))
    station.wait_for("the first item", lambda: "n0@test" in str((station.status() or {}).get("on_air")))
    wait(SETTLE_S)
    before = cpu_seconds(station.daemon.pid)
    wait(WINDOW_S)
    used = cpu_seconds(station.daemon.pid) - before
    station.stop()
    return used


def run(_):
    pairs = []
    for _ in range(PAIRS):
        low = floor()
        pairs.append((low, ours()))
    ratio = median([b / a for a, b in pairs])
    yield ("CPU of the tree / floor pipeline, " + " ".join(f"{b / a:.3f}" for a, b in pairs), f"{ratio:.3f}", "<= 1.05",
           ratio <= 1.05)
    yield "CPU seconds a second: floor, ours", "{:.3f} {:.3f}".format(
        median([a for a, _ in pairs]) / WINDOW_S, median([b for _, b in pairs]) / WINDOW_S), "", True
