# SPDX-License-Identifier: GPL-3.0-or-later
"""A library of ten thousand clips: the first start, one in the middle of it, the next one, and a new clip in it."""

import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from station import T0, LocalConnection, Station, coded_clip, program

COUNT = int(os.environ.get("PLAYOUTD_BENCH_CLIPS", "10000"))
CONTENTS = int(os.environ.get("PLAYOUTD_BENCH_CONTENTS", "600"))  # different ones: the others are copies of them
SCHEDULED = 3000  # clips that events name, one a minute
LONG_S = 120
AT_ONCE = 2  # clips looked into at a time


def fill(station):
    """Clips of half a second; each content ends in a box of its own that no player minds."""
    clip = coded_clip(3, 12, "--size 160x90").read_bytes()
    for i in range(COUNT):
        folder = station.media / f"tap-{i // 100:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{i:05}.mp4").write_bytes(clip + (8 + 16).to_bytes(4, "big") + b"free" + b"%016d" % (i % CONTENTS))
    for i in range(SCHEDULED):
        station.event(3600 + 60 * i, 10, f"tap-{i // 100:03}/{i:05}.mp4")


def read_all(station):
    began = time.monotonic()
    for path in station.media.rglob("*.mp4"):
        path.read_bytes()
    return time.monotonic() - began


def probe_all(station, most):
    """How long it takes to decode the contents once by the player alone, so many at a time; by the first @most."""
    files = sorted(station.media.glob("tap-*/*.mp4"))[:most]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda path: subprocess.run(["nice", "-n", "15", program("playoutd-player"), "--probe", str(path)],
                                                  check=True, capture_output=True), files))
    return (time.monotonic() - began) * CONTENTS / len(files)


def listed(station):
    """The clips with a verdict from a probe; counted in the text, since to parse it takes longer than to make it."""
    line = LocalConnection(station.state / "control.sock")
    try:
        line.request("GET", "/api/v1/media")
        return line.getresponse().read().count(b'"container":"video')
    except OSError:
        return -1  # it does not answer yet
    finally:
        line.close()


def is_on_air(station):
    try:
        return "a@test" in str(station.status().get("on_air"))
    except (OSError, AttributeError):
        return False


def start(station, count, every_s):
    """How long from exec until the clip is on air, and until @count clips are known."""
    times = []

    def follow_list():
        while listed(station) < count and time.monotonic() - began < 3600:
            time.sleep(every_s)
        times.append(time.monotonic() - began)

    began = time.monotonic()
    station.start(at=T0)
    follower = threading.Thread(target=follow_list)
    follower.start()
    while not is_on_air(station):
        assert time.monotonic() - began < 600, "not on air"
        time.sleep(0.01)
    on_air = time.monotonic() - began
    follower.join()
    return on_air, times[0]


def new_clip(station, name, clip_id):
    """(until its verdict, to decode it once), seconds."""
    clip = coded_clip(clip_id, LONG_S * 25, "--size 1280x720")
    began = time.monotonic()  # as low in priority as the library's own look
    subprocess.run(["nice", "-n", "15", "ffmpeg", "-v", "error", "-i", str(clip), "-f", "null", "-"], check=True)
    once = time.monotonic() - began
    part = station.media / f".{name}.part"
    part.write_bytes(clip.read_bytes())
    began = time.monotonic()
    part.rename(station.media / name)
    count = listed(station)
    while listed(station) <= count:
        time.sleep(0.05)
    return time.monotonic() - began, once


def run(_):
    station = Station(size="320x180")
    station.outputs = ""
    fill(station)
    station.clip("a.mp4", 5, 3000, "--size 160x90")
    station.event(0, 1800, "a.mp4", uid="a@test")
    station.write_calendar()
    station.write_config()
    read_s, probed_s = read_all(station), probe_all(station, 100)
    on_air, whole = start(station, COUNT // 3, 2)
    yield f"{COUNT} new clips: start to on air", f"{on_air:.1f} s", "< 2 s", on_air < 2
    station.stop()
    on_air, rest = start(station, COUNT + 1, 2)
    whole += rest
    yield "stopped after a third of them: start to on air", f"{on_air:.1f} s", "< 2 s", on_air < 2
    yield (f"until all {CONTENTS} contents are looked into", f"{whole:.0f} s", f"1.2 x {probed_s:.0f} s",
           whole <= 1.2 * probed_s)
    yield "of which reading the disk", f"{read_s:.1f} s", "(told)", True
    for n in range(3):
        verdict, once = new_clip(station, f"new-{n}.mp4", 60 + n)
        yield (f"a new clip of {LONG_S} s, 720p: until its verdict", f"{verdict:.1f} s", f"3 x {once:.1f} s",
               verdict <= 3 * once)
    station.stop()
    began = time.monotonic()
    done = station.ctl("media", "list", "--json", timeout=600)
    lists = time.monotonic() - began
    yield "playoutctl media list, all known", f"{lists:.2f} s", "(told)", len(done.stdout.splitlines()) == COUNT + 4
    for _ in range(3):
        on_air, whole = start(station, COUNT + 4, 0.01)
        station.stop()
        yield "the next start: to on air", f"{on_air:.2f} s", "(told)", True
        yield "the next start: until all clips are listed", f"{whole:.2f} s", "< 1 s", whole < 1
