# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU and memory of a process tree, and company that keeps the cores busy."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from station import tree_of

TICKS = os.sysconf("SC_CLK_TCK")


def processes():
    """{pid: (parent, CPU seconds, with those of children that were reaped)} of all, ended ones that nobody has reaped too."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = Path(f"/proc/{entry}/stat").read_text(errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        found[int(entry)] = int(fields[1]), sum(int(fields[i]) for i in range(11, 15)) / TICKS
    return found


def tree_in(found, pid):
    tree, more = set(), {pid} & found.keys()
    while more:
        tree |= more
        more = {one for one, (parent, _) in found.items() if parent in more}
    return tree


def cpu_seconds(pid):
    """User and system time of @pid and all below it, living and reaped. One that ends goes over into its parent's account,
    perhaps between the readings of the two: a reading counts if nobody came or went until the next."""
    found = processes()
    while True:
        after = processes()
        tree = tree_in(found, pid)
        if tree == tree_in(after, pid):
            return sum(found[one][1] for one in tree)
        found = after


def memory_mb(pid):
    """Proportional set size of the tree: what is shared between its processes counts once."""
    total = 0
    for one in tree_of(pid):
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


class Peak:
    """Samples memory of a tree until stopped."""

    def __init__(self, pid, every_s=0.2):
        self.most = 0.0
        self.pid, self.every_s, self.ended = pid, every_s, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        while not self.ended.wait(self.every_s):
            self.most = max(self.most, memory_mb(self.pid))

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self.most


class Company:
    """Keeps every core busy while the with-block lasts."""

    def __enter__(self):
        self.children = [subprocess.Popen(["/usr/bin/python3", "-c", "while True: pass"])
                         for _ in range(os.cpu_count() + 1)]
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.send_signal(signal.SIGKILL)
            child.wait()


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def wait(seconds):
    time.sleep(seconds)
