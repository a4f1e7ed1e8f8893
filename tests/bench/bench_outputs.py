# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU of the whole process tree with three outputs of one format against one output: they share one encode. Interleaved
pairs at 1080p25, twenty seconds each, after both have settled."""

from datetime import timedelta

from measure import cpu_seconds, median, wait
from station import T0, Station, coded_clip

PAIRS, WINDOW_S, SETTLE_S, ITEM_S = 5, 20, 4, 10
KBPS = 6000
ONE = f"[output udp]\ntype=udp\nuri=udp://127.0.0.1:5997\nvideo-bitrate-kbps={KBPS}\n"
MORE = (f"[output rtp]\ntype=rtp\nuri=rtp://127.0.0.1:5994\nvideo-bitrate-kbps={KBPS}\n"
        f"[output hls]\ntype=hls\npath=recordings\nvideo-bitrate-kbps={KBPS}\n")


def run_with(outputs, count):
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
    before = cpu_seconds(station.daemon.pid)
    wait(WINDOW_S)
    used = cpu_seconds(station.daemon.pid) - before
    outputs = station.status()["outputs"]
    station.stop()
    if len(outputs) != count or any(o["state"] != "running" or o["dropped"] for o in outputs):
        raise AssertionError(f"not all outputs run: {outputs}")
    return used


def run(_):
    pairs = []
    for _ in range(PAIRS):
        one = run_with(ONE, 1)
        pairs.append((one, run_with(ONE + MORE, 3)))
    ratio = median([b / a for a, b in pairs])
    yield ("CPU of three outputs / of one, " + " ".join(f"{b / a:.3f}" for a, b in pairs), f"{ratio:.3f}", "<= 1.10",
           ratio <= 1.10)
    yield "CPU seconds a second: one, three", "{:.3f} {:.3f}".format(
        median([a for a, _ in pairs]) / WINDOW_S, median([b for _, b in pairs]) / WINDOW_S), "", True
