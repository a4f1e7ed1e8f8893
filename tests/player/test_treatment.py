#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a clip's sound and picture as it is played: gain and limiter leave every sample in its place, the
chosen track is heard, subtitles are shown on just their frames.

usage: test_treatment.py SLOT-DUMP PLAYER [case …]
"""

import json
import struct
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from playing import Playing, make_clip  # noqa: E402
from tap import case, check, equal, run  # noqa: E402  (tests/air, put on the path by playing)

TOOLS = {}
FOLDER = Path()
FRAMES = 50
SRT = "1\n00:00:00,400 --> 00:00:00,801\n{text}\n\n2\n00:00:01,000 --> 00:00:01,200\n<i>Hai</i>\n"
SHOWN = [(10, 21), (25, 30)]  # of 25 a second
ASS = ("[Script Info]\nPlayResX: 320\nPlayResY: 180\n[V4+ Styles]\nFormat: Name,Fontname,Fontsize,Alignment\n"
       "Style: Big,DejaVu Sans,40,8\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
       "Dialogue: 0,0:00:00.40,0:00:00.80,Big,Chữ\n")


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, words)], check=True)


def plain(name, *options, rate=25):
    """Grey, so that whatever is drawn shows."""
    path = FOLDER / name
    ffmpeg("-f", "lavfi", "-i", f"color=gray:s=320x180:r={rate}:d=2", *options, "-c:v", "libx264", "-preset", "ultrafast",
           path)
    return path


def probe(path):
    done = subprocess.run([TOOLS["player"], "--probe", str(path)], capture_output=True, text=True, timeout=90, check=True)
    return json.loads(done.stdout)


def written(playing):
    """[from, to) of the frames on which something is drawn."""
    spans, before = [], False
    for k, answer in enumerate(playing.answers):
        now = answer in ("new", "same") and int(playing.luma[k].max()) - int(playing.luma[k].min()) > 60
        if now and not before:
            spans.append((k, k + 1))
        elif now:
            spans[-1] = (spans[-1][0], k + 1)
        before = now
    return spans


def subtitled(path, frames=FRAMES, languages="", **kw):
    return Playing(TOOLS, path, frames, options=("--subtitles", languages), **kw)


@case
def samples_stay():
    """with gain and limiter every sample is where it was; a gain of nothing changes none"""
    path = make_clip(FOLDER / "a.mov", 3, FRAMES, "--acodec", "pcm", "--vcodec", "h264")
    before = Playing(TOOLS, path, FRAMES)
    same = Playing(TOOLS, path, FRAMES, options=("--gain-mb=0", "--ceiling-mb=-150"))
    equal(same.heard_counts, before.heard_counts, "samples")
    check((same.sound == before.sound).all(), "a gain of 0 dB changed the sound")
    for gain_mb in (-1200, 1700):
        playing = Playing(TOOLS, path, FRAMES, options=(f"--gain-mb={gain_mb}", "--ceiling-mb=-150"))
        equal(playing.heard_counts, before.heard_counts, f"{gain_mb}: samples")
        check(np.abs(playing.sound).max() <= 10 ** (-1.5 / 20) + 1e-4, f"{gain_mb}: above the ceiling")
        for k, offset, tone in playing.sound_offsets(3):
            check(tone == 3 and abs(offset) < 0.1, lambda: f"{gain_mb}: frame {k}: {offset:.2f} samples off")
    joined = Playing(TOOLS, path, 10, media_in_ns=800_000_000, options=("--gain-mb=1700", "--ceiling-mb=-150"))
    for k, offset, tone in joined.sound_offsets(3, 20 * 1920):
        check(tone == 3 and abs(offset) < 0.1, lambda: f"joined: frame {k}: {offset:.2f} samples off")


@case
def tracks():
    """the track asked for is heard, the first where it is not there; each is measured as it airs"""
    path = FOLDER / "tracks.mkv"
    tones = [word for hz in (300, 700, 1500) for word in ("-f", "lavfi", "-i", f"sine={hz}:d=2:r=48000")]
    five = "[3:a]pan=5.1|FL=0.1*c0|FR=0.1*c0|FC=c0|LFE=4*c0|BL=0.5*c0|BR=0*c0[c]"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=2", *tones, "-filter_complex",
           f"[1:a]volume=0.1,aformat=channel_layouts=stereo[a];{five}", "-map", "0", "-map", "[a]", "-map", "2:a", "-map",
           "[c]", "-c:v", "libx264", "-c:a", "pcm_s16le", "-metadata:s:a:0", "language=vie", "-metadata:s:a:1",
           "language=eng", "-metadata:s:a:2", "language=fre", path)
    for track, hz in ((0, 300), (1, 700), (2, 1500), (3, 300)):
        sound = Playing(TOOLS, path, 25, options=(f"--track={track}",)).sound[9600:33600, 0]
        loudest = int(np.argmax(np.abs(np.fft.rfft(sound)))) * 48000 / len(sound)
        check(abs(loudest - hz) < 5, f"track {track}: {loudest} Hz, not {hz}")
    found = probe(path)["tracks"]
    equal([(t["language"], t["channels"]) for t in found], [("vi", 2), ("en", 1), ("fr", 6)], "tracks")
    for number, track in enumerate(found):
        mix = ["", ",pan=stereo|c0=c0|c1=c0", ",pan=stereo|c0=FL+0.707107*FC+0.707107*BL|c1=FR+0.707107*FC+0.707107*BR"]
        done = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", "-i", path, "-map", f"0:a:{number}", "-af",
                               "aformat=sample_fmts=flt" + mix[number] + ",ebur128=peak=true", "-f", "null", "-"],
                              capture_output=True, text=True, check=True)
        summary = done.stderr[done.stderr.rindex("Summary:"):].split()
        loudness, peak = float(summary[summary.index("I:") + 1]), float(summary[summary.index("Peak:") + 1])
        check(abs(track["loudness_lufs"] - loudness) <= 0.1 and abs(track["true_peak_dbtp"] - peak) <= 0.2,
              f"track {number}: {track}, not {loudness} LUFS, {peak} dBTP")


def mixed(path, shares):
    """Each tone is left and right in its share."""
    sound = Playing(TOOLS, path, 40).sound[9600:57600]
    found = np.abs(np.fft.rfft(sound, axis=0)) / (0.05 * len(sound))
    for hz, share in shares.items():
        check(np.allclose(found[hz], share, atol=0.02), f"{path.name}: {hz} Hz {found[hz]}, not {share}")


def tones(name, layout, shares, *codec):
    path = FOLDER / name
    waves = "|".join(f"0.1*sin(2*PI*{hz}*t)" for hz in shares)
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=2", "-f", "lavfi", "-i",
           f"aevalsrc={waves}:c={layout}:s=48000:d=2", "-c:v", "libx264", *codec, path)
    return path


@case
def mixes():
    """of many channels the two heard have just the shares of BS.775, nothing of LFE; two stay apart, one is on both"""
    half = 0.707107
    six = {300: (1, 0), 400: (0, 1), 500: (half, half), 60: (0, 0), 700: (half, 0), 800: (0, half)}
    seven = {300: (1, 0), 400: (0, 1), 500: (half, half), 60: (0, 0), 700: (0.5, 0.5), 800: (half, 0), 900: (0, half)}
    eight = six | {900: (half, 0), 1000: (0, half)}
    for layout, shares in {"7.1": eight, "stereo": {300: (1, 0), 400: (0, 1)}, "mono": {300: (1, 1)}}.items():
        mixed(tones(f"{layout}.mp4", layout, shares, "-c:a", "aac", "-b:a", "640k"), shares)
    for layout, shares in {"5.1": six, "6.1": seven, "7.1": eight}.items():
        mixed(tones(f"{layout}.mkv", layout, shares, "-c:a", "flac"), shares)
    for codec, layout, shares in (("pcm_s16le", "quad", {300: (1, 0), 400: (0, 1), 700: (half, 0), 800: (0, half)}),
                                  ("pcm_f32le", "5.1", six), ("pcm_s24be", "7.1", eight)):
        mixed(tones(f"{layout}.mov", layout, shares, "-c:a", codec), shares)


@case
def turning():
    """of AC-3 that turns from two channels into six each has its share, as where there are six from the beginning"""
    half = 0.707107
    shares = {300: (1, 0), 400: (0, 1), 500: (half, half), 60: (0, 0), 700: (half, 0), 800: (0, half)}
    for name, layout, seconds in (("two.ac3", "stereo", "0.096"), ("six.ac3", "5.1", "2")):
        waves = "|".join(f"0.1*sin(2*PI*{hz}*t)" for hz in list(shares)[:2 if layout == "stereo" else 6])
        ffmpeg("-f", "lavfi", "-i", f"aevalsrc={waves}:c={layout}:s=48000:d={seconds}", "-b:a", "640k", FOLDER / name)
    path = FOLDER / "turning.ac3"
    path.write_bytes((FOLDER / "two.ac3").read_bytes() + (FOLDER / "six.ac3").read_bytes())
    mixed(path, shares)


@case
def opposite():
    """of stereo whose sides are opposite Opus gives back what ffmpeg hears in it, at a low bit rate too"""
    path = FOLDER / "opposite.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=2", "-f", "lavfi", "-i",
           "anoisesrc=c=white:a=0.2:r=48000:d=2:seed=5,pan=stereo|c0=c0|c1=-1*c0", "-c:v", "libx264", "-c:a", "libopus",
           "-b:a", "64k", path)
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "f32le", "-"], capture_output=True,
                          check=True)
    wanted = np.frombuffer(done.stdout, "<f4").reshape(-1, 2)[9600:57600]
    heard = Playing(TOOLS, path, 40).sound[9600:57600]
    check(np.abs(heard - wanted).max() < 0.001, f"off by up to {np.abs(heard - wanted).max():.3f}")


@case
def layouts():
    """which channel of QuickTime's PCM is which is read of its header; what it but counts are the two and others"""
    half, tone = 0.707107, (300, 400, 500, 60, 700, 800)
    left, right, centre, none = (1, 0), (0, 1), (half, half), (0, 0)
    path = tones("six.mov", "5.1(side)", dict.fromkeys(tone), "-c:a", "pcm_s16le")
    data = path.read_bytes()
    at = data.index(b"chan") + 8
    for tag, shares in ((122, (left, right, (half, 0), (0, half), centre, none)),
                        (124, (centre, left, right, (half, 0), (0, half), none)),
                        (147, (left, right, none, none, none, none))):
        path.write_bytes(data[:at] + struct.pack(">I", tag << 16 | 6) + data[at + 4:])
        mixed(path, dict(zip(tone, shares)))


