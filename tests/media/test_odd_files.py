#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""playoutctl media list over a folder of odd files: every verdict against the table in odd_files.py, every count of
pictures against ffmpeg's.

usage: test_odd_files.py PLAYOUTCTL PLAYER"""

import json
import math
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "air")]
import odd_files  # noqa: E402
from tap import case, check, equal, note, run  # noqa: E402

CTL, PLAYER = sys.argv[1:3]
KEYS = {"path", "verdict", "reasons", "duration_ns", "frames", "width", "height", "rate", "video_codec",
        "audio_codec", "channels",
        "loudness_lufs", "true_peak_dbtp", "sha256"}
STATE = {}


def media_list(media, *options, code=0):
    done = subprocess.run([CTL, "media", "list", "--media", str(media), "--json", *options], capture_output=True,
            timeout=300,
                          env={**os.environ, "PLAYOUTD_PLAYER": PLAYER, "LC_ALL": "C.UTF-8"}, check=False)
    equal(done.returncode, code, f"exit code ({done.stderr[-500:]})")
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def codes(line):
    return " ".join(finding["code"] for finding in line["findings"])


def differs(row, line):
    if row.verdict is not ... and line["verdict"] != row.verdict:
        yield f"is {line['verdict']}, not {row.verdict}: {line['reasons']}"
    elif row.says is not ... and codes(line) != row.says:
        yield f"says “{codes(line)}”, not “{row.says}”: {line['reasons']}"
    if row.verdict is not ...:
        for name, value in row.facts.items():
            if value is not ... and line[name] != value and not str(line[name]).startswith(f"{value}/"):
                yield f"{name} is {line[name]}, not {value}"


@case
def every_verdict():
    """each file's verdict, reasons, size, rate, codecs and count of pictures are those of the table"""
    media = STATE["media"]
    with (media / "growing.mkv").open("ab"):
        lines = STATE["lines"] = {line["path"]: line for line in media_list(media)}
    rows = {row.path: row for row in odd_files.ROWS}
    for line in lines.values():
        if os.environ.get("SHOW"):
            note(" ".join(str(line[name]) for name in sorted(KEYS - {"sha256"})))
    latin = [path for path in lines if path.startswith("latin-")]
    equal(len(latin), 1, "the name that is no UTF-8")
    equal(sorted(set(lines) - set(latin) - set(rows)), [], "listed, and should not be")
    equal(sorted(set(rows) - set(lines)), [], "not listed")
    note(f"{len(rows)} files")
    check(len(rows) >= 60, "too few")
    wrong = [f"{path!r} {text}" for path, row in rows.items() for text in differs(row, lines[path])]
    check(not wrong, lambda: "\n".join(wrong))


@case
def recorded():
    """what was begun and ended anywhere, as a recorder does it, does not count as cut"""
    line = STATE["lines"]["recorded.ts"]
    check(line["frames"] > 0 and line["verdict"] != "unfit" and "truncated" not in codes(line), line["reasons"])


@case
def unwritten():
    """what ends in nothing, as a copy leaves it that made room for all of it and broke off, counts as cut"""
    lines = [line for path, line in STATE["lines"].items() if path.startswith("unwritten")]
    check(len(lines) > 10, "too few")
    wrong = [f"{line['path']}: {codes(line)}" for line in lines if "truncated" not in codes(line)]
    check(not wrong, "\n".join(wrong))
    hollow = STATE["lines"]["hollow.mp4"]["reasons"]
    check("never been written" in hollow[0], hollow)


@case
def where_to_look():
    """a damaged place is told with its time, within the clip"""
    for name in ("damaged.ts", "damaged.mp4"):
        line = STATE["lines"][name]
        check(line["decode_errors"] > 0 and "decode-errors" in codes(line), line)
        check(all(0 <= at <= line["duration_ns"] for at in line["decode_error_times_ns"]), line)


@case
def pictures_of_the_web():
    """one that moves is called so, with what to make of it"""
    for name in ("made/moving.gif", "made/moving.webp", "made/moving.png"):
        reasons = STATE["lines"][name]["reasons"]
        check("moving picture" in reasons[0] and "export it as video" in reasons[0], reasons)


