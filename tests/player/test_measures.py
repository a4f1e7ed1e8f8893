#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What --probe measures: loudness and true peak against ffmpeg's own meter on clips of many codecs, rates and layouts,
and planted silences, black and standstill. Clips are made here, short, by ffmpeg. Argument: playoutd-player."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PLAYER = sys.argv[1]
HOLDER = tempfile.TemporaryDirectory(prefix="po-measures-")
FOLDER = pathlib.Path(HOLDER.name)
NOISE = "anoisesrc=d=6:c=pink:a={a}:r={rate}:seed={seed}"
TONE = "sine=f={f}:d=6:r={rate},volume={db}dB"
PICTURE = "testsrc2=s=160x90:r=25:d=6"
MOVING = "testsrc2=s=320x180:r=25:d={d}"

# Name, sound, how it is laid out and encoded.
CLIPS = [
    ("noise.wav", NOISE.format(a=0.3, rate=48000, seed=1), ["-ac", "2", "-c:a", "pcm_s16le"]),
    ("loud.wav", NOISE.format(a=1, rate=44100, seed=2) + ",volume=6dB", ["-ac", "2", "-c:a", "pcm_s24le"]),
    ("quiet.flac", NOISE.format(a=0.01, rate=48000, seed=3), ["-ac", "2"]),
    ("mono.wav", TONE.format(f=1000, rate=32000, db=0), ["-ac", "1"]),
    ("mono.mp4", NOISE.format(a=0.2, rate=44100, seed=4), ["-ac", "1", "-c:a", "aac"]),
    ("stereo.mp4", NOISE.format(a=0.5, rate=48000, seed=5), ["-ac", "2", "-c:a", "aac"]),
    ("five.wav", NOISE.format(a=0.4, rate=48000, seed=6) + ",pan=5.1|c0=c0|c1=.5*c0|c2=.3*c0|c3=c0|c4=.6*c0|c5=.4*c0",
     ["-c:a", "pcm_s16le"]),
    ("five.mkv", NOISE.format(a=0.4, rate=48000, seed=7) + ",pan=5.1|c0=.2*c0|c1=.5*c0|c2=.3*c0|c3=c0|c4=c0|c5=.1*c0",
     ["-c:a", "ac3"]),
    ("high.wav", NOISE.format(a=0.5, rate=96000, seed=8), ["-ac", "2", "-c:a", "pcm_s24le"]),
    # Samples beside the crests; faded, for an edge overshoots in any meter's filter, in each by another measure.
    ("peak.wav", TONE.format(f=11999, rate=48000, db=15) + ",afade=d=0.2,afade=t=out:st=5.8:d=0.2",
     ["-ac", "2", "-c:a", "pcm_f32le"]),
    ("layer.mp3", NOISE.format(a=0.3, rate=44100, seed=9), ["-ac", "2", "-b:a", "192k"]),
    ("layer2.ts", NOISE.format(a=0.3, rate=48000, seed=12), ["-ac", "2", "-c:a", "mp2", "-b:a", "256k"]),
    ("opus.webm", NOISE.format(a=0.3, rate=48000, seed=10), ["-ac", "2", "-c:a", "libopus"]),
    ("vorbis.ogg", NOISE.format(a=0.3, rate=48000, seed=11), ["-ac", "2", "-c:a", "libvorbis"]),
    ("white.wav", "anoisesrc=d=6:c=white:a=0.3:r=48000:seed=12", ["-ac", "2"]),
    ("rear.wav", NOISE.format(a=0.3, rate=48000, seed=13) + ",pan=6.1|FL=0.1*c0|BC=c0|SL=0.2*c0", []),
    ("half.wav", TONE.format(f=400, rate=48000, db=10) + ",volume='if(lt(t,3),0.02,1)':eval=frame", ["-ac", "2"]),
]


