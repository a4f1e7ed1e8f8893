# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty desks with the page open: what they cost the daemon, and whether a tick comes late.

Each client is what an open page is: an event stream that is read, the status each ten seconds, the rundown when it
changes. The cost is the daemon's own CPU time with them less that without, in one run."""

import os
import socket
import threading
import time
from datetime import datetime, timedelta, timezone

from station import Station

CLIENTS = 50
SECONDS = 20
TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """Of the process itself, without its children."""
    fields = open(f"/proc/{pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Page(threading.Thread):
    def __init__(self, station):
        super().__init__(daemon=True)
        self.station, self.events, self.over = station, 0, False
        self.path = str(station.state / "control.sock")

    def run(self):
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(5)
        stream.connect(self.path)
        stream.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        asked, tail = time.monotonic(), b""
        while not self.over:
            part = tail + stream.recv(65536)
            self.events += part.count(b"event: status")
            tail = part[-12:] if not part.endswith(b"event: status") else b""
            if time.monotonic() - asked > 10:
                asked = time.monotonic()
                self.station.api("GET", "/status")
        stream.close()


def measure(station):
    began, used = time.monotonic(), cpu_s(station.daemon.pid)
    time.sleep(SECONDS)
    return (cpu_s(station.daemon.pid) - used) / (time.monotonic() - began)


def run(_):
    station = Station(size="640x360")
    station.outputs = "[output main]\ntype=udp\nuri=udp://127.0.0.1:5998\nvideo-bitrate-kbps=800\n"
    station.clip("under.mp4", 5, 3000, "--size 640x360")
    t0 = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=5)
    station.event(0, 110, "under.mp4", uid="under@test", start=t0)
    for number in range(200):
        station.event(600 + number * 30, 25, "under.mp4", start=t0)
    station.write_calendar()
    station.know_media()
    station.start()
    station.wait_for("the clip", lambda: "under.mp4" in str((station.status() or {}).get("on_air")))
    time.sleep(3)
    alone = measure(station)
    pages = [Page(station) for _ in range(CLIENTS)]
    for page in pages:
        page.start()
    time.sleep(2)
    heard = sum(page.events for page in pages)
    busy = measure(station)
    heard = sum(page.events for page in pages) - heard
    status = station.status()
    for page in pages:
        page.over = True
    for page in pages:
        page.join()
    rows = station.asrun()
    station.stop()
    held = sum(r["frames_repeated"] + r["frames_filled"] for r in rows if r["kind"] == "media")
    late_ms = status["lateness"]["max_ns"] / 1e6
    cost = 100 * (busy - alone)
    yield f"{CLIENTS} pages, of one core, over {100 * alone:.1f} % without", f"{cost:.1f} %", "< 5 %", cost < 5
    each = heard / CLIENTS / SECONDS
    yield "events that each page heard a second", f"{each:.2f}", ">= 1", each >= 0.95
    priority = "with" if status["lateness"]["realtime"] else "without"
    yield f"the latest tick, {priority} real-time priority", f"{late_ms:.1f} ms", "< 40 ms", late_ms < 40
    yield "frames held or filled", str(held), "0", held == 0
