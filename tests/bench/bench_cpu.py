# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU of the whole process tree against the floor: one GStreamer pipeline that decodes, encodes and sends the same clip.
Five pairs, thirty seconds each, 1080p25, after both have settled.

Both of a pair run at once and are read at the same two moments, so that a second of the machine is worth the same to
both: what it does in one depends on its frequency and its neighbours and differs by a third within minutes. What each
used is divided by the pictures that were received of it meanwhile. Where one got so little of the machine that it did
not do its work, the pair says nothing and is done again."""

import os
import signal
import socket
import subprocess
import threading
import time
from datetime import timedelta

from measure import cpu_seconds, median, wait
from station import T0, Station, coded_clip, free_port

PAIRS, MOST_PAIRS, WINDOW_S, SETTLE_S, ITEM_S = 5, 10, 30, 5, 10
DONE = 0.98  # of the pictures, of a pair that counts
KBPS = 6000
NICENESS = -10  # of the channel's encoders and players: the floor gets no less of the machine
PICTURE = b"\0\0\1\xe0"  # begins a packet of pictures, and cannot stand inside of one


class Receiver(threading.Thread):
    """Counts the pictures of a transport stream."""

    def __init__(self):
        super().__init__(daemon=True)
        self.port, self.pictures = free_port(), 0
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", self.port))
        self.socket.settimeout(1)
        self.is_over = False
        self.start()

    def run(self):
        while not self.is_over:
            try:
                self.pictures += self.socket.recv(65536).count(PICTURE)
            except TimeoutError:
                continue
        self.socket.close()

    def stop(self):
        self.is_over = True
        self.join()


def clip():
    return coded_clip(7, 60 * 25, "--size 1920x1080 --busy --bitrate 8M")


def be_as_nice():
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    except PermissionError:  # which refuses it to the channel as well
        pass


def start_floor(port):
    pipeline = (f"filesrc location={clip()} ! decodebin name=d "
                "d. ! queue ! video/x-raw ! videoconvertscale ! video/x-raw,format=I420 ! "
                f"x264enc speed-preset=veryfast bitrate={KBPS} vbv-buf-capacity=1000 key-int-max=50 aud=true "
                "byte-stream=true ! video/x-h264,profile=high ! queue ! m. "
                "d. ! queue ! audio/x-raw ! audioconvert ! audioresample ! avenc_aac bitrate=128000 ! queue ! m. "
                f"mpegtsmux name=m alignment=7 bitrate={KBPS * 1000 + 600000} ! udpsink host=127.0.0.1 port={port}")
    return subprocess.Popen(["gst-launch-1.0", "-q", *pipeline.split()], preexec_fn=be_as_nice)


def start_ours(port):
    """Ten-second items of the same clip, so that players come and go."""
    station = Station(size="1920x1080")
    station.outputs = f"[output main]\ntype=udp\nuri=udp://127.0.0.1:{port}\nvideo-bitrate-kbps={KBPS}\n"
    target = station.media / "clip.mp4"
    target.write_bytes(clip().read_bytes())
    for number in range(8):
        station.event(number * ITEM_S, ITEM_S, "clip.mp4", uid=f"n{number}@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=3))
    station.wait_for("the first item", lambda: "n0@test" in str((station.status() or {}).get("on_air")))
    return station


def share_shown(station):
    """Of the pictures of the items that are over, those that were the clip's own."""
    over = [r for r in station.asrun() if r["kind"] == "media" and r["actual_duration_frames"]]
    return sum(r["frames_shown"] for r in over) / sum(r["actual_duration_frames"] for r in over)


def pair():
    """(CPU seconds a second of pictures of the floor, of ours, the least share of its work that one did)."""
    receivers = [Receiver(), Receiver()]
    station = start_ours(receivers[1].port)
    floor = start_floor(receivers[0].port)
    pids = [floor.pid, station.daemon.pid]

    def read():
        return [(cpu_seconds(pid), receiver.pictures / 25, time.monotonic()) for pid, receiver in zip(pids, receivers)]

    wait(SETTLE_S)
    before = read()
    wait(WINDOW_S)
    after = read()
    floor.send_signal(signal.SIGKILL)
    floor.wait()
    done = share_shown(station)
    station.stop()
    for receiver in receivers:
        receiver.stop()
    used, pictures, passed = zip(*([b - a for a, b in zip(*readings)] for readings in zip(before, after)))
    return used[0] / pictures[0], used[1] / pictures[1], min(done, pictures[0] / passed[0], pictures[1] / passed[1])


def run(_):
    pairs, lost = [], []
    while len(pairs) < PAIRS and len(pairs) + len(lost) < MOST_PAIRS:
        floor, ours, done = pair()
        if done >= DONE:
            pairs.append((floor, ours))
        else:
            lost.append(done)
    if len(pairs) < PAIRS:
        raise RuntimeError("the machine is not free: of the pictures of a pair there came " +
                           " ".join(f"{done:.0%}" for done in lost))
    ratio = median([ours / floor for floor, ours in pairs])
    yield ("CPU of the tree / floor pipeline, " + " ".join(f"{ours / floor:.3f}" for floor, ours in pairs),
           f"{ratio:.3f}", "<= 1.05", ratio <= 1.05)
    yield (f"CPU seconds a second: floor, ours (pairs done again: {len(lost)})",
           " ".join(f"{median(column):.3f}" for column in zip(*pairs)), "", True)
