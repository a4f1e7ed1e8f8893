#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of file that producers deliver, played by the real player and read back frame by frame and sample by
sample; and what --probe says of each. Clips are made here, small, by ffmpeg.

usage: test_files.py SLOT-DUMP PLAYER [case …]
"""

import os
import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import movies  # noqa: E402
from making import FOLDER, FRAMES, TOOLS, clip, exact, ffmpeg, main, probe, right_sound  # noqa: E402
from playing import Playing  # noqa: E402
from tap import case, check, equal  # noqa: E402  (tests/air, put on the path by playing)

def nearest(rate, frames):
    """For each house frame at 25, the allowed source frames at @rate: nearest, with a little grace."""
    return [[i for i in range(frames * 3 + 10) if abs(i - k * rate / 25) <= 0.56] for k in range(frames)]


def converted(path, clip_id, rate, frames=FRAMES):
    playing = Playing(TOOLS, path, frames)
    shown = playing.source_frames()
    equal(len(shown), frames, f"{path.name}: frames")
    for k, (got, allowed) in enumerate(zip(shown, nearest(rate, frames))):
        check(got in allowed, lambda: f"{path.name}: house frame {k} shows #{got}, allowed {allowed}")
    equal(shown[0], 0, f"{path.name}: first")
    return shown


@case
def mp4_aac():
    """H.264 and AAC in mp4: every frame once, no sample lost at the end"""
    playing = exact(clip("a.mp4", 1), 1)
    check(sum(playing.heard_counts) >= FRAMES * 1920, "sound lost at the end")


@case
def rates():
    """24, 30, 29.97 and 50 frames a second become 25 by the nearest picture"""
    converted(clip("r30.mp4", 2, 60, "--rate", "30"), 2, 30)
    converted(clip("r2997.mp4", 3, 60, "--rate", "30000/1001"), 3, 30000 / 1001)
    converted(clip("r24.mp4", 4, 48, "--rate", "24"), 4, 24)
    equal(converted(clip("r50.mp4", 5, 100, "--rate", "50"), 5, 50), list(range(0, 100, 2)), "every second of 50p")
    converted(clip("r60.mkv", 6, 120, "--rate", "60000/1001", "--vcodec", "h264", "--acodec", "pcm"), 6, 60000 / 1001)


@case
def house_rates():
    """A house of 50, 29.97 and 23.976 frames a second"""
    playing = Playing(TOOLS, clip("a.mp4", 1), 2 * FRAMES, house="320x180p50")
    equal(playing.source_frames(), [k // 2 for k in range(2 * FRAMES)], "25 in a 50p house")
    playing = Playing(TOOLS, clip("r2997.mp4", 3, 60, "--rate", "30000/1001"), 60, house="320x180p30000/1001")
    equal(playing.source_frames(), list(range(60)), "29.97 in a 29.97 house")
    playing = Playing(TOOLS, clip("a.mp4", 1), 48, house="320x180p24000/1001")
    equal(len(playing.source_frames()), 48, "25 in a 23.976 house")


@case
def interlaced():
    """576i anamorphic MPEG-2 with MP2 in a transport stream: progressive, 16:9, in a 50p house by fields"""
    options = ("--size", "720x576", "--sar", "64:45", "--interlaced", "--vcodec", "mpeg2", "--acodec", "mp2")
    path = clip("i.ts", 7, FRAMES, *options)
    playing = exact(path, 7)
    area = playing.area(10)
    check(area[2] - area[0] > 310 and area[3] - area[1] > 174, lambda: f"not full screen: {area}")
    playing = Playing(TOOLS, path, 2 * FRAMES, house="320x180p50")
    equal(playing.source_frames(), [k // 2 for k in range(2 * FRAMES)], "by fields")
    for name in ("bff.ts", "bff.mkv"):  # said by each picture, and by the caps
        bottom = ["-c:v", "mpeg2video", "-q:v", "3", "-flags", "+ildct+ilme", "-top", "0", "-c:a", "mp2"]
        path = ffmpeg(clip("a.mp4", 1), name, "-vf", "scale=720x576,setfield=bff",
                      *(bottom if name == "bff.ts" else ("-c:v", "libx264", "-x264opts", "bff=1", "-c:a", "mp2")))
        exact(path, 1, tolerance=25 if name == "bff.mkv" else 1.6)
        playing = Playing(TOOLS, path, 2 * FRAMES, house="320x180p50")
        equal(playing.source_frames(), [k // 2 for k in range(2 * FRAMES)], f"{name} by fields")


@case
def fields_unsaid():
    """interlaced pictures that nothing in the file says to be so, played by what was found of them"""
    by_field = clip("f50.mp4", 21, 2 * FRAMES, "--rate", "50", "--size", "720x576")
    for order in ("top", "bottom"):
        path = ffmpeg(by_field, f"unsaid-{order}.mp4", "-vf", f"tinterlace=interleave_{order},setfield=prog", "-c:v",
                      "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "copy")
        check(None in Playing(TOOLS, path, FRAMES).source_frames(), "as it says it would be combed")
        playing = Playing(TOOLS, path, FRAMES, options=("--fields", order))
        equal(playing.source_frames(), list(range(0, 2 * FRAMES, 2)), f"{order} first, one picture of two fields")
        playing = Playing(TOOLS, path, 2 * FRAMES, house="320x180p50", options=("--fields", order))
        equal(playing.source_frames()[:-1], list(range(2 * FRAMES - 1)), f"{order} first, by fields")
    equal(Playing(TOOLS, FOLDER / "i.ts", FRAMES, options=("--fields", "progressive")).source_frames(),
          list(range(FRAMES)), "whole pictures")


@case
def containers():
    """mov (ProRes 4:2:2 10 bit, PCM), mkv, webm (Opus, Vorbis), ts (AC-3), flv, fragmented mp4, mp4 without edit list"""
    exact(clip("p.mov", 8), 8, tolerance=0.1)
    exact(clip("m.mkv", 9), 9, tolerance=17)  # Matroska says 21 ms for 1024 samples
    exact(clip("v.webm", 10), 10)
    exact(clip("vv.webm", 11, FRAMES, "--vcodec", "vp8", "--acodec", "vorbis"), 11)
    exact(clip("o.mkv", 12, FRAMES, "--vcodec", "h264", "--acodec", "opus"), 12)
    exact(clip("ac3.ts", 13, FRAMES, "--vcodec", "h264", "--acodec", "ac3"), 13)
    base = clip("a.mp4", 1)
    exact(ffmpeg(base, "a.flv", "-c", "copy"), 1, tolerance=17)
    exact(ffmpeg(base, "latm.ts", "-c", "copy", "-mpegts_flags", "latm"), 1)  # its settings not in each frame
    exact(ffmpeg(base, "frag.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof"), 1)
    exact(ffmpeg(base, "noedit.mp4", "-c", "copy", "-use_editlist", "0"), 1)
    exact(ffmpeg(base, "rgb.avi", "-c:v", "rawvideo", "-pix_fmt", "bgr24", "-c:a", "pcm_s16le"), 1, house="640x360p25")
    exact(ffmpeg(base, "grey.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt",
                 "gray", "-c:a", "copy"), 1, house="640x360p25")
    path = ffmpeg(base, "dv50.mxf", "-vf", "scale=720:576", "-c:v", "dvvideo", "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le")
    for first in (0, 30):
        exact(path, 1, FRAMES - first, first=first, media_in_ns=first * 40_000_000, sound_frames=FRAMES - first - 1)
    exact(ffmpeg(base, "dts.ts", "-c:v", "copy", "-c:a", "dca", "-strict", "-2"), 1, tolerance=513)  # its coder's delay
    for bits in ("s16", "s32"):  # that of 24 came as noise
        exact(ffmpeg(base, f"lpcm-{bits}.m2ts", "-c:v", "copy", "-c:a", "pcm_bluray", "-sample_fmt", bits, "-f", "mpegts",
                     "-mpegts_m2ts_mode", "1"), 1)


@case
def order_of_decoding():
    """AVI with B pictures, which knows no time of showing; an MPEG program stream, which leaves some out; a brief picture"""
    base = clip("a.mp4", 1)
    long = clip("eight.mp4", 23, 200)
    path = ffmpeg(long, "eight.mpg", "-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-c:a", "mp2", "-b:a", "192k")
    for first in (0, 10, 150):
        exact(path, 23, 200 - first, first=first, media_in_ns=first * 40_000_000)
    for name, codec in (("eight.rm", ("-c:v", "rv20", "-q:v", "2", "-c:a", "ac3")), ("eight.y4m", ("-an",)),
                        ("eight.nut", ("-c:v", "mpeg4", "-q:v", "2", "-an"))):  # a seek hangs or breaks them
        path = ffmpeg(long, name, *codec)
        for first in (0, 150):
            shown = Playing(TOOLS, path, 10, media_in_ns=first * 40_000_000).source_frames()
            equal(shown[:10], list(range(first, first + 10)), f"{name} from {first}")
    for name, codec in (("b.avi", ("-c:v", "mpeg4", "-q:v", "3", "-bf", "2")), ("h.avi", ("-c:v", "libx264"))):
        path = ffmpeg(base, name, *codec, "-c:a", "pcm_s16le")
        exact(path, 1)
        equal(probe(path)["duration_ns"], 2_000_000_000, f"{name}: length")
    # Its pictures that only say "as before" are pictures too.
    path = ffmpeg(clip("five.mp4", 24, 5), "stands.mov", "-vf", "tpad=stop_mode=clone:stop_duration=0.4", "-c:v", "qtrle",
                  "-an")
    equal(Playing(TOOLS, path, 15).source_frames(), [0, 1, 2, 3] + [4] * 11, "a standstill in QuickTime's Animation")
    facts = probe(path)
    equal((facts["frames"], facts["duration_ns"]), (15, 600_000_000), "its length")
    path = ffmpeg(clip("five.mp4", 24, 5), "five-of-50.mp4", "-map", "1:v", "-map", "0:a", "-c", "copy", before=("-i", base))
    facts = probe(path)
    equal((facts["kind"], facts["frames"]), ("video", 5), "a short picture")


@case
def odd_times():
    """Start times far from zero, time stamps that wrap at 33 bits, variable rate, sound of 44.1 kHz"""
    base = clip("a.mp4", 1)
    exact(ffmpeg(base, "late.mp4", "-c", "copy", before=("-itsoffset", "5")), 1, tolerance=64)
    exact(ffmpeg(base, "wrap.ts", "-c", "copy", "-output_ts_offset", "95443.0", "-muxdelay", "0"), 1)
    vfr = ffmpeg(base, "vfr.mp4", "-vf", "select='not(eq(mod(n,5),2))'", "-vsync", "vfr", "-c:v", "libx264",
                 "-c:a", "copy")
    shown = Playing(TOOLS, vfr, FRAMES).source_frames()
    equal(len(shown), FRAMES, "variable rate: frames")
    for k, frame in enumerate(shown):
        check(frame in ((k - 1, k + 1) if k % 5 == 2 else (k,)), lambda: f"variable rate: {k} shows #{frame}")
    exact(clip("441.mp4", 14, FRAMES, "--audio-rate", "44100"), 14, tolerance=2)


@case
def edits():
    """A movie cut by its edit list alone: scenes in another order, twice the same one, nothing for a while; joins too"""
    h265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=60:bframes=4", "-c:a", "copy")
    base = clip("hundred.mp4", 25, 100, "--gop", "50")
    cuts = ((0.6, 0.0), (0.6, 2.4), (0.4, None), (0.6, 1.16), (0.6, 1.16))
    wanted = [*range(15), *range(60, 75), *[74] * 10, *range(29, 44), *range(29, 44)]
    for name, codec in (("cut.mp4", ("-c", "copy")), ("cut-h265.mp4", h265)):
        path = movies.edit(ffmpeg(base, name, *codec), cuts)
        for first in (0, 20, 45):
            playing = Playing(TOOLS, path, len(wanted) - first, media_in_ns=first * 40_000_000)
            equal(playing.source_frames(), wanted[first:], f"{name} from {first}")
            for begins, length, source in ((0, 15, 0), (15, 15, 60), (40, 15, 29), (55, 15, 29)):
                for k, ahead, tone in playing.sound_offsets(25, (source - begins + first) * 1920):
                    check(not begins < k + first < begins + length - 1 or (tone == 25 and abs(ahead) < 2.5),
                          lambda: f"{name} from {first}: frame {k}: {ahead:.2f} samples off")
        facts = probe(path)
        equal((facts["frames"], facts["duration_ns"], facts["header_ns"]), (60, 2_800_000_000, 2_800_000_000), name)
        equal(probe(path, "--glance")["duration_ns"], 2_800_000_000, f"{name} at a glance")


@case
def pcm_of_quicktime():
    """PCM as the second version of QuickTime's description has it: its own at any rate, and always above 65 kHz"""
    for rate in ("96000", "192000"):
        path = clip(f"{rate}.mov", 26, FRAMES, "--vcodec", "h264", "--acodec", "pcm24", "--audio-rate", rate)
        exact(path, 26, tolerance=0.2)
        facts = probe(path)
        equal((facts["problem"], facts["audio_ns"]), (None, 2_000_000_000), path.name)
    right_sound(Playing(TOOLS, path, 20, media_in_ns=1_080_000_000), 26, 20, 0.2, 27, "from 27")


