# SPDX-License-Identifier: GPL-3.0-or-later
"""Many one-second items in free run, watched from outside: memory, descriptors, children. Test: few; bench: 1,000."""

import subprocess
import time
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from judge import Slot, judge
from station import T0, Station, children_of, instant
from tap import check, equal

KINDS = [("k0.mp4", ""), ("k1.ts", "--size 640x360"), ("k2.webm", "--size 320x180"), ("k3.mov", "--size 320x180"),
         ("k4.mkv", "--acodec flac --size 320x180"), ("k5.mp4", "--acodec none"), ("k6.mp4", "--rate 50")]


def sample(pid):
    """(resident MB, descriptors, pids of zombies, living children) of the daemon."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    resident = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024
    children = children_of(pid)
    zombies = {child for child, (state, _) in children.items() if state == "Z"}
    return resident, len(list(Path(f"/proc/{pid}/fd").iterdir())), zombies, len(children) - len(zombies)


def run(count, size="320x180", timeout=900):
    """Returns (station, samples as a list of (airings, MB, descriptors, zombies, children, when))."""
    station = Station(size=size)
    station.write_config()
    for number, (name, options) in enumerate(KINDS):
        station.clip(name, number + 2, 60 if "50" in options else 30, options or "--size 320x180")
    for number in range(count):
        station.event(number, 1, KINDS[number % len(KINDS)][0], uid=f"n{number}@test")
    station.write_calendar()
    arguments = ["--at", instant(T0), "--free-run", "--until", instant(T0 + timedelta(seconds=count))]
    samples = []
    with open(station.dir / "said.txt", "wb") as log:
        daemon = subprocess.Popen(station.command_line(*arguments), env=station.environment(), stdout=log, stderr=log,
                                  cwd=station.dir)
        deadline = time.monotonic() + timeout
        while daemon.poll() is None and time.monotonic() < deadline:
            try:
                aired = station.rows("SELECT count (*) AS n FROM asrun")
                samples.append((aired[0]["n"] if aired else 0, *sample(daemon.pid), time.monotonic()))
            except (OSError, StopIteration):
                pass
            time.sleep(0.25)
        if daemon.poll() is None:
            daemon.kill()
            raise AssertionError(f"{count} items took over {timeout} s; {samples[-1:]}")
    equal(daemon.returncode, 0, "exit code; " + (station.dir / "said.txt").read_text(errors="replace")[-2000:])
    return station, samples


def account(station, samples, count, settled=100):
    """Returns (MB when settled, most MB after, most descriptors when settled, after, zombies that were not
    reaped from one sample to the next)."""
    slots = [Slot(n * 25, 25, n % len(KINDS) + 2, Fraction(50 if "50" in KINDS[n % len(KINDS)][1] else 25),
                  sound=KINDS[n % len(KINDS)][1].find("none") < 0, name=f"item {n}") for n in range(count)]
    verdict = judge(station.recording(), slots, length=count * 25)
    check(not verdict.faults, verdict)
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    equal(len(rows), count, "airings in the log")
    before = [s for s in samples if settled // 2 <= s[0] <= settled] or samples[:len(samples) // 5 + 1]
    after = [s for s in samples if s[0] > settled] or samples[-1:]
    return (max(s[1] for s in before), max(s[1] for s in after), max(s[2] for s in before), max(s[2] for s in after),
            lying(after))


def lying(samples, patience_s=10):
    """Zombies that nobody reaped for so long; a loaded machine takes a moment."""
    first = {}
    left = set()
    for *_, zombies, _, now in samples:
        for pid in zombies:
            if now - first.setdefault(pid, now) > patience_s:
                left.add(pid)
    return len(left)
