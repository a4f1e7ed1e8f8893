# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of clips share: clips made by ffmpeg in a folder of their own, played by the real player and compared
frame by frame and sample by sample.

usage of such a test: SLOT-DUMP PLAYER [case …]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from playing import Playing, make_clip
from tap import check, equal, run  # tests/air, put on the path by playing

FRAMES = 50
TOOLS = {}
HOLDER = tempfile.TemporaryDirectory(prefix="playoutd-player-")
FOLDER = Path(HOLDER.name)
CLIPS = {}


def clip(name, clip_id, frames=FRAMES, *options):
    """Made once, kept for all cases."""
    if name not in CLIPS:
        CLIPS[name] = make_clip(FOLDER / name, clip_id, frames, *options)
    return CLIPS[name]


def ffmpeg(source, name, *options, before=()):
    path = FOLDER / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", *before, "-i", str(source), *options, str(path)], check=True)
    return path


def probe(path, *options):
    done = subprocess.run([TOOLS["player"], *options, "--probe", str(path)], capture_output=True, text=True, timeout=90)
    equal(done.returncode, 0, f"{Path(path).name}: exit status")
    return json.loads(done.stdout)


def exact(path, clip_id, frames=FRAMES, tolerance=1.6, sound_frames=None, first=0, house="320x180p25", **kw):
    """@frames house frames, each the right one, then the end in good order; the sound sample by sample."""
    playing = Playing(TOOLS, path, frames, house=house, **kw)
    name = Path(path).name
    equal(playing.timeouts, [], f"{name}: waits that timed out")
    equal(playing.source_frames(), list(range(first, first + frames)), f"{name}: source frames")
    equal(playing.answers[-1], "past-end", f"{name}: the end")
    equal(playing.damaged, [], f"{name}: frames told to be damaged")
    equal(playing.unheard, [], f"{name}: frames told to lack their sound")
    right_sound(playing, clip_id, frames if sound_frames is None else sound_frames, tolerance, first, name)
    return playing


def right_sound(playing, clip_id, frames, tolerance, first, name):
    heard = playing.sound_offsets(clip_id, first * 1920)
    check(len(heard) >= frames, lambda: f"{name}: sound in {len(heard)} of {frames} frames")
    # The very last window is bent by a lossy codec's end, the first by its beginning.
    for k, offset, tone in heard[1:frames - 1]:
        check(tone == clip_id % 27 and abs(offset) <= tolerance, lambda: f"{name}: frame {k}: {offset:.2f} samples off")


def main():
    TOOLS.update(dump=sys.argv[1], player=sys.argv[2])
    return run(sys.argv[3:])
