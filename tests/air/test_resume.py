# SPDX-License-Identifier: GPL-3.0-or-later
"""After SIGKILL the channel is on air again with the frame that the plan says for now, and the log accounts for it."""

from kills import account, lives, long_running
from tap import case, main, note

KILLS = 3


@case
def killed_and_started_again():
    """three kills: each time the right frame; no airing lost, doubled or invented"""
    station, begin = long_running(120)
    delays = account(station, begin, lives(station, KILLS))
    note("on air after " + ", ".join(f"{d:.2f}" for d in delays) + " s")


if __name__ == "__main__":
    main()
