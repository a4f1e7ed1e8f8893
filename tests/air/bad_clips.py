# SPDX-License-Identifier: GPL-3.0-or-later
"""Media that no channel should be troubled by, made from a good coded clip: the kinds that arrive in real folders."""

import os
import random
from pathlib import Path

# Name, and what a player can still show of it: nothing, or its beginning.
KINDS = {
    "truncated.mp4": "some",
    "empty.mp4": "nothing",
    "text.mp4": "nothing",
    "corrupt.mp4": "some",
    "no-moov.mp4": "nothing",
    "missing.mp4": "nothing",
    "fifo.mp4": "nothing",
    "truncated.ts": "some",
    "noise.ts": "nothing",
    "a folder.mp4": "nothing",
    "Tập 7 – Cải cách “một cửa” (bản cuối) (2).mp4": "all",
    "  dấu cách  ở  đầu.mp4": "all",
    "50% giảm #1 & hơn?.mp4": "all",
}


def make_bad(folder, good_mp4, good_ts):
    """Makes all KINDS in @folder. @good_mp4: with its moov at the front, so that a cut one still begins."""
    folder = Path(folder)
    mp4, stream = Path(good_mp4).read_bytes(), Path(good_ts).read_bytes()
    chance = random.Random(7)
    (folder / "truncated.mp4").write_bytes(mp4[:len(mp4) * 55 // 100])
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("Đây là văn bản, không phải phim.\n" * 200, encoding="utf-8")
    middle = bytearray(mp4)
    for at in range(len(mp4) * 45 // 100, len(mp4) * 55 // 100):
        middle[at] = chance.randrange(256)
    (folder / "corrupt.mp4").write_bytes(middle)
    (folder / "no-moov.mp4").write_bytes(_without(mp4, b"moov"))
    os.mkfifo(folder / "fifo.mp4")
    (folder / "truncated.ts").write_bytes(stream[:len(stream) * 55 // 100 + 77])
    (folder / "noise.ts").write_bytes(bytes(chance.randrange(256) for _ in range(60000)))
    (folder / "a folder.mp4").mkdir()
    for name, shows in KINDS.items():
        if shows == "all":
            (folder / name).write_bytes(mp4)


def _without(data, kind):
    """An mp4 without its top-level boxes of @kind."""
    out, at = b"", 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at:at + 4], "big") or len(data) - at
        if data[at + 4:at + 8] != kind:
            out += data[at:at + size]
        at += max(8, size)
    return out
