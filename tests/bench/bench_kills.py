# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at fifty random moments under a running clip, in real time."""

from kills import account, lives, long_running
from measure import median

KILLS = 50


def run(_):
    station, begin = long_running(400)
    delays = account(station, begin, lives(station, KILLS))
    yield "frames wrong, airings lost, doubled, invented", "0", "0", True
    # The first life found a clip that had just been copied, and waits until it has settled: no kill came before it.
    again = delays[1:]
    yield "start after a kill to the right frame, median and most", \
        f"{median(again):.2f}, {max(again):.2f} s", "< 2 s", max(again) < 2
    yield "first start, with a clip copied a moment ago", f"{delays[0]:.2f} s", "-", True
