# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of every make back to back through the real daemon: not a frame or a sample missing, added or foreign."""

from datetime import timedelta
from fractions import Fraction

from judge import Slot, judge
from station import T0, Station
from tap import case, check, equal, main, note

SECONDS = 3
WIDE, PORTRAIT, FOUR_BY_THREE = (0, 0, 640, 360), (219, 0, 421, 360), (80, 0, 560, 360)
NTSC = Fraction(30000, 1001)
# name, options, rate, active area, sound: samples of tolerance, or None for silence
ITEMS = [
    ("h264-aac.mp4", "--size 1280x720 --busy", 25, WIDE, 1.5),
    ("p30.mp4", "--rate 30 --size 640x360", 30, WIDE, 1.5),
    ("mpeg2-mp2.ts", "--size 640x360 --vcodec mpeg2 --acodec mp2", 25, WIDE, 1.5),
    ("ntsc.mp4", "--rate 30000/1001 --size 1280x720", NTSC, WIDE, 1.5),
    ("p50.mp4", "--rate 50 --size 1280x720", 50, WIDE, 1.5),
    ("vp9-opus.webm", "--size 640x360", 25, WIDE, 1.5),
    ("prores-pcm.mov", "--size 1280x720", 25, WIDE, 1.0),
    ("anamorphic.ts", "--size 720x576 --sar 64:45 --interlaced", 25, WIDE, 1.5),
    ("silent.mp4", "--size 640x360 --acodec none", 25, WIDE, None),
    ("portrait.mp4", "--size 640x360 --rotate 90", 25, PORTRAIT, 1.5),
    ("short-sound.mp4", "--size 640x360 --audio-frames 40", 25, WIDE, 1.5),
    ("h264-pcm.mkv", "--size 1920x1080 --acodec pcm", 25, WIDE, 1.5),
    ("aac441.mp4", "--size 640x480 --audio-rate 44100", 25, FOUR_BY_THREE, 2.5),
    ("mono.mov", "--size 1280x720 --vcodec h264 --acodec aac --channels 1", 25, WIDE, 1.5),
    ("flac.mkv", "--size 640x360 --acodec flac", 25, WIDE, 1.5),
    ("p2398.mp4", "--rate 24000/1001 --size 640x360", Fraction(24000, 1001), WIDE, 1.5),
]


def build(station, items, seconds=SECONDS):
    slots = []
    for number, (name, options, rate, area, tolerance) in enumerate(items):
        clip, rate = number + 2, Fraction(rate)
        frames = -(-seconds * rate.numerator // rate.denominator) + 2
        station.clip(name, clip, frames, options)
        station.event(number * seconds, seconds, name)
        length = int(seconds * station.rate)
        sounding = 40 if "audio-frames" in options else None
        slots.append(Slot(number * length, length, clip, rate, frames, sound=tolerance is not None,
                          sound_frames=sounding, sound_tolerance=tolerance or 0, area=area, name=name))
    station.write_calendar()
    return slots


@case
def mixed_items_back_to_back():
    """sixteen mixed items in free run: every frame and sample in its place, the log says the same"""
    station = Station()
    slots = build(station, ITEMS)
    length = len(slots) * SECONDS * 25
    station.free_run(len(slots) * SECONDS)
    verdict = judge(station.recording(), slots, length=length)
    note(f"picture at most {verdict.worst_picture:.2f} clip frames from the ideal, "
         f"sound at most {verdict.worst_sound:.2f} samples")
    check(not verdict.faults, verdict)
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    first = rows[0]["actual_start_frame"] if rows else 0
    equal([(r["media"], r["actual_start_frame"] - first, r["actual_duration_frames"], r["status"]) for r in rows],
          [(s.name, s.at, s.length, "aired") for s in slots], "the as-run log")


@case
def rational_rates():
    """a house of 29.97, of 50 and of 23.976 pictures a second: its own rate frame by frame, others the nearest"""
    for house in ("30000/1001", "50", "24000/1001"):
        station = Station(rate=house)
        items = [("a.mp4", f"--rate {house}", Fraction(house), WIDE, 2.0), ("b.mp4", "--rate 25", 25, WIDE, 2.0)]
        slots = []
        edges = [station.frame(moment) for moment in _edges(2, SECONDS)]
        for number, (name, options, rate, area, tolerance) in enumerate(items):
            station.clip(name, number + 2, 160, options)
            station.event(number * SECONDS, SECONDS, name)
            slots.append(Slot(edges[number] - edges[0], edges[number + 1] - edges[number], number + 2, Fraction(rate),
                              160, sound_tolerance=tolerance, area=area, name=f"{house} {name}"))
        station.write_calendar()
        station.free_run(2 * SECONDS)
        verdict = judge(station.recording(), slots, house_rate=Fraction(house))
        check(not verdict.faults, verdict)


def _edges(count, seconds):
    return [T0 + timedelta(seconds=i * seconds) for i in range(count + 1)]


@case
def join_in_progress():
    """started in the middle of an item: on air with the frame that belongs there, sound too"""
    for at_s, name, options in ((7, "a.mp4", "--gop 250"), (4, "b.ts", "--size 720x576 --sar 64:45 --interlaced"),
                                (5, "c.mov", "")):
        station = Station()
        station.clip(name, 5, 300, options)
        station.event(0, 12, name)
        station.write_calendar()
        station.free_run(4, at=T0 + timedelta(seconds=at_s))
        slot = Slot(0, 100, 5, first=Fraction(at_s * 25), frames=300, name=f"{name} from {at_s} s")
        verdict = judge(station.recording(), [slot], length=100)
        check(not verdict.faults, verdict)


@case
def gaps_are_filled():
    """between items the filler pool plays whole clips, then the card; nothing is black"""
    station = Station()
    station.clip("a.mp4", 2, 100)
    for number in range(3):
        station.clip(f"filler/f{number}.mp4", 20 + number, 75)
    station.extra_config = "[filler]\nmedia=filler/\n"
    station.event(0, 2, "a.mp4")
    station.event(12, 2, "a.mp4")
    station.write_calendar()
    station.free_run(16)
    recording = station.recording()
    slots = [Slot(0, 50, 2, name="first"), Slot(300, 50, 2, name="second")]
    verdict = judge(recording, slots, elsewhere=(20, 21, 22), length=400)
    check(not verdict.faults, verdict)
    filler = [r for r in recording.runs() if r[0] == "clip" and r[1] >= 20 and r[2] < 300]
    check(len(filler) >= 3, f"three whole clips fit into ten seconds: {recording.runs()}")
    for _, _, k, length, first, last in filler:
        equal((length, first, last), (75, 0, 74), f"filler at frame {k}: whole")


if __name__ == "__main__":
    main()
