# SPDX-License-Identifier: GPL-3.0-or-later
"""A library of ten thousand clips: the first start, the next one, and a new clip that comes into it."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from station import T0, Station, coded_clip, program

COUNT = int(os.environ.get("PLAYOUTD_BENCH_CLIPS", "10000"))
LONG_S = 120
AT_ONCE = 2  # clips looked into at a time


def fill(station):
    """Clips of half a second, all different: each ends in a box of its own that no player minds."""
    clip = coded_clip(3, 12, "--size 160x90").read_bytes()
    for i in range(COUNT):
        folder = station.media / f"tap-{i // 100:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{i:05}.mp4").write_bytes(clip + (8 + 16).to_bytes(4, "big") + b"free" + b"%016d" % i)


def read_all(station):
    began = time.monotonic()
    for path in station.media.rglob("*.mp4"):
        path.read_bytes()
    return time.monotonic() - began


def probe_all(station, most):
    """How long it takes to decode them once by the player alone, so many at a time; from the first @most of them."""
    files = sorted(station.media.glob("tap-*/*.mp4"))[:most]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda path: subprocess.run([program("playoutd-player"), "--probe", str(path)], check=True,
                                                  capture_output=True), files))
    return (time.monotonic() - began) * COUNT / len(files)


def answer(station, path):
    try:
        status, found = station.api("GET", path)
    except OSError:
        return None  # it does not answer yet
    return found if status == 200 else None


def all_known(station):
    clips = answer(station, "/media") or []
    return len(clips) == COUNT + 1 and all(clip["container"] for clip in clips)


def is_on_air(station):
    return "a@test" in str((answer(station, "/status") or {}).get("on_air"))


def start(station, every_s):
    """How long from the start until the clip is on air, and until all clips are known."""
    began = time.monotonic()
    station.start(at=T0)
    station.wait_for("the clip on air", lambda: is_on_air(station), timeout=600)
    on_air = time.monotonic() - began
    station.wait_for("every clip", lambda: all_known(station) or time.sleep(every_s), timeout=3600)
    return on_air, time.monotonic() - began


def listed(station, name):
    return [clip for clip in station.api("GET", "/media")[1] if clip["path"] == name and clip["container"]]


def new_clip(station):
    """(until its verdict, to decode it once), seconds."""
    clip = coded_clip(4, LONG_S * 25, "--size 1280x720")
    began = time.monotonic()
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(clip), "-f", "null", "-"], check=True)
    once = time.monotonic() - began
    part = station.media / ".new.part"
    part.write_bytes(clip.read_bytes())
    began = time.monotonic()
    part.rename(station.media / "new.mp4")
    station.wait_for("its verdict", lambda: listed(station, "new.mp4") or time.sleep(0.1), timeout=3600)
    return time.monotonic() - began, once


def run(_):
    station = Station(size="320x180")
    station.outputs = ""
    fill(station)
    station.clip("a.mp4", 5, 3000, "--size 160x90")
    station.event(0, 1800, "a.mp4", uid="a@test")
    station.write_calendar()
    station.write_config()
    read_s, probed_s = read_all(station), probe_all(station, 200)
    on_air, whole = start(station, 5)
    yield f"{COUNT} new clips: start to on air", f"{on_air:.1f} s", "(told)", True
    yield "the same: until all are looked into", f"{whole:.0f} s", f"1.2 x {probed_s:.0f} s", whole <= 1.2 * probed_s
    yield "of which reading the disk", f"{read_s:.1f} s", "(told)", True
    verdict, once = new_clip(station)
    yield f"a new clip of {LONG_S} s, 720p: until its verdict", f"{verdict:.1f} s", f"3 x {once:.1f} s", verdict <= 3 * once
    (station.media / "new.mp4").unlink()
    station.stop()
    began = time.monotonic()
    done = station.ctl("media", "list", "--json", timeout=600)
    lists = time.monotonic() - began
    yield "playoutctl media list, all known", f"{lists:.2f} s", "(told)", len(done.stdout.splitlines()) == COUNT + 1
    on_air, whole = start(station, 0.02)
    yield "the next start: to on air", f"{on_air:.2f} s", "(told)", True
    yield "the next start: until all clips are known", f"{whole:.2f} s", "< 1 s", whole < 1
    station.stop()