@case
def shapes():
    """Portrait with rotation metadata, 4:3 with pillars, wide with letterbox, a size of odd pixels"""
    exact(clip("rot90.mp4", 15, FRAMES, "--size", "180x320", "--rotate", "90"), 15)
    exact(clip("rot180.mp4", 15, FRAMES, "--rotate", "180"), 15)
    left, top, right, bottom = exact(clip("43.mp4", 16, FRAMES, "--size", "320x240"), 16).area(5)
    check(abs((right - left) - 240) <= 4 and bottom - top >= 176, lambda: f"pillars: {left, top, right, bottom}")
    left, top, right, bottom = exact(clip("wide.mp4", 17, FRAMES, "--size", "480x200"), 17).area(5)
    check(right - left >= 314 and abs((bottom - top) - 133) <= 4, lambda: f"letterbox: {left, top, right, bottom}")
    exact(clip("portrait.mp4", 18, FRAMES, "--size", "360x640"), 18)


@case
def colours():
    """white, grey, green and black are what they are in BT.709, from full range too, and where the file says little"""
    makes = (("sd.mkv", "576", "format=yuv420p", ("-c:v", "libx264")),
             ("full.mp4", "576", "scale=out_range=full,format=yuvj420p", ("-c:v", "libx264", "-color_range", "pc")),
             ("full709.mp4", "720", "scale=out_range=full:out_color_matrix=bt709,format=yuvj420p",
              ("-c:v", "libx264", "-color_range", "pc", "-colorspace", "bt709")),
             ("told.mp4", "720", "scale=out_range=full:out_color_matrix=bt709,format=yuvj420p",
              ("-c:v", "libx264", "-color_range", "pc", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc",
               "bt709")),  # in the movie's own description too
             ("told.mov", "576", "scale=out_range=full,format=yuvj420p",
              ("-c:v", "libx264", "-color_range", "pc", "-colorspace", "bt470bg", "-color_primaries", "bt470bg",
               "-color_trc", "bt709")),
             ("mj.avi", "576", "scale=out_range=full,format=yuvj422p", ("-c:v", "mjpeg", "-q:v", "2")),
             ("rgb.mov", "576", "format=rgb24", ("-c:v", "png")))
    for name, height, chain, codec in makes:
        for colour, wanted in (("white", 235), ("0x808080", 126), ("0x00FF00", 172.6), ("black", 16)):
            path = FOLDER / f"{colour}-{name}"
            size = f"{'720' if height == '576' else '1280'}x{height}"
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color={colour}:s={size}:r=25:d=0.12", "-vf",
                            chain, *codec, str(path)], check=True)
            luma = Playing(TOOLS, path, 3).luma[1][60:120, 100:220].mean()
            check(abs(luma - wanted) <= 2, f"{path.name}: luma {luma:.1f}, not {wanted}")


