# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves the ruler before anything is measured with it: plain ffmpeg transcodes of coded clips read back exactly, and
every kind of damage that the end-to-end tests look for is seen when it is put there on purpose."""

import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np

import coded
from judge import Slot, judge
from recording import Recording
from tap import case, check, equal, main

HERE = Path(__file__).resolve().parent
FOLDER = tempfile.TemporaryDirectory(prefix="playoutd-tools-")
DIR = Path(FOLDER.name)

# name, options, rate, geometry on a 640x360 house: active area (left, right) or None for all of it
FORMATS = [
    ("a.mp4", "--rate 25 --size 640x360", None),
    ("b.mp4", "--rate 25 --size 1920x1080 --busy", None),
    ("c.mov", "--rate 25 --size 1280x720", None),
    ("d.ts", "--rate 25 --size 720x576 --sar 64:45 --interlaced", None),
    ("e.webm", "--rate 25 --size 1280x720", None),
    ("f.mkv", "--rate 25 --size 640x360 --acodec opus", None),
    ("g.mp4", "--rate 25 --size 640x360 --rotate 90", (219, 421)),
    ("h.mp4", "--rate 25 --size 640x480 --audio-rate 44100", (80, 560)),
    ("i.mp4", "--rate 25 --size 640x360 --acodec none", None),
    ("j.mp4", "--rate 25 --size 640x360 --audio-frames 20", None),
]
HOUSE = "scale=w=640:h=360:force_original_aspect_ratio=decrease,pad=640:360:-1:-1,setsar=1,format=yuv420p"


def make(name, clip_id, options, frames=40):
    subprocess.run([sys.executable, str(HERE / "coded-clip"), "--id", str(clip_id), "--frames", str(frames),
                    "--out", str(DIR / name), *options.split()], check=True)
    return DIR / name


def to_house(source, name, video=HOUSE, audio="anull", extra=()):
    """What a right player would record: the house's picture size and sound, lossless."""
    out = DIR / name
    square = f"scale=w='trunc(iw*sar/2)*2':h=ih,setsar=1,{video}"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), "-vf", square, "-af", audio,
                    "-c:v", "ffv1", "-c:a", "pcm_s16le", "-ar", "48000", "-ac", "2", *extra, str(out)], check=True)
    return out


