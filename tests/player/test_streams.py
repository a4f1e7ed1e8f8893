#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""MPEG streams as they come from recorders, cutting programs and discs, played by the real player: what their beginnings
lack, what is copied together, and what they carry besides.

usage: test_streams.py SLOT-DUMP PLAYER [case …]
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import packets  # noqa: E402
from making import FOLDER, FRAMES, TOOLS, clip, exact, ffmpeg, main, probe, right_sound  # noqa: E402
from playing import Playing  # noqa: E402
from tap import case, check, equal  # noqa: E402  (tests/air, put on the path by playing)


@case
def stream_beginnings():
    """Transport streams cut so that sound leads, whose clock begins late, never, or shows too much: in sync all the same"""
    options = ("--vcodec", "h264", "--gop", "25", "--acodec")
    for codec, clip_id in (("mp2", 5), ("ac3", 6)):
        whole = packets.read(clip(f"begin-{codec}.ts", clip_id, 100, *options, codec))
        for first in (25, 50):
            led = packets.write(FOLDER / "led.ts", packets.without_pictures(whole, first))
            exact(led, clip_id, 100 - first, first=first, sound_frames=99 - first)
            exact(led, clip_id, 80 - first, first=first + 20, media_in_ns=800_000_000, sound_frames=79 - first)
    for name, mended in (("late.ts", packets.without_clock(whole, 15)), ("never.ts", packets.without_clock(whole, 1000)),
                          ("ahead.ts", packets.with_clock_ahead(whole, 1.7))):
        exact(packets.write(FOLDER / name, mended), 6, 100, sound_frames=99)
    unclocked = packets.write(FOLDER / "none.ts", packets.naming_no_clock(packets.without_clock(whole, 1000)))
    for first in (0, 40):
        exact(unclocked, 6, 100 - first, first=first, media_in_ns=first * 40_000_000, sound_frames=99 - first)
    needed = [packet for packet in packets.without_pictures(whole, 25) if packets.pid(packet) != 17]
    exact(packets.write(FOLDER / "led.m2ts", needed, before=bytes(4)), 6, 75, first=25, sound_frames=74)
    exact(packets.write(FOLDER / "middle.ts", whole[len(whole) * 3 // 10:]), 6, 50, first=50, sound_frames=49)


@case
def joined_recordings():
    """One stream copied behind another, whose times begin anew: all of both, a join finds its picture, and it is told"""
    options = ("--vcodec", "mpeg2", "--acodec", "mp2")
    parts = [clip(f"part-{clip_id}.ts", clip_id, FRAMES, *options) for clip_id in (7, 8)]
    parts += [ffmpeg(part, part.with_suffix(".mpg").name, "-c", "copy") for part in parts]
    for name, first, second in (("joined.ts", *parts[:2]), ("joined.mpg", *parts[2:])):
        path = FOLDER / name
        path.write_bytes(first.read_bytes() + second.read_bytes())
        whole = Playing(TOOLS, path, 2 * FRAMES).shown()
        seen = list(dict.fromkeys(whole))
        equal(seen, [(7, k) for k in range(FRAMES)] + [(8, k) for k in range(FRAMES)], f"{name}: each picture")
        for at in (20, 80):
            equal(Playing(TOOLS, path, 10, media_in_ns=at * 40_000_000).shown()[:10], whole[at:at + 10], f"{name} from {at}")
        equal((probe(path)["joined"], probe(first)["joined"]), (True, False), name)
    wrong = packets.read(parts[0])
    clocked = [i for i, packet in enumerate(wrong) if packets.has_clock(packet)]
    for i, seconds in ((clocked[10], 7), (clocked[20], -7)):  # one damaged reference is no other recording
        wrong[i:i + 1] = packets.with_clock_ahead(wrong[i:i + 1], seconds)
    equal(probe(packets.write(FOLDER / "wrong.ts", wrong))["joined"], False, "a damaged clock")


@case
def long_frames():
    """AC-3 of a program stream, of which a packet says that the next frame begins beyond it: frames may be longer"""
    source = clip("long.mov", 24, FRAMES, "--vcodec", "h264", "--acodec", "pcm")
    path = ffmpeg(source, "long.mpg", "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "ac3", "-b:a", "448k")
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(4):
        at = data.index(b"\0\0\1\xbd", at + 1)
    frame_at = at + 9 + data[at + 8] + 2  # behind the number of the stream and that of the frames
    data[frame_at:frame_at + 2] = b"\x08\x55"
    path.write_bytes(data)
    exact(path, 24)


@case
def pcm_of_discs():
    """PCM of 24 bits in a program stream, as on a DVD and as ffmpeg writes it, from its beginning and joined"""
    path = ffmpeg(clip("eight.mp4", 23, 200), "pcm.vob", "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "pcm_dvd", "-sample_fmt",
                  "s32", "-f", "vob")
    disc = FOLDER / "disc-pcm.vob"
    disc.write_bytes(packets.pcm_as_on_disc(path.read_bytes(), 12, 288_000))
    # ffmpeg stamps each packet with the time of the first of its frames that begins in it, and not where that is.
    for one, tolerance in ((path, 168), (disc, 2)):
        for first in (0, 150, 160):
            exact(one, 23, 200 - first, first=first, media_in_ns=first * 40_000_000, sound_frames=198 - first,
                  tolerance=tolerance)


@case
def few_pictures():
    """A picture a second or a few: each as long as it is"""
    for rate, wanted in ((1, 3), (2, 5), (3, 7), (4, 9)):
        path = ffmpeg(clip("a.mp4", 1), f"few-{rate}.ts", "-r", str(rate), "-c:v", "libx264", "-g", "2", "-an")
        facts = probe(path)
        equal((facts["frames"], facts["duration_ns"] // 1000), (wanted, wanted * 1_000_000 // rate), path.name)
        shown = Playing(TOOLS, path, wanted * 25 // rate).source_frames()
        ends = [k for k in range(1, len(shown)) if shown[k] != shown[k - 1]]
        check(len(ends) == wanted - 1 and all(abs(k - (i + 1) * 25 / rate) <= 1 for i, k in enumerate(ends)),
              f"{path.name}: another picture at {ends}")


@case
def uneven_pictures():
    """Pictures that a transport stream never had are no damage, and no time is lost where there is none for seconds; one
    that was lost on the way is told"""
    frames = 150
    kept = [n for n in range(frames) if n % 12 != 11 and not 41 <= n <= 120]
    path = ffmpeg(clip("uneven.mp4", 9, frames), "uneven.ts", "-vf",
                  "select=not(eq(mod(n\\,12)\\,11))*not(between(n\\,41\\,120))", "-fps_mode", "passthrough", "-c:v",
                  "libx264", "-g", "30", "-bf", "0", "-c:a", "mp2")
    wanted = [max(n for n in kept if n <= k) for k in range(frames)]
    playing = Playing(TOOLS, path, frames)
    equal((playing.source_frames(), playing.damaged, playing.unheard), (wanted, [], []), "uneven")
    right_sound(playing, 9, frames, 1.6, 0, "uneven")
    for first in (30, 100, 130):
        joined = Playing(TOOLS, path, 10, media_in_ns=first * 40_000_000)
        equal(joined.source_frames()[:10], wanted[first:first + 10], f"uneven, from {first}")
    torn = packets.write(FOLDER / "torn.ts", packets.without_picture(packets.read(path), kept.index(16)))
    told = Playing(TOOLS, torn, frames).damaged
    equal(told, list(range(16, 32)), "one lost before the key picture")


@case
def pulldown():
    """Film on a disc, of which every other picture stands for three fields: as the same in a transport stream"""
    film = ffmpeg(clip("film.mp4", 10, 96, "--rate", "24000/1001"), "film.m2v", "-c:v", "mpeg2video", "-g", "12", "-bf", "2",
                  "-q:v", "2", "-an")
    film.write_bytes(packets.with_pulldown(film.read_bytes()))
    disc, stream = (ffmpeg(film, f"film.{name}", "-c", "copy", "-f", kind, before=("-fflags", "+genpts"))
                    for name, kind in (("vob", "vob"), ("ts", "mpegts")))
    wanted = Playing(TOOLS, stream, 100).source_frames()
    check(wanted == sorted(wanted) and len(set(wanted)) > 90, lambda: f"stream: {wanted}")
    playing = Playing(TOOLS, disc, 100)
    equal((playing.source_frames(), playing.damaged), (wanted, []), "disc")


@case
def opus():
    """Opus in a transport stream, sample by sample"""
    path = ffmpeg(clip("a.mp4", 1), "opus.ts", "-c:v", "libx264", "-g", "25", "-c:a", "libopus", "-b:a", "128k")
    exact(path, 1, sound_frames=FRAMES - 1)
    exact(path, 1, FRAMES - 30, first=30, media_in_ns=1_200_000_000, sound_frames=FRAMES - 31)


@case
def encrypted():
    """What is encrypted is told to be, and not what only other programmes of a stream are"""
    stream = clip("part-7.ts", 7, FRAMES, "--vcodec", "mpeg2", "--acodec", "mp2")
    whole = packets.read(stream)
    path = packets.write(FOLDER / "scrambled.ts", packets.scrambled(whole))
    check("encrypted" in probe(path)["problem"], f"stream: {probe(path)['problem']}")
    equal(probe(stream)["problem"], None, "stream in the clear")
    disc = ffmpeg(stream, "disc.vob", "-c", "copy", "-f", "vob")
    equal(probe(disc)["problem"], None, "disc in the clear")
    data = bytearray(disc.read_bytes())
    for at in range(0, len(data) - 2048, 4 * 2048):  # of the pictures of a bought disc some packets are
        unit = data.find(b"\0\0\1\xe0", at)
        data[unit + 6] |= 0x30
    disc.write_bytes(data)
    check("encrypted" in probe(disc)["problem"], f"disc: {probe(disc)['problem']}")


if __name__ == "__main__":
    sys.exit(main())