@case
def every_object():
    """each object has every member, each verdict but fit has reasons that say what to do, hashes are right"""
    for line in STATE["lines"].values():
        check(KEYS <= set(line), lambda: f"{line['path']}: lacks {KEYS - set(line)}")
        check((line["verdict"] == "fit") == (line["reasons"] == []),
                lambda: f"{line['path']}: {line['verdict']} {line['reasons']}")
        check(all(isinstance(one, str) and len(one) > 10 for one in line["reasons"]),
                lambda: f"{line['path']}: {line['reasons']}")
        equal(len(line["decode_error_times_ns"]), min(line["decode_errors"], 20), f"{line['path']}: places of damage")
        path = STATE["media"] / line["path"]
        if path.is_file() and not path.is_symlink() and line["sha256"]:
            done = subprocess.run(["sha256sum"], stdin=path.open("rb"), capture_output=True, text=True, check=True)
            equal(line["sha256"], done.stdout.split()[0], line["path"])


def ffmpeg_says(path):
    """Pictures counted, loudness, true peak; None where there are none."""
    done = subprocess.run(["ffmpeg", "-v", "info", "-nostats", "-nostdin", "-threads", "1", "-i", f"file:{path}",
            "-map", "0:v:0?", "-map",
                           "0:a:0?", "-af", "ebur128=peak=true", "-fps_mode", "passthrough", "-f",
                           "null", "-progress", "-",
                           "-"], capture_output=True, text=True, errors="replace", timeout=120, check=False)
    frames = [int(line[6:]) for line in done.stdout.splitlines() if line.startswith("frame=")]
    summary = done.stderr[done.stderr.rfind("Summary:"):]
    found = {name: float(value) for name,
            value in (line.split()[:2] for line in summary.splitlines() if line.strip().startswith(("I:", "Peak:")))}
    return frames[-1] if frames else 0, found.get("I:"), found.get("Peak:")


@case
def counts_of_ffmpeg():
    """ffmpeg, decoding, counts as many pictures; ffmpeg's ebur128 measures the same loudness and true peak"""
    rows = [row for row in odd_files.CODED + odd_files.SHAPES + odd_files.STILLS + odd_files.SOUNDS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(lambda row: ffmpeg_says(STATE["media"] / row.path), rows))
    wrong, worst_i, worst_peak = [], 0, 0
    for row, (frames, loudness, peak) in zip(rows, told):
        line = STATE["lines"][row.path]
        if frames != line["frames"] and row.verdict != odd_files.UNFIT:
            wrong.append(f"{row.name}: {line['frames']} pictures, ffmpeg {frames}")
        if line["loudness_lufs"] is None or loudness is None or loudness <= -70:
            continue
        off, off_peak = abs(line["loudness_lufs"] - loudness), abs(line["true_peak_dbtp"] - peak)
        worst_i, worst_peak = max(worst_i, off), max(worst_peak, off_peak)
        if off > 0.15 or off_peak > 0.25 or math.isnan(off):  # ffmpeg prints tenths
            wrong.append(f"{row.name}: {line['loudness_lufs']} LUFS, {line['true_peak_dbtp']} dBTP, "
                         f"ebur128 {loudness}, {peak}")
    note(f"loudness off by {worst_i:.2f} LU at most, true peak by {worst_peak:.2f} dB")
    check(not wrong, lambda: "\n".join(wrong))


def probe(path, *options):
    done = subprocess.run([PLAYER, *options, "--probe", str(path)], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
    equal(done.returncode, 0, f"exit status for {Path(path).name}")
    return json.loads(done.stdout)


@case
def given_up():
    """what needs more time or memory than it may is given up, with the reason"""
    long = STATE["folder"] / "long.mkv"
    odd_files.ffmpeg(["-f", "lavfi", "-i", "color=gray:s=64x36:r=25:d=1200", "-c:v", "libx264", "-preset",
            "ultrafast"], long)
    problem = probe(long, "--timeout-ms", "150")["problem"]
    check("within" in problem, problem)
    bomb = STATE["lines"]["bomb.png"]["reasons"][0]
    check("1 GiB" in bomb, bomb)
    glance = probe(STATE["media"] / "bomb.png", "--glance")["problem"]
    check("1 GiB" in glance, glance)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="playoutd-odd-") as name:
        STATE["folder"] = Path(name)
        STATE["media"] = odd_files.make_all(Path(name))
        sys.exit(run(sys.argv[3:]))
