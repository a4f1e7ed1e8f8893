# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU of the whole process tree, for each picture, with three outputs of one format against one output: they share one
encode. Interleaved pairs at 1080p25, twenty seconds each, after both have settled. And how evenly the datagrams of the
first one arrive: each clock reference's arrival against the clock itself."""

import socket
import threading
import time
from datetime import timedelta

from measure import cpu_seconds, median, wait
from station import T0, Station, coded_clip

PAIRS, WINDOW_S, SETTLE_S, ITEM_S = 5, 20, 4, 10
KBPS = 6000
PORT = 5997
ONE = f"[output udp]\ntype=udp\nuri=udp://127.0.0.1:{PORT}\nvideo-bitrate-kbps={KBPS}\n"
MORE = (f"[output rtp]\ntype=rtp\nuri=rtp://127.0.0.1:5994\nvideo-bitrate-kbps={KBPS}\n"
        f"[output hls]\ntype=hls\npath=recordings\nvideo-bitrate-kbps={KBPS}\n")


class Arrivals:
    """When each clock reference came, and what it said, in milliseconds."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.socket.bind(("127.0.0.1", PORT))
        self.seen, self.over = [], False
        self.thread = threading.Thread(target=self.receive, daemon=True)
        self.thread.start()

    def receive(self):
        self.socket.settimeout(1)
        while not self.over:
            try:
                data, now = self.socket.recv(2048), time.monotonic() * 1000
            except TimeoutError:
                continue
            for at in range(0, len(data), 188):
                p = data[at:at + 188]
                if p[3] & 0x20 and p[4] >= 7 and p[5] & 0x10:
                    base = p[6] << 25 | p[7] << 17 | p[8] << 9 | p[9] << 1 | p[10] >> 7
                    self.seen.append((now, base / 90))

    def off_ms(self):
        """How far arrivals are from the middle of them all: of a hundred, the worst but one."""
        self.over = True
        self.thread.join()
        self.socket.close()
        late = sorted(now - clock for now, clock in self.seen)
        middle = late[len(late) // 2]
        return sorted(abs(one - middle) for one in late)[len(late) * 99 // 100]


def sent(station):
    return station.status()["outputs"][0]["frames"]


def run_with(outputs, count, offs):
    station = Station(size="1920x1080")
    station.outputs = outputs
    clip = coded_clip(7, 60 * 25, "--size 1920x1080 --busy --bitrate 8M")
    (station.media / "clip.mp4").write_bytes(clip.read_bytes())
    for number in range(6):
        station.event(number * ITEM_S, ITEM_S, "clip.mp4", uid=f"n{number}@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=3))
    station.wait_for("the first item", lambda: "n0@test" in str((station.status() or {}).get("on_air")))
    wait(SETTLE_S)
    arrivals = Arrivals()
    frames, before = sent(station), cpu_seconds(station.daemon.pid)
    wait(WINDOW_S)
    used = (cpu_seconds(station.daemon.pid) - before) / (sent(station) - frames) * 25
    offs.append(arrivals.off_ms())
    outputs = station.status()["outputs"]
    station.stop()
    if len(outputs) != count or any(o["state"] != "running" for o in outputs):
        raise AssertionError(f"not all outputs run: {outputs}")
    return used


def run(_):
    pairs, offs = [], []
    for _ in range(PAIRS):
        one = run_with(ONE, 1, offs)
        pairs.append((one, run_with(ONE + MORE, 3, offs)))
    ratio = median([b / a for a, b in pairs])
    yield ("CPU of three outputs / of one, " + " ".join(f"{b / a:.3f}" for a, b in pairs), f"{ratio:.3f}", "<= 1.10",
           ratio <= 1.10)
    yield "CPU seconds a second of pictures: one, three", "{:.3f} {:.3f}".format(
        median([a for a, _ in pairs]), median([b for _, b in pairs])), "", True
    off = median(offs)
    yield "clock references' arrival, 99 of 100 within, ms", f"{off:.1f}", "<= 10", off <= 10