@case
def picture_code_survives():
    """every size, bars and noise; each number reads back, no number reads as another"""
    noise = np.random.default_rng(1)
    for width, height in ((1920, 1080), (640, 360), (202, 360), (160, 90), (64, 64)):
        for clip, frame in ((0, 0), (1, 1), (1023, 262143), (341, 174762), (7, 99999)):
            planes = np.frombuffer(coded.draw(clip, frame), np.uint8).reshape(3, coded.ROWS * 4, coded.COLUMNS * 4)
            rows = np.arange(height) * coded.ROWS * 4 // height
            cols = np.arange(width) * coded.COLUMNS * 4 // width
            picture = np.full((height + 40, width + 80), 16, np.uint8)
            picture[20:20 + height, 40:40 + width] = planes[0][np.ix_(rows, cols)]
            noisy = np.clip(picture + noise.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
            for luma in (picture, noisy):
                seen = coded.read(luma)
                equal((seen.kind, seen.clip, seen.frame), ("clip", clip, frame), f"{width}x{height}")


@case
def other_pictures_are_told_apart():
    """black is black, a blend of two frames is a blend, a grey card is neither"""
    a, b = (np.frombuffer(coded.draw(3, n, 8), np.uint8).reshape(3, 64, 80)[0].astype(int) for n in (10, 21))
    equal(coded.read(np.full((64, 80), 16, np.uint8)).kind, "black", "black")
    equal(coded.read(((a + b) // 2).astype(np.uint8)).kind, "blend", "half and half")
    equal(coded.read(((a * 2 + b) // 3).astype(np.uint8)).kind, "blend", "two to one")
    equal(coded.read(np.full((64, 80), 90, np.uint8)).kind, "other", "grey")
    equal(coded.read(np.full((64, 80), 235, np.uint8)).kind, "other", "white")


@case
def sound_code_is_exact():
    """any position, any loss of samples: found to a tenth of a sample; ids to the tone"""
    ear = coded.ear(1920)
    for clip in (0, 5, 26, 27, 400):
        for at in (0, 1, 1920, 77777, 480000):
            for slip in (0, 1, -1, 17, -480, 4000, -9600):
                heard = ear.listen(coded.sound(clip, at + slip, 1920))
                equal(heard.tone, clip % coded.LEFT_TONES, f"tone of {clip}")
                ahead, _ = coded.offset(heard, clip, at)
                check(abs(ahead - slip) < 0.1, f"clip {clip} at {at}: slipped {slip}, measured {ahead}")
    equal(ear.listen(np.zeros((1920, 2))).tone, -1, "silence")


@case
def formats_read_back():
    """each container and codec through a plain transcode: every frame, place and sample where it belongs"""
    for number, (name, options, area) in enumerate(FORMATS):
        clip = number + 3
        source = make(name, clip, options)
        # Where the sound starts before the picture by the encoder's delay, ffmpeg would keep that: read as it is.
        direct = name.endswith((".ts", ".webm", ".mkv"))
        recording = Recording(source if direct else to_house(source, name + ".house.mkv"), 25,
                              align=name.endswith(".ts"))
        wanted = [("clip", clip, n) for n in range(40)]
        equal([(s.kind, s.clip, s.frame) for s in recording.seen], wanted, name)
        for seen, (u, v) in zip(recording.seen, recording.chroma):
            left, right = area or (0, recording.width)
            check(abs(seen.area[0] - left) <= 3 and abs(seen.area[2] - right) <= 3, f"{name}: picture at {seen.area}")
            check(u < 118 and v > 140, f"{name}: colour {u},{v}")
        sounding = 0 if "none" in options else 20 if "audio-frames" in options else 40
        # Opus and resampled 44.1 kHz may lie a little off; direct ones have unequal starts.
        allowed = 0.05 if "mov" in name else 27 if direct else 2.5
        for n, heard in enumerate(recording.heard[:max(0, sounding - 1)]):
            equal(heard.tone, clip % coded.LEFT_TONES, f"{name} frame {n}: tone")
            ahead, _ = coded.offset(heard, clip, n * 1920)
            check(abs(ahead) < allowed, f"{name} frame {n}: sound ahead by {ahead:.2f} samples")
        equal([h.tone for h in recording.heard[sounding + 1:]], [-1] * max(0, len(recording.heard) - sounding - 1),
              f"{name}: silence")


@case
def damage_is_seen():
    """a dropped, doubled, blended, black frame; lost and added samples; a hole in the time stamps"""
    whole = make("whole.mkv", 9, "--vcodec ffv1 --acodec pcm")
    lost = Recording(to_house(whole, "lost.mkv", HOUSE + ",select='not(eq(n,20))',setpts=N/25/TB"), 25)
    equal([s.frame for s in lost.seen], [n for n in range(40) if n != 20], "a dropped frame")
    doubled = Recording(to_house(whole, "doubled.mkv", HOUSE + ",loop=loop=1:size=1:start=10,setpts=N/25/TB"), 25)
    equal([s.frame for s in doubled.seen].count(9), 2, "a doubled frame")
    hole = Recording(to_house(whole, "hole.mkv", HOUSE + ",select='not(eq(n,20))'", extra=["-fps_mode", "passthrough"]),
                     25)
    equal(hole.off_grid()[:1], [20], "a hole in the time stamps")
    placed = [(s.frame, was_recorded) for s, was_recorded in hole.by_output_frame()]
    equal((placed[19:22], len(placed)), ([(19, True), (19, False), (21, True)], 40), "each in its place")
    black = Recording(to_house(whole, "black.mkv", HOUSE + ",drawbox=color=black:t=fill:enable='eq(n,7)'"), 25)
    equal([k for k, s in enumerate(black.seen) if s.kind == "black"], [7], "a black frame")
    blend = Recording(to_house(whole, "blend.mkv", HOUSE + ",framerate=fps=50:interp_start=0:interp_end=255"), 50)
    check(any(s.kind == "blend" for s in blend.seen), "a blended frame is seen")
    for name, chain, slip in (("cut", "atrim=start_sample=48,asetpts=N/SR/TB", 48),
                              ("pad", "adelay=delays=48S:all=1", -48)):
        moved = Recording(to_house(whole, f"{name}.mkv", HOUSE, chain), 25)
        ahead, _ = coded.offset(moved.heard[20], 9, 20 * 1920)
        check(abs(ahead - slip) < 0.1, f"{name}: moved by {slip}, measured {ahead}")


@case
def rates_read_back():
    """50, 29.97 and 23.976 pictures a second, in their own rate"""
    for name, rate in (("p50.mp4", "50"), ("p2997.mp4", "30000/1001"), ("p23976.mp4", "24000/1001")):
        clip = make(name, 11, f"--rate {rate} --size 640x360")
        recording = Recording(clip, Fraction(rate))
        equal([s.frame for s in recording.seen], list(range(40)), name)
        equal(recording.off_grid(), [], f"{name}: time stamps")
        for n in range(2, 36):
            ahead, _ = coded.offset(recording.heard[n], 11, recording.first_sample(n))
            check(abs(ahead) < 1.5, f"{name} frame {n}: sound ahead by {ahead:.2f}")


def joined(name, *chains):
    """Three seconds: two clips of 30 frames back to back, then grey; each chain spoils it in its own way."""
    first, second = (make(f"{name}-{n}.mkv", n, "--vcodec ffv1 --acodec pcm", 30) for n in (3, 4))
    out = DIR / (name + ".mkv")
    graph = ("[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a];color=gray:s=640x360:r=25:d=0.6[g];"
             "anullsrc=r=48000:cl=stereo,atrim=end_sample=28800[s];[v][a][g][s]concat=n=2:v=1:a=1[vv][aa];"
             f"[vv]{chains[0] if chains else 'null'}[vo];[aa]{chains[1] if len(chains) > 1 else 'anull'}[ao]")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(first), "-i", str(second), "-filter_complex",
                    graph, "-map", "[vo]", "-map", "[ao]", "-c:v", "ffv1", "-c:a", "pcm_s16le", str(out)], check=True)
    return Recording(out, 25)


@case
def the_judge_is_just():
    """a right recording has no fault; a frame missing, late, foreign, a sample lost each is one"""
    slots = [Slot(0, 30, 3, sound_tolerance=0.1), Slot(30, 30, 4, sound_tolerance=0.1)]
    equal(str(judge(joined("right"), slots, length=75)), "", "nothing wrong")
    missing = judge(joined("missing", "select='not(eq(n,40))',setpts=N/25/TB"), slots, length=75)
    check("4#10.00" in str(missing) and "74 frames" in str(missing), f"a missing frame: {missing}")
    late = judge(joined("late", "loop=loop=1:size=1:start=29,setpts=N/25/TB"), slots)
    check(any(f.startswith("frame 30: wanted") for f in late.faults), f"a late start: {late}")
    again = "select='not(eq(n,35))',loop=loop=1:size=1:start=35,setpts=N/25/TB"
    frozen = judge(joined("frozen", again), slots, length=75)
    check("repeated" in str(frozen), f"a repeated frame: {frozen}")
    lost = judge(joined("lost", "null", "aselect='not(eq(n,10))',asetpts=N/SR/TB"), slots, length=75)
    check("samples" in str(lost), f"lost samples: {lost}")
    foreign = judge(joined("foreign"), slots[:1], length=75)
    check("where no such clip should be" in str(foreign), f"a foreign clip: {foreign}")
    equal(str(judge(joined("right"), slots[:1], elsewhere=(4,), length=75)), "", "filler is allowed where named")


if __name__ == "__main__":
    main()
