# SPDX-License-Identifier: GPL-3.0-or-later
"""Peak memory of the process tree while eight mixed 1080p clips air in real time, one UDP output."""

from datetime import timedelta

from measure import Peak
from station import T0, Station

ITEMS = [("a.mp4", ""), ("b.mov", ""), ("c.ts", ""), ("d.webm", ""), ("e.mkv", ""), ("f.mp4", "--rate 50"),
         ("g.mp4", "--rate 30000/1001"), ("h.mov", "--vcodec h264 --acodec pcm")]
ITEM_S = 4


def run(_):
    station = Station(size="1920x1080")
    station.outputs = "[output main]\ntype=udp\nuri=udp://127.0.0.1:5999\nvideo-bitrate-kbps=6000\n"
    for number, (name, options) in enumerate(ITEMS):
        station.clip(name, number + 2, ITEM_S * 50 + 10 if "50" in options else ITEM_S * 30 + 10,
                     f"--size 1920x1080 --busy {options}")
        station.event(number * ITEM_S, ITEM_S, name)
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=3))
    peak = Peak(station.daemon.pid)
    end = station.frame(T0 + timedelta(seconds=len(ITEMS) * ITEM_S))
    station.wait_for("the end", lambda: (station.status() or {}).get("frame", 0) > end, 120)
    most = peak.stop()
    station.stop()
    yield "peak proportional memory of the tree", f"{most:.0f} MB", "<= 450 MB", most <= 450