@case
def high_range():
    """HDR, as telephones record it, is told"""
    for transfer, is_high in (("arib-std-b67", True), ("smpte2084", True), ("bt709", False)):
        path = ffmpeg(clip("five.mp4", 24, 5), f"{transfer}.mov", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                      "log-level=none", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-colorspace", "bt2020nc",
                      "-color_trc", transfer, "-an")
        equal(probe(path)["hdr"], is_high, transfer)


@case
def streams():
    """No sound, sound shorter than the picture, mono"""
    playing = Playing(TOOLS, clip("mute.mp4", 19, FRAMES, "--acodec", "none"), FRAMES)
    equal(playing.source_frames(), list(range(FRAMES)), "no sound: frames")
    check(not playing.sound.any(), "no sound: silence")
    exact(clip("short.mp4", 20, FRAMES, "--audio-frames", "25"), 20, sound_frames=25)
    exact(clip("mono.mp4", 21, FRAMES, "--channels", "1"), 21, tolerance=200)


def tone51(channel):
    rows = "|".join(f"{c}={'c0' if c == channel else '0*c0'}" for c in ("FL", "FR", "FC", "LFE", "BL", "BR"))
    path = FOLDER / f"{channel}.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=1000:duration=1", "-f", "lavfi", "-i",
                    "color=red:s=320x180:d=1", "-filter_complex", f"[0]pan=5.1|{rows}[a]", "-map", "1", "-map", "[a]",
                    "-c:v", "libx264", "-c:a", "pcm_s16le", str(path)], check=True)
    sound = Playing(TOOLS, path, 25).sound[9600:38400]
    return (sound ** 2).mean(axis=0) ** 0.5


