#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `playoutd` says of a command line that it cannot follow. Arguments: playoutd, folder of the built translations."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import case, equal, run  # noqa: E402

PROGRAM, LOCALES = map(os.path.abspath, sys.argv[1:3])
ROWS = [(["--cofnig", "x"], "không có tùy chọn “--cofnig”; có phải ý là “--config”? Xem playoutd --help"),
        (["-x"], "không có tùy chọn “-x”; xem playoutd --help"),
        (["--config"], "“--config” cần một giá trị; xem playoutd --help"),
        (["--free-run"], "--free-run cần --at và --until"),
        (["start"], "không hiểu “start”; xem --help")]


@case
def wrong_use():
    """in the reader's language, with the option that is near"""
    for words, said in ROWS:
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "vi", "PLAYOUTD_LOCALEDIR": LOCALES})
        equal((done.returncode, done.stderr, done.stdout), (64, f"playoutd: {said}\n", ""), words)


if __name__ == "__main__":
    sys.exit(run())