@case
def kinds():
    """of tracks of two codecs each is in its place: what Opus in Matroska is made up for is not done to the other"""
    source = make_clip(FOLDER / "kinds.mov", 4, FRAMES, "--acodec", "pcm", "--vcodec", "h264")
    for first, second in (("flac", "libopus"), ("libopus", "flac")):
        path = FOLDER / f"{first}.mkv"
        maps = ("-map", "0:v", "-map", "0:a", "-map", "0:a")
        ffmpeg("-i", source, *maps, "-c:v", "libx264", "-preset", "ultrafast", "-c:a:0", first, "-c:a:1", second, path)
        for track in (0, 1):
            heard = Playing(TOOLS, path, FRAMES, options=(f"--track={track}",)).sound_offsets(4)
            check(len(heard) >= FRAMES - 1, f"{first}, track {track}: sound in {len(heard)} frames")
            for k, offset, tone in heard[1:FRAMES - 1]:
                check(tone == 4 and abs(offset) < 1.6, lambda: f"{first}, track {track}: frame {k}: {offset:.2f} off")


@case
def pairs():
    """of MXF and MOV two tracks of one channel each are left and right, to the sample, from a join too"""
    source = make_clip(FOLDER / "stereo.mov", 5, FRAMES, "--acodec", "pcm", "--vcodec", "h264")
    stereo, later = Playing(TOOLS, source, FRAMES), Playing(TOOLS, source, 10, media_in_ns=800_000_000)
    for name, codec in (("pair.mov", ("-c:v", "copy")), ("pair.mxf", ("-c:v", "mpeg2video", "-q:v", "4"))):
        path = FOLDER / name
        split = "[0:a]channelsplit=channel_layout=stereo[l][r];[l]asplit[a][c];[r]asplit[b][d]"
        sounds = [word for pad in "abcd" for word in ("-map", f"[{pad}]")]
        ffmpeg("-i", source, "-filter_complex", split, "-map", "0:v", *sounds, *codec, "-c:a", "pcm_s16le", path)
        playing = Playing(TOOLS, path, FRAMES)
        check((playing.sound[:96000] == stereo.sound[:96000]).all(), f"{name}: not the samples of the stereo track")
        joined = Playing(TOOLS, path, 10, media_in_ns=800_000_000)
        check((joined.sound[:19200] == later.sound[:19200]).all(), f"{name}: joined: not those samples")
        equal([t["channels"] for t in probe(path)["tracks"]], [2, 2], f"{name}: tracks")
    for name, codec in (("tongues.mp4", "aac"), ("tongues.mov", "pcm_s16le")):  # two languages are no left and right
        path = FOLDER / name
        tags = ("-metadata:s:a:0", "language=vie", "-metadata:s:a:1", "language=eng")
        maps = ("-map", "0:v", "-map", "0:a", "-map", "0:a")
        ffmpeg("-i", source, *maps, "-c:v", "copy", "-ac", "1", "-c:a", codec, *tags, path)
        equal([(t["channels"], t["language"]) for t in probe(path)["tracks"]], [(1, "vi"), (1, "en")], f"{name}: tracks")