@case
def surround():
    """5.1 by ITU coefficients: fronts as they are, centre and rears 3 dB down, no LFE"""
    front = tone51("FL")
    check(front[0] > 0.05 and front[1] < 1e-3, lambda: f"FL: {front}")
    for channel, left, right in (("FC", 0.707, 0.707), ("BL", 0.707, 0), ("BR", 0, 0.707), ("LFE", 0, 0)):
        level = tone51(channel) / front[0]
        check(abs(level[0] - left) < 0.02 and abs(level[1] - right) < 0.02, lambda: f"{channel}: {level}")


@case
def joins():
    """Joining in progress is exact to the frame, with GOPs of 250, in mp4, ts (H.265 too) and mkv; in sound alone too"""
    h265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=250", "-c:a", "copy")
    paths = [clip(name, 22, 600, "--gop", "250", *extra) for name, extra in (
        ("gop.mp4", ()), ("gop.ts", ("--vcodec", "h264", "--acodec", "mp2")), ("gop.mkv", ()))]
    for path in [*paths, ffmpeg(paths[0], "gop-h265.ts", *h265)]:
        name = path.name
        for offset in (1, 250, 263, 587):
            playing = Playing(TOOLS, path, 10, media_in_ns=offset * 40_000_000)
            shown = playing.source_frames()
            end = min(offset + len(shown), 600)
            equal(shown, list(range(offset, end)), f"{name} from {offset}")
            right_sound(playing, 22, 10, 17, offset, f"{name} from {offset}")
    # Without an edit list, and an index that says when each fragment is shown, not decoded.
    path = ffmpeg(paths[0], "gop-frag.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof")
    for offset in (1, 37, 263):
        shown = Playing(TOOLS, path, 10, media_in_ns=offset * 40_000_000).source_frames()
        equal(shown[:10], list(range(offset, offset + 10)), f"in fragments, from {offset}")
    # Cut by the clock, with an index that leads amid the pictures.
    by_clock = ("-movflags", "empty_moov+default_base_moof", "-frag_duration", "500000")
    path = ffmpeg(paths[0], "gop-cut.mp4", "-c", "copy", *by_clock)
    for offset in (1, 37, 263, 487):
        shown = Playing(TOOLS, path, 10, media_in_ns=offset * 40_000_000).source_frames()
        equal(shown[:10], list(range(offset, offset + 10)), f"in fragments cut by the clock, from {offset}")
    # One picture stands for nine seconds, as where a screen is recorded.
    for name in ("gop-stands.mp4", "gop-stands.mkv"):
        without = ("-vf", "select=lt(n\\,40)+gt(n\\,264)", "-vsync", "vfr")
        path = ffmpeg(paths[0], name, *without, "-c:v", "libx264", "-c:a", "copy")
        shown = Playing(TOOLS, path, 30, media_in_ns=250 * 40_000_000).source_frames()
        equal(shown[:25], [39] * 15 + list(range(265, 275)), f"{name} where a picture stands")
    # Recorded from amid something longer: what Matroska calls its beginning is not where its time stamps begin.
    path = ffmpeg(paths[0], "gop-late.mkv", "-c", "copy", "-output_ts_offset", "5")
    for offset in (1, 37, 263):
        playing = Playing(TOOLS, path, 10, media_in_ns=offset * 40_000_000)
        equal(playing.source_frames()[:10], list(range(offset, offset + 10)), f"beginning at 5 s, from {offset}")
        right_sound(playing, 22, 10, 48, offset, f"beginning at 5 s, from {offset}")
    # One stands for 49 s: of uncoded sound more comes before the next one than the demuxer's queues hold by themselves.
    without = ("-vf", "select=lt(n\\,40)+gt(n\\,1264)", "-vsync", "vfr")
    path = clip("stands-pcm.mkv", 22, 1500, "--gop", "250", "--vcodec", "h264", "--acodec", "pcm")
    path = ffmpeg(path, "gop-stands-pcm.mkv", *without, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy")
    for offset in (0, 700, 1240):
        playing = Playing(TOOLS, path, 50, media_in_ns=offset * 40_000_000)
        shown = [k if k < 40 or k > 1264 else 39 for k in range(offset, offset + 50)]
        equal(playing.source_frames()[:50], shown, f"uncoded sound, from {offset}")
        right_sound(playing, 22, 50, 17, offset, f"uncoded sound, from {offset}")
    playing = Playing(TOOLS, clip("gop.mp4", 22, 600, "--gop", "250"), 5, media_in_ns=30_000_000_000)
    equal(playing.answers[0], "past-end", "a join after the end")
    for name, tolerance in (("gop.wav", 0.1), ("gop.mp3", 1.6), ("gop.m4a", 1.6)):
        path = ffmpeg(paths[0], name, "-vn")
        for offset in (1, 263):
            playing = Playing(TOOLS, path, 10, media_in_ns=offset * 40_000_000)
            for k, ahead, tone in playing.sound_offsets(22, offset * 1920)[1:9]:
                check(tone == 22 and abs(ahead) <= tolerance, lambda: f"{name} from {offset}: {k}: {ahead:.2f} off")
            check(sum(playing.heard_counts) >= 10 * 1920, f"{name} from {offset}: sound is missing")


@case
def stills_and_sound():
    """Stills stand for ever; sound without picture says so; a clip of one frame is one frame long"""
    for suffix in ("png", "jpg", "bmp", "webp"):
        still = ffmpeg(clip("a.mp4", 1), f"pic.{suffix}", "-frames:v", "1", "-update", "1")
        playing = Playing(TOOLS, still, 100)
        equal(playing.answers, ["new"] + ["same"] * 111, f"{suffix}: answers")
        equal(playing.source_frames()[-1], 0, f"{suffix}: picture")
        equal(probe(still)["kind"], "still", f"{suffix}: kind")
    # Held upright, lying to the right and as in a mirror; in 16 bits, which came out in other colours.
    for number, turn in ((1, "null"), (3, "hflip,vflip"), (6, "transpose=cclock"), (8, "transpose=clock"), (2, "hflip")):
        turned = ffmpeg(clip("a.mp4", 1), f"turned-{number}.jpg", "-vf", turn, "-q:v", "2", "-frames:v", "1", "-update", "1")
        exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0%c\0\0\0\0\0\0" % number
        data = turned.read_bytes()
        turned.write_bytes(data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:])
        equal(Playing(TOOLS, turned, 5).source_frames()[:5], [0] * 5, f"orientation {number}")
        equal((probe(turned)["width"], probe(turned)["height"]), (320, 180), f"orientation {number}: size")
    levels = [Playing(TOOLS, ffmpeg(clip("a.mp4", 1), f"{pixels}.png", "-frames:v", "1", "-update", "1", "-pix_fmt", pixels),
                      5).luma[2].astype(int) for pixels in ("rgb24", "rgb48be")]
    check(abs(levels[0] - levels[1]).mean() < 1, lambda: f"16 bits: {abs(levels[0] - levels[1]).mean():.1f} levels off")
    svg = FOLDER / "card.svg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" '
                   'fill="white"/></svg>')
    playing = Playing(TOOLS, svg, 20)
    check(playing.answers[0] == "new" and playing.luma[10].mean() > 200, "svg: not white")
    flac = ffmpeg(clip("a.mp4", 1), "a.flac", "-vn")
    playing = Playing(TOOLS, flac, FRAMES)
    equal(set(playing.answers), {"none"}, "flac: answers")
    right_sound(playing, 1, FRAMES, 1.6, 0, "flac")
    equal(probe(flac)["kind"], "audio", "flac: kind")
    exact(clip("one.mp4", 23, 1), 23, frames=1, sound_frames=0)


