# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at fifty random moments under a running clip, in real time."""

from kills import account, lives, long_running
from measure import median

KILLS = 50


def run(_):
    station, begin = long_running(400)
    delays = account(station, begin, lives(station, KILLS))
    yield "frames wrong, airings lost, doubled, invented", "0", "0", True
    yield "start of the process to the right frame, median and most", \
        f"{median(delays):.2f}, {max(delays):.2f} s", "< 2 s", max(delays) < 2