@case
def sidecars():
    """SubRip, WebVTT and ASS beside the clip: on their frames, from a join too, in a house of 50, over pictures that stand"""
    path = plain("clip.mp4")
    equal(written(subtitled(path)), [], "no subtitles")
    (FOLDER / "clip.srt").write_text(SRT.format(text="Ấm ẩm ẫm"), encoding="utf-8")
    equal(written(Playing(TOOLS, path, FRAMES)), [], "not wanted")
    equal(written(subtitled(path)), SHOWN, "srt")
    equal(written(subtitled(path, 10, media_in_ns=600_000_000)), [(0, 6), (10, 15)], "srt, joined at 0.6 s")
    equal(written(subtitled(path, 2 * FRAMES, house="320x180p50")), [(20, 41), (50, 60)], "srt in a 50p house")
    slow = plain("slow.mp4", rate=2)
    (FOLDER / "slow.srt").write_text(SRT.format(text="Ấm"), encoding="utf-8")
    equal(written(subtitled(slow)), SHOWN, "srt over pictures that stand half a second")
    (FOLDER / "clip.en.vtt").write_text("WEBVTT\n\n00:01.200 --> 00:01.400\nEnglish\n", encoding="utf-8")
    equal(written(subtitled(path, languages="fr;en")), [(30, 35)], "vtt in English")
    equal(written(subtitled(path, languages="fr")), SHOWN, "no French: the one without a language")
    (FOLDER / "clip.ass").write_text(ASS, encoding="utf-8")
    playing = subtitled(path)
    equal(written(playing), [(10, 20)], "ass goes before srt")
    check(np.ptp(playing.luma[15][:90].astype(int)) > 60 and np.ptp(playing.luma[15][120:].astype(int)) < 10,
          "ass: not at the top, as its style says")
    (FOLDER / "slow.ass").symlink_to("/etc/passwd")
    equal(written(subtitled(slow)), [], "a link is not followed")