@case
def bad_files():
    """Bad files fail in one clear line and never hang: truncated, corrupt, empty, text, noise, FIFO, device, folder"""
    base = ffmpeg(clip("a.mp4", 1), "fast.mp4", "-c", "copy", "-movflags", "+faststart").read_bytes()
    cases = {"no-moov.mp4": clip("a.mp4", 1).read_bytes()[:20000], "empty.mp4": b"", "text.mp4": b"hello\n" * 300,
             "noise.mp4": random.Random(1).randbytes(100_000)}
    for name, data in cases.items():
        (FOLDER / name).write_bytes(data)
    os.mkfifo(FOLDER / "fifo.mp4")
    (FOLDER / "dir.mp4").mkdir()
    (FOLDER / "zero.mp4").symlink_to("/dev/zero")
    for name in (*cases, "fifo.mp4", "dir.mp4", "zero.mp4", "Tập 7 – không có.mp4"):
        playing = Playing(TOOLS, FOLDER / name, 5)
        equal(playing.answers, ["gone"], f"{name}: answers")
        check(probe(FOLDER / name)["problem"], f"{name}: no problem told")
    still = ffmpeg(clip("a.mp4", 1), "still.jpg", "-frames:v", "1", "-update", "1").read_bytes()
    frame = still.index(b"\xff\xc0")
    (FOLDER / "print.jpg").write_bytes(still[:frame + 9] + b"\4" + still[frame + 10:])
    nut = ffmpeg(clip("a.mp4", 1), "whole.nut", "-c:v", "mpeg4", "-an").read_bytes()
    (FOLDER / "cut.nut").write_bytes(nut[:len(nut) * 6 // 10])  # its demuxer went on asking for more
    playing = Playing(TOOLS, FOLDER / "cut.nut", 5)
    equal((playing.answers, playing.timeouts), (["gone"], []), "cut.nut: answers")
    check("breaks off" in probe(FOLDER / "cut.nut")["problem"], "cut.nut: verdict")
    targa = ffmpeg(clip("a.mp4", 1), "card.tga", "-frames:v", "1", "-update", "1")
    for path, word in ((FOLDER / "print.jpg", "(CMYK)"), (targa, "Targa")):
        check(word in probe(path)["problem"], lambda: f"{path.name}: {probe(path)['problem']}")
    gif = ffmpeg(clip("a.mp4", 1), "a.gif")
    check("(GIF)" in probe(gif)["problem"], lambda: f"gif: {probe(gif)['problem']}")
    (FOLDER / "cut.mp4").write_bytes(base[:len(base) * 55 // 100])
    shown = Playing(TOOLS, FOLDER / "cut.mp4", FRAMES).source_frames()
    check(10 < len(shown) < FRAMES and shown == list(range(len(shown))), lambda: f"truncated: {shown}")
    facts = probe(FOLDER / "cut.mp4")
    equal((facts["problem"], facts["frames"]), (None, len(shown)), "truncated: frames counted")
    damaged = bytearray(base)
    middle = random.Random(2)
    for i in range(len(base) // 3, len(base) // 2):
        damaged[i] = middle.randrange(256)
    (FOLDER / "damaged.mp4").write_bytes(damaged)
    playing = Playing(TOOLS, FOLDER / "damaged.mp4", FRAMES)
    equal(len(playing.shown()), FRAMES, "damaged: goes on to its end")


@case
def damage():
    """Of a clip overwritten in the middle each wrong picture is told to be one, and none but it: lost packets of a
    transport stream, samples of a movie that cannot be decoded"""
    stream = ffmpeg(clip("a.mp4", 1), "whole.ts", "-c:v", "mpeg2video", "-g", "10", "-q:v", "2")
    movie = ffmpeg(clip("a.mp4", 1), "groups.mp4", "-c:v", "libx264", "-g", "10", "-bf", "2", "-c:a", "copy")
    for path, early in ((stream, 0), (movie, 6)):
        good = Playing(TOOLS, path, FRAMES)
        equal(good.damaged, [], f"{path.name}: sound")
        data = bytearray(path.read_bytes())
        data[len(data) // 2:len(data) // 2 + len(data) // 12] = random.Random(3).randbytes(len(data) // 12)
        (FOLDER / f"torn-{path.name}").write_bytes(data)
        torn = Playing(TOOLS, FOLDER / f"torn-{path.name}", FRAMES)
        equal(len(torn.shown()), FRAMES, f"{path.name}: goes on to its end")
        wrong = [k for k in range(FRAMES) if abs(torn.luma[k].astype(int) - good.luma[k]).mean() > 0.3]
        check(wrong and set(wrong) <= set(torn.damaged), lambda: f"{path.name}: {wrong} wrong, told: {torn.damaged}")
        # What libav made up is one of the pictures that were in the works; the group that it spoils is known.
        check(torn.damaged[0] >= wrong[0] - early and len(torn.damaged) <= len(wrong) + early,
              lambda: f"{path.name}: {wrong} wrong, told: {torn.damaged}")


@case
def torn_matroska():
    """What stands in for the pictures of a cluster that cannot be read is told to be damaged; a join finds the nearest"""
    path = ffmpeg(clip("hundred.mp4", 25, 100), "torn.mkv", "-c:v", "libx264", "-g", "25", "-c:a", "mp3")
    data = bytearray(path.read_bytes())
    data[len(data) // 2:len(data) // 2 + 2000] = bytes(2000)
    path.write_bytes(data)
    playing = Playing(TOOLS, path, 100)
    shown = playing.source_frames()
    equal(len(shown), 100, "frames")
    wrong = [k for k in range(100) if shown[k] != k]
    check(wrong and set(wrong) <= set(playing.damaged) and len(playing.damaged) <= len(wrong) + 3,
          lambda: f"{wrong} wrong, told: {playing.damaged}")
    path = clip("r24.mp4", 4, 48, "--rate", "24")
    whole = Playing(TOOLS, path, FRAMES).source_frames()
    for first in (10, 30):
        joined = Playing(TOOLS, path, 10, media_in_ns=first * 40_000_000).source_frames()
        equal(joined[:10], whole[first:first + 10], f"24 a second, from {first}")


@case
def lost_sound():
    """Where packets of sound are lost, silence of just their length stands, and each of its frames is told"""
    path = ffmpeg(clip("a.mp4", 1), "sounding.ts", "-c:v", "copy", "-c:a", "mp2", "-b:a", "256k")
    stream = path.read_bytes()
    packets = [stream[at:at + 188] for at in range(0, len(stream), 188)]
    sounding = [i for i, one in enumerate(packets) if (one[1] & 31) << 8 | one[2] == 0x101]
    lost = set(sounding[len(sounding) // 2:len(sounding) * 3 // 4])
    path = FOLDER / "half-dumb.ts"
    path.write_bytes(b"".join(one for i, one in enumerate(packets) if i not in lost))
    playing = Playing(TOOLS, path, FRAMES)
    equal(playing.source_frames(), list(range(FRAMES)), "pictures")
    equal(playing.damaged, [], "damaged pictures")
    silent = [k for k in range(FRAMES) if not playing.sound[k * 1920:(k + 1) * 1920].any()]
    check(len(silent) >= 10 and set(silent) <= set(playing.unheard) and len(playing.unheard) <= len(silent) + 3,
          lambda: f"silent {silent}, told {playing.unheard}")
    for k, offset, tone in playing.sound_offsets(1)[1:-1]:
        check(k in playing.unheard or (tone == 1 and abs(offset) < 2), lambda: f"frame {k}: {offset:.2f} samples off")


@case
def probing():
    """--probe counts by decoding: length, rate, size as shown, streams"""
    table = (
        ("a.mp4", dict(kind="video", duration_ns=2_000_000_000, frames=50, rate={"n": 25, "d": 1}, width=320, height=180,
                       has_audio=True, channels=2, sample_rate=48000, video_codec="h264", audio_codec="aac",
                       interlaced=False, problem=None)),
        ("r2997.mp4", dict(duration_ns=2_002_000_000, frames=60, rate={"n": 30000, "d": 1001})),
        ("i.ts", dict(duration_ns=2_000_000_000, frames=50, width=1024, height=576, interlaced=True,
                      video_codec="mpeg2video", audio_codec="mp2")),
        ("rot90.mp4", dict(width=320, height=180)),
        ("mute.mp4", dict(has_audio=False)),
        ("v.webm", dict(duration_ns=2_000_000_000, video_codec="vp9", audio_codec="opus")),
        ("one.mp4", dict(duration_ns=40_000_000, frames=1)),
        ("noedit.mp4", dict(duration_ns=2_000_000_000, frames=50)),
    )
    for name, wanted in table:
        facts = probe(FOLDER / name)
        equal({key: facts[key] for key in wanted}, wanted, name)
    facts = probe(FOLDER / "a.mp4", "--hash")
    hashed = subprocess.run(["sha256sum", FOLDER / "a.mp4"], capture_output=True, text=True, check=True).stdout.split()
    equal(facts["sha256"], hashed[0], "hash")


@case
def glancing():
    """--glance says at once what --probe will, where the header tells the truth, and nothing of what is no clip"""
    planned = ("kind", "duration_ns", "frames", "rate", "width", "height", "has_audio", "problem")
    # Its sound, in whole AAC frames, goes on for a picture longer.
    subprocess.run(["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=160x90:r=50:d=4", "-f", "lavfi", "-i",
                    "sine=r=48000:d=4", "-c:v", "libx264", "-bf", "0", "-c:a", "aac", str(FOLDER / "fifty.mp4")], check=True)
    ffmpeg(FOLDER / "a.mp4", "late-sound.mov", "-map", "1:v", "-map", "0:a", "-c", "copy",
           before=("-itsoffset", "1", "-i", FOLDER / "a.mp4"))
    for name in ("fifty.mp4", "late-sound.mov", "a.mp4", "r2997.mp4", "i.ts", "rot90.mp4", "mute.mp4", "v.webm",
                 "one.mp4", "p.mov"):
        counted, glanced = probe(FOLDER / name), probe(FOLDER / name, "--glance")
        if name == "i.ts":  # a transport stream says no length: it is reckoned from its time stamps
            check(abs(glanced["frames"] - counted["frames"]) <= 3, f"{name}: {glanced['frames']} frames")
            glanced.update(frames=counted["frames"], duration_ns=counted["duration_ns"])
        equal({key: glanced[key] for key in planned}, {key: counted[key] for key in planned}, name)
        check(glanced["glance"] and "true_peak_dbtp" not in glanced, f"{name}: passes for measured")
    for name in ("no-moov.mp4", "empty.mp4", "text.mp4", "noise.mp4", "fifo.mp4", "zero.mp4"):
        check(probe(FOLDER / name, "--glance")["problem"], f"{name}: no problem told")


if __name__ == "__main__":
    sys.exit(main())
