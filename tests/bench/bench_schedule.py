# SPDX-License-Identifier: GPL-3.0-or-later
"""50,000 events (11 MB): reading them and expanding a week, against what libical needs only to parse them."""

import re
import subprocess


def run(build):
    text = subprocess.run([f"{build}/tests/bench/bench-schedule"], stdout=subprocess.PIPE, text=True, check=False).stdout
    ratio = float(re.search(r"ratio: ([\d.]+)", text)[1])
    other = float(re.search(r"another week: ([\d.]+)", text)[1])
    yield "50,000 events, one week, against libical's parse", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3
    yield "another week without reading again", f"{other:.1f} ms", "< 20 ms", other < 20
