# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays one file through slot-dump and reads what came out, frame by frame, by the code that test clips carry."""

import re
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np

AIR = Path(__file__).resolve().parent.parent / "air"
sys.path.insert(0, str(AIR))
import coded  # noqa: E402

CODED_CLIP = AIR / "coded-clip"
MARGIN_FRAMES = 12  # asked for past the end, to see the end


def make_clip(path, clip_id, frames, *options):
    """A coded clip at @path; returns the path."""
    command = [CODED_CLIP, "--id", clip_id, "--frames", frames, "--out", path]
    if "--size" not in options:
        command += ["--size", "320x180"]
    subprocess.run([str(c) for c in (*command, *options)], check=True)
    return path


class Playing:
    """What a run of a file gave: the answers, the pictures' codes and the sound of each house frame."""

    def __init__(self, tools, path, frames, house="320x180p25", media_in_ns=0, options=()):
        width, height, rate = re.fullmatch(r"(\d+)x(\d+)p(.+)", house).groups()
        self.rate = Fraction(rate)
        with tempfile.TemporaryDirectory() as folder:
            prefix = Path(folder) / "out"
            command = [tools["dump"], *options, tools["player"], house, media_in_ns, frames + MARGIN_FRAMES, prefix, path]
            done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120)
            self.text, self.stderr, self.status = done.stdout, done.stderr, done.returncode
            size = int(width) * int(height)
            self.luma = np.fromfile(f"{prefix}.y", np.uint8).reshape(-1, size).reshape(-1, int(height), int(width))
            self.sound = np.fromfile(f"{prefix}.s16", np.int16).reshape(-1, 2).astype(np.float64) / 32768
        lines = [line.split(maxsplit=3) for line in self.text.splitlines()]
        answers = [line for line in lines if line[0] == "frame"]
        self.answers = [line[2] for line in answers]
        self.heard_counts = [int(line[3]) for line in answers]
        self.facts = [(line[1], int(line[2]), line[3] if len(line) > 3 else "") for line in lines if line[0] == "fact"]
        self.damaged = [int(line[1]) for line in lines if line[0] == "damaged"]
        self.unheard = [int(line[1]) for line in lines if line[0] == "unheard"]
        self.timeouts = [line for line in lines if line[0] == "timeout"]

    def shown(self):
        """(clip, frame) of each house frame that had a picture; None for what carries no code."""
        out = []
        for answer, luma in zip(self.answers, self.luma):
            if answer not in ("new", "same"):
                break
            seen = coded.read(luma)
            out.append((seen.clip, seen.frame) if seen.kind == "clip" else None)
        return out

    def source_frames(self):
        return [None if s is None else s[1] for s in self.shown()]

    def area(self, k):
        return coded.read(self.luma[k]).area

    def sound_offsets(self, clip_id, first_sample=0):
        """For each house frame with sound: how many samples what is heard is ahead of what belongs there."""
        out, start = [], 0
        for k, count in enumerate(self.heard_counts):
            end = int((k + 1) * 48000 / self.rate)
            if count == end - start:
                heard = coded.ear(count).listen(self.sound[start:end])
                if heard.tone >= 0:
                    out.append((k, coded.offset(heard, clip_id, start + first_sample)[0], heard.tone))
            start = end
        return out
