# SPDX-License-Identifier: GPL-3.0-or-later
"""A live source that never comes, comes late, ends, breaks off; and what stands in for it, a clip, a still or the slate:
which picture is on air on which frame, and who is told at each stage. All stand-ins for all faults: program/live-air."""

import re
import signal
import socket
import struct
import subprocess
import threading
from datetime import datetime, timedelta, timezone

from feeds import LIVE, Udp, clip_of
from rides import FILL, HOUSE, STAND_IN, differs, wait_until
from station import Station, coded_clip
from tap import case, check, equal, main, note

EARLY = 8  # seconds before the first show at which the daemon starts
HOLD_MS = 450
STILL = 44
MARKED = 25, 75  # frames of the stand-in between its marks
SIZE = "--size 320x180"
# Each source in its show: how long that is and how late in it something befalls the source, in seconds; what stands in;
# what is said, in this order. Whether the picture or all of it is missed first depends on where in the stream it breaks.
GONE = "^error: Live source {} (is away: |brings sound but no picture)"
STORIES = {
    "never": (2, 1, "still", ["never has not come yet", "never has not come yet, though it is on the air",
                              "The live source never came: never"]),
    "late": (5, 1, "slate", ["late has not come yet", "late has not come yet, though it is on the air",
                             "over: error: Live source late "]),
    "ends": (5, 1, "clip", [GONE.format("ends")]),
    "breaks": (5, 1, "still", [GONE.format("breaks")]),
}
STAND_INS = {"clip": "stand-in.mp4", "still": "still.png", "slate": None}


class Stream:
    """A transport stream over HTTP, in real time to the first who asks; then nobody is there any more."""

    def __init__(self, is_broken_off):
        self.is_broken_off = is_broken_off
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"http://127.0.0.1:{self.listener.getsockname()[1]}/show.ts"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def start(self):
        self.thread.start()

    def serve(self):
        peer, _ = self.listener.accept()
        self.listener.close()
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n")
        send = ["ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(clip_of(LIVE)), "-c", "copy",
                "-f", "mpegts", "-flush_packets", "1", "-muxdelay", "0.1", "pipe:1"]
        with subprocess.Popen(send, stdout=subprocess.PIPE) as encoder:
            while not self.over.is_set():
                peer.sendall(encoder.stdout.read1(65536))
            encoder.kill()
        if self.is_broken_off:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()

    def turn(self):
        self.over.set()

    def end(self):
        self.over.set()


class Late(Udp):
    """Sends from its turn on."""

    def start(self):
        pass

    def turn(self):
        self.encode()


class Never(Late):
    def turn(self):
        pass


def station_of(sources):
    """And when its first show begins."""
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, SIZE)
    begins, ends = (f"00:00:{k // HOUSE:02}:{k % HOUSE:02}" for k in MARKED)
    (station.media / "stand-in.mp4.marks").write_text(f"[marks]\nsom={begins}\neom={ends}\n")
    station.clip("fill/fill.mp4", FILL, 1500, SIZE)
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(coded_clip(STILL, 1, SIZE, ".mp4")), "-frames:v", "1",
                    str(station.media / "still.png")], check=True)
    station.extra_config = "[filler]\nmedia=fill\n[live]\noverrun=PT0S\n" + "".join(
        f"[source {name}]\nuri={source.uri}\n" for name, source in sources.items())
    station.know_media()  # so that its marks are known when it is cued
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    at = 0
    for name, (length, _, stand_in, _) in STORIES.items():
        more = {"X_PLAYOUT_FALLBACK": STAND_INS[stand_in]} if STAND_INS[stand_in] else {}
        station.event(at, length, f"live:{name}", start=begin, uid=f"{name}@test", SUMMARY=name, **more)
        at += length
    station.write_calendar()
    return station, begin


def what(stand_in, seen):
    """live, in (for it), or what else it is."""
    if seen.kind == "clip":
        return "live" if seen.clip == LIVE else "in" if (stand_in, seen.clip) in {("clip", STAND_IN), ("still", STILL)} \
            else f"clip {seen.clip}"
    return "in" if (stand_in, seen.kind) == ("slate", "other") else seen.kind


def judge_show(recording, first, name):
    length, _, stand_in, _ = STORIES[name]
    seen = recording.seen[first:first + length * HOUSE]
    shown = [what(stand_in, one) for one in seen]
    turns = [k for k in range(1, len(shown)) if shown[k] != shown[k - 1]]
    runs = [shown[k] for k in [0, *turns]]
    note(f"{name}, {stand_in}: {runs} from {[0, *turns]}")
    wanted = {"never": ["in"], "late": ["in", "live"]}.get(name, ["live", "in"])
    equal(runs, wanted, f"{name}, {stand_in}: what was on air")
    if wanted == ["live", "in"]:
        last_good = max(k for k in range(first, first + turns[0]) if differs(recording.seen, k))
        held_ms = (first + turns[0] - last_good) * 1000 // HOUSE
        check(held_ms <= HOLD_MS, f"{name}: the last picture stood {held_ms} ms")
    if stand_in != "slate":
        since = turns[0] if wanted[0] == "live" else 0
        until = turns[0] if wanted[-1] == "live" else len(shown)
        began, ended = MARKED if stand_in == "clip" else (0, 1)
        off = [k for k in range(since, until) if seen[k].frame != began + (k - since) % (ended - began)]
        equal(off, [], f"{name}, {stand_in}: frames at which it stumbles")


def judge_words(station):
    lines = station.said.splitlines()
    for name, (_, _, _, stages) in STORIES.items():
        after = -1
        for words in stages:
            found = [n for n, line in enumerate(lines) if n > after and re.search(words, line)]
            check(found, "\n".join([*lines, f"nobody was told: {words}"]))
            after = found[0]
    check(not any("cannot be shown" in line for line in lines), "a line that is down is no format that cannot be shown")


@case
def what_stands_in():
    """never came, late, ended, broken off; a clip, a still, the slate: on air on their frames, told at each stage"""
    sources = {"never": Never(), "late": Late(), "ends": Stream(False), "breaks": Stream(True)}
    station, begin = station_of(sources)
    station.start()
    shows, at = {}, begin
    try:
        for source in sources.values():
            source.start()
        for name, (length, turn, _, _) in STORIES.items():
            shows[name] = at
            wait_until(at + timedelta(seconds=turn))
            sources[name].turn()
            at += timedelta(seconds=length)
        wait_until(at + timedelta(seconds=1))
    finally:
        for source in sources.values():
            source.end()
    station.stop(signal.SIGTERM)
    recording = station.recording()
    equal((recording.off_grid(), recording.audio_holes()), ([], []), "frames and sound missing")
    first = station.asrun()[0]["actual_start_frame"]
    for name, moment in shows.items():
        judge_show(recording, station.frame(moment) - first, name)
    judge_words(station)


if __name__ == "__main__":
    main()