@case
def diacritics():
    """Vietnamese is drawn alike from UTF-8 in both forms, UTF-16 and Windows-1258, and with its marks"""
    path, pictures = plain("viet.mp4"), {}
    composed = SRT.format(text="Ệ Ộ Ẫ Ữ ỹ đ Đặng")
    forms = {"nfc": composed.encode(), "utf-16": composed.encode("utf-16"),
             "nfd": unicodedata.normalize("NFD", composed).encode(), "bare": SRT.format(text="E O A U y đ Đang").encode()}
    # Windows-1258 has the letter with its first mark, the tone after it.
    toned = {"Ệ": b"\xca\xf2", "Ộ": b"\xd4\xf2", "Ẫ": b"\xc2\xde", "Ữ": b"\xdd\xde", "ỹ": b"y\xde", "đ": b"\xf0",
             "Đ": b"\xd0", "ặ": b"\xe3\xf2"}
    forms["windows-1258"] = b"".join(toned.get(c, c.encode("ascii", "replace")) for c in composed)
    for name, data in forms.items():
        (FOLDER / "viet.srt").write_bytes(data)
        playing = subtitled(path, 12)
        equal(written(playing), [(10, 21)], name)
        pictures[name] = playing.luma[11].astype(int)
    for name in ("nfd", "utf-16", "windows-1258"):
        check((pictures[name] == pictures["nfc"]).all(), f"{name} is drawn otherwise")
    rows = np.flatnonzero((np.abs(pictures["nfc"] - pictures["bare"]) > 60).any(axis=1))
    tall = np.flatnonzero((pictures["nfc"] > 200).any(axis=1)), np.flatnonzero((pictures["bare"] > 200).any(axis=1))
    check(len(rows) and tall[0][0] < tall[1][0] - 1 and tall[0][-1] >= tall[1][-1], "no marks above the letters")


