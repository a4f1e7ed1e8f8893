# SPDX-License-Identifier: GPL-3.0-or-later
"""Item after item: memory, descriptors and children stay what they were. (A thousand of them: a benchmark.)"""

import thousand
from tap import case, check, main, note

COUNT, SETTLED = 80, 30


@case
def many_short_items():
    """eighty one-second items of seven kinds: each exact; memory flat, no descriptor or zombie left"""
    station, samples = thousand.run(COUNT)
    before, after, fds_before, fds_after, zombies = thousand.account(station, samples, COUNT, SETTLED)
    note(f"resident {before:.0f} then {after:.0f} MB, descriptors {fds_before} then {fds_after}, zombies {zombies}")
    check(after < before + 24, f"memory grew from {before:.0f} to {after:.0f} MB")
    check(fds_after <= fds_before + 16, f"descriptors grew from {fds_before} to {fds_after}")
    check(zombies == 0, f"{zombies} zombies left lying")


if __name__ == "__main__":
    main()