def ffmpeg(*words):
    done = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-y", *map(str, words)], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def probe(path):
    done = subprocess.run([PLAYER, "--probe", str(path)], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def make(name, sound, how):
    path = FOLDER / name
    picture = ["-f", "lavfi", "-i", PICTURE, "-map", "1", "-map", "0"] if path.suffix in (".mp4", ".mkv") else []
    codec = ["-c:v", "libx264", "-preset", "ultrafast"] if picture else []
    ffmpeg("-v", "error", "-f", "lavfi", "-i", sound, *picture, *codec, *how, path)
    return path


def reference(path, before=""):
    text = ffmpeg("-i", path, "-vn", "-af", f"{before}ebur128=peak=true", "-f", "null", "-")
    text = text[text.rindex("Summary:"):]
    return [float(re.search(rf"{what}:\s+(-?[\d.]+)", text)[1]) for what in ("I", "Peak")]


def loudness(name, sound, how):
    path = make(name, sound, how)
    facts = probe(path)
    integrated, peak = reference(path)
    said = [facts["loudness_lufs"], facts["loudness_range_lu"], facts["true_peak_dbtp"]]
    assert facts["problem"] is None and None not in said, facts
    # ffmpeg prints one decimal.
    assert abs(said[0] - integrated) <= 0.1, f"{name}: {said[0]} LUFS, not {integrated}"
    assert 0 <= said[1] < 40, f"{name}: a range of {said[1]} LU"
    assert abs(said[2] - peak) <= 0.2, f"{name}: {said[2]} dBTP, not {peak}"
    if facts["channels"] == 6:  # as it airs: mixed to two, by ITU-R BS.775
        mix = "pan=stereo|c0=FL+0.707107*FC+0.707107*{0}L|c1=FR+0.707107*FC+0.707107*{0}R,"
        integrated, peak = reference(path, "aformat=sample_fmts=flt," + mix.format("S" if "ac3" in how else "B"))
        said = facts["tracks"][0]
        assert abs(said["loudness_lufs"] - integrated) <= 0.1, f"{name}: {said} as it airs, not {integrated} LUFS"
        assert abs(said["true_peak_dbtp"] - peak) <= 0.2, f"{name}: {said} as it airs, not {peak} dBTP"


def about(what, said_ns, seconds):
    assert abs(said_ns / 1e9 - seconds) <= 0.12, f"{what}: {said_ns / 1e9} s, not {seconds} s"


def silence():
    """silence: at head, within and at tail"""
    path = FOLDER / "silent.wav"
    gate = "between(t,1.5,3)+between(t,5.5,8)"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", f"sine=f=500:d=9,volume='if({gate},1,0)':eval=frame", path)
    facts = probe(path)["silence"]
    about("head", facts["head_ns"], 1.5)
    about("tail", facts["tail_ns"], 1)
    assert facts["count"] == 1 and len(facts["runs"]) == 1, facts
    about("from", facts["runs"][0][0], 3)
    about("to", facts["runs"][0][1], 5.5)


def nothing_to_measure():
    """no loudness for silence, nor for none at all"""
    quiet, still = FOLDER / "nothing.wav", FOLDER / "still.png"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "anullsrc=d=3", "-t", "3", quiet)
    ffmpeg("-v", "error", "-f", "lavfi", "-i", MOVING.format(d=1), "-frames:v", "1", still)
    facts = probe(quiet)
    assert facts["loudness_lufs"] is None and facts["true_peak_dbtp"] is None, facts
    about("all of it", facts["silence"]["head_ns"], 3)
    facts = probe(still)
    assert facts["loudness_lufs"] is None and facts["has_audio"] is False, facts
    assert facts["black"]["count"] == 0 and facts["freeze"]["count"] == 0, facts


def black_and_freeze():
    """black at head and tail, a standstill in the middle; in four formats of pictures"""
    for name, pixels in (("a.mkv", "yuv420p"), ("b.mkv", "yuv422p10le"), ("c.mkv", "gbrp"), ("d.mov", "rgb555be")):
        path = FOLDER / name
        chain = ";".join([
            "color=black:s=320x180:r=25:d=1[a]", MOVING.format(d=2) + "[b]",
            MOVING.format(d=1) + ",trim=end_frame=1,loop=loop=74:size=1,setpts=N/25/TB[c]", MOVING.format(d=2) + "[d]",
            "color=black:s=320x180:r=25:d=0.6[e]", f"[a][b][c][d][e]concat=n=5,format={pixels}[v]"])
        codec = "qtrle" if name == "d.mov" else "ffv1"
        ffmpeg("-v", "error", "-filter_complex", chain, "-map", "[v]", "-c:v", codec, path)
        facts = probe(path)
        about("black head", facts["black"]["head_ns"], 1)
        about("black tail", facts["black"]["tail_ns"], 0.6)
        assert facts["freeze"]["count"] == 1, (name, facts["freeze"])
        about("freeze from", facts["freeze"]["runs"][0][0], 3)
        about("freeze to", facts["freeze"]["runs"][0][1], 6)


def shape():
    """pixel aspect, rotation, and what the container says"""
    path, turned = FOLDER / "wide.mp4", FOLDER / "turned.mp4"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", MOVING.format(d=1), "-vf", "scale=360:288,setsar=64/45", path)
    ffmpeg("-v", "error", "-i", path, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned)
    facts = probe(path)
    assert facts["pixel_aspect"] == {"n": 64, "d": 45} and facts["rotation"] == 0, facts
    assert facts["width"] == 512, facts
    about("header", facts["header_ns"], 1)
    assert probe(turned)["rotation"] in (90, 270), probe(turned)


def nobody_listens():
    """whoever asked is gone: it ends at once, not when all is read and nobody takes the answer"""
    path = FOLDER / "unheard.mp4"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", MOVING.format(d=2), path)
    listening, speaking = os.pipe()
    os.close(listening)
    for what in ([], ["--strip", "8"]):
        done = subprocess.run([PLAYER, "--probe", str(path), *what], stdout=speaking, timeout=90, check=False)
        assert done.returncode == 1, f"{what}: {done.returncode}"  # not by the signal of a broken pipe
    os.close(speaking)


TESTS = [(f"loudness of {clip[0]}", lambda clip=clip: loudness(*clip)) for clip in CLIPS]
TESTS += [(test.__doc__, test) for test in (silence, nothing_to_measure, black_and_freeze, shape, nobody_listens)]

print(f"1..{len(TESTS)}")
failed = False
for number, (title, test) in enumerate(TESTS, 1):
    try:
        test()
        print(f"ok {number} {title}", flush=True)
    except Exception as error:  # pylint: disable=broad-except
        failed = True
        print(f"not ok {number} {title}\n# " + str(error).replace("\n", "\n# "), flush=True)
sys.exit(failed)