@case
def embedded():
    """subtitles within mp4 and mkv are found when probing, with their times counted from the first picture"""
    (FOLDER / "in.srt").write_text(SRT.format(text="Một & <b>hai</b>"), encoding="utf-8")
    (FOLDER / "in.ass").write_text(ASS, encoding="utf-8")
    video = plain("video.mp4")
    for name, words in (("a.mp4", ["-i", FOLDER / "in.srt", "-c:s", "mov_text"]),
                        ("a.mkv", ["-i", FOLDER / "in.srt", "-c:s", "srt"]),
                        ("b.mkv", ["-i", FOLDER / "in.ass", "-c:s", "copy"]),
                        ("late.mkv", ["-i", FOLDER / "in.srt", "-c:s", "srt", "-output_ts_offset", "3"])):
        path = FOLDER / name
        ffmpeg("-i", video, *words, "-map", "0", "-map", "1", "-c:v", "copy", "-metadata:s:s:0", "language=vie", path)
        tracks_ = probe(path)["subtitles"]
        equal([(t["language"], t["format"]) for t in tracks_], [("vi", "ass" if name == "b.mkv" else "srt")], name)
        side = FOLDER / f"played.{tracks_[0]['format']}"
        side.write_text(tracks_[0]["script"], encoding="utf-8")
        (FOLDER / "played.mp4").write_bytes(video.read_bytes())
        equal(written(subtitled(FOLDER / "played.mp4")), [(10, 20)] if name == "b.mkv" else SHOWN,
              f"{name}: {tracks_[0]['script']}")
        side.unlink()


def main():
    global FOLDER
    TOOLS.update(dump=sys.argv[1], player=sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="playoutd-treatment-") as folder:
        FOLDER = Path(folder)
        return run(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
