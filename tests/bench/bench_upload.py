# SPDX-License-Identifier: GPL-3.0-or-later
"""Two gigabytes sent by playoutctl and cut five times: whole at the end, and nothing of it listed before."""

import hashlib
import os
import signal
import subprocess
import time

from station import T0, Station, program

SIZE = int(os.environ.get("PLAYOUTD_BENCH_UPLOAD_BYTES", str(2 << 30)))
CHUNK = 1 << 20
CUTS = 5


def make(path):
    """Bytes that no clip has; their hash."""
    checksum = hashlib.sha256()
    with path.open("wb") as out:
        for _ in range(SIZE // CHUNK):
            block = os.urandom(CHUNK)
            checksum.update(block)
            out.write(block)
    return checksum.hexdigest()


def arrived(station):
    return sum(path.stat().st_size for path in station.media.rglob(".*.uploading"))


def listed(station):
    try:
        return [clip["path"] for clip in station.api("GET", "/media")[1]]
    except (OSError, ValueError):
        return []  # it is away just now


def start(station):
    station.start(at=T0)
    station.wait_for("its answer", lambda: station.status() is not None)


def send(station, path):
    return subprocess.Popen([program("playoutctl"), "media", "add", str(path), "--as", "phim/big.mp4", "--config",
                             str(station.dir / "playoutd.conf")], env=station.environment(), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def cut(station, sender, nth, mine):
    """Every other time the sender, else the daemon, by SIGKILL. What sends from then on."""
    if nth % 2 == 0:
        sender.kill()
        sender.wait()
        return send(station, mine)
    station.stop(signal.SIGKILL)
    start(station)
    return sender


def run(_):
    station = Station(size="320x180")
    station.outputs = ""
    mine = station.dir / "big.mp4"
    wanted = make(mine)
    station.write_config()
    start(station)
    seen = set()
    began = time.monotonic()
    sender = send(station, mine)
    resumed = []
    for nth in range(CUTS):
        goal = SIZE * (nth + 1) // (CUTS + 1)
        station.wait_for("more of it", lambda goal=goal: seen.update(listed(station)) or arrived(station) >= goal,
                         timeout=600)
        before = arrived(station)
        sender = cut(station, sender, nth, mine)
        resumed.append(before)
        station.wait_for("it to go on", lambda before=before: arrived(station) > before, timeout=60)
    partial = set(seen)
    sender.communicate(timeout=600)
    took = time.monotonic() - began
    target = station.media / "phim/big.mp4"
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else \
            hashlib.sha256(file.read()).hexdigest()
    yield f"{SIZE >> 20} MiB cut {CUTS} times: completes", f"{took:.0f} s", "exit status 0", sender.returncode == 0
    yield "its hash", found[:12], wanted[:12], found == wanted
    yield "listed before it was whole", str(len(partial)), "0", not partial
    yield "left over", str(arrived(station)), "0 bytes", arrived(station) == 0
    station.stop()
