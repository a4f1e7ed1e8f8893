# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand one-second items in free run."""

import thousand

COUNT = 1000


def run(_):
    station, samples = thousand.run(COUNT, timeout=1800)
    before, after, fds_before, fds_after, zombies = thousand.account(station, samples, COUNT)
    yield "resident memory of playoutd, first 100 items, then most", f"{before:.0f}, {after:.0f} MB", "flat (+5 %)", \
        after <= before * 1.05
    yield "open descriptors, first 100 items, then most", f"{fds_before}, {fds_after}", "flat", fds_after <= fds_before + 4
    yield "zombies", str(zombies), "0", zombies == 0
