# SPDX-License-Identifier: GPL-3.0-or-later
"""How late a tick is while others keep every core busy, real-time priority granted."""

from datetime import timedelta

from measure import Company, wait
from station import T0, Station


def run(_):
    station = Station(size="1920x1080")
    station.outputs = "[output main]\ntype=udp\nuri=udp://127.0.0.1:5999\nvideo-bitrate-kbps=6000\n"
    station.clip("a.mp4", 5, 1000, "--size 1920x1080 --busy")
    station.event(0, 40, "a.mp4")
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=2))
    station.wait_for("status", station.status)
    with Company():
        wait(30)
        late = station.wait_for("status", station.status, 60)["lateness"]
    station.stop()
    if not late["realtime"]:
        yield "no real-time priority here (needs root or RLIMIT_RTPRIO)", "skipped", "", True
        return
    p99 = late["p99_ns"] / 1e6
    yield "tick lateness p99, all cores busy", f"{p99:.3f} ms", "< 1 ms", p99 < 1
    yield "tick lateness at most", f"{late['max_ns'] / 1e6:.3f} ms", "", True
