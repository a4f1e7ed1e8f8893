# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad media cost their own slot and nothing else: the next item is exact, and each is reported by name."""

import os
import re

from bad_clips import KINDS, make_bad
from judge import Slot, judge
from station import Station, coded_clip
from tap import case, check, equal, main, note

BAD, GOOD, BAD_S, GOOD_S = 3, 4, 3, 2


@case
def bad_items_cost_only_their_slot():
    """thirteen kinds of bad or absurdly named media, each followed by a good item"""
    station = Station()
    make_bad(station.media, coded_clip(BAD, BAD_S * 25, "--faststart", ".mp4"), coded_clip(BAD, BAD_S * 25, "", ".ts"))
    station.clip("good.mp4", GOOD, 60)
    slots, damaged = [], set()
    for number, (name, shows) in enumerate(KINDS.items()):
        at_s = number * (BAD_S + GOOD_S)
        station.event(at_s, BAD_S, escape(name), SUMMARY=f"Hỏng {number}", uid=f"bad-{number}@test")
        station.event(at_s + BAD_S, GOOD_S, "good.mp4", uid=f"good-{number}@test")
        slots.append(Slot((at_s + BAD_S) * 25, GOOD_S * 25, GOOD, name=f"after “{name}”"))
        if shows == "some":
            damaged.update(range(at_s * 25, (at_s + BAD_S) * 25))
        if shows == "all":
            slots.append(Slot(at_s * 25, BAD_S * 25, BAD, name=name))
    station.write_calendar()
    total = len(KINDS) * (BAD_S + GOOD_S)
    station.free_run(total)
    recording = station.recording()
    verdict = judge(recording, slots, elsewhere=(BAD,), length=total * 25, damaged=damaged)
    for kind, clip, k, length, first, last in recording.runs():
        note(f"{k:5d} +{length:<4d} {kind} {clip} {first}..{last}")
    check(not verdict.faults, verdict)
    rows = station.asrun()
    for number, (name, shows) in enumerate(KINDS.items()):
        own = [r for r in rows if r["uid"] == f"bad-{number}@test"]
        check(own, f"“{name}”: nothing in the log")
        if shows == "all":
            equal([(r["status"], r["frames_repeated"], r["reason"]) for r in own], [("aired", 0, "planned")], name)
        if name == "corrupt.mp4":
            check(any("damaged in the clip" in r["reason"] and r["frames_repeated"] > 0 for r in own), lambda: f"{own}")
        if shows != "all":
            shown = sum(r["frames_shown"] for r in own if r["kind"] == "media")
            most = 74 if shows == "some" else 0
            check(shown <= most, f"“{name}”: the log says that {shown} frames of it aired")
        if shows == "nothing":
            check(any(name in line for line in station.said.splitlines()), f"“{name}”: no line names it")


@case
def damaged_items_show_what_they_have():
    """a truncated and a corrupt clip show their own frames in order, then the hold, then the slate"""
    station = Station()
    make_bad(station.media, coded_clip(BAD, BAD_S * 25, "--faststart", ".mp4"), coded_clip(BAD, BAD_S * 25, "", ".ts"))
    names = [n for n, shows in KINDS.items() if shows == "some"]
    for number, name in enumerate(names):
        station.event(number * BAD_S, BAD_S, escape(name))
    station.write_calendar()
    station.free_run(len(names) * BAD_S)
    recording = station.recording()
    for number, name in enumerate(names):
        shown = [s for s in recording.seen[number * BAD_S * 25:(number + 1) * BAD_S * 25] if s.kind == "clip"]
        check(len(shown) >= 15, f"{name}: only {len(shown)} frames of its own")
        frames = [s.frame for s in shown]
        check(frames == sorted(frames), f"{name}: out of order: {frames}")
        check(not any(s.kind == "black" for s in recording.seen), f"{name}: black")


@case
def lost_sound_is_told():
    """where packets of sound are missing in a clip, its row says for how many frames"""
    station = Station(size="320x180")
    path = station.clip("half-dumb.ts", BAD, 75, "--size 320x180 --vcodec h264 --acodec mp2")
    stream = path.read_bytes()
    packets = [stream[at:at + 188] for at in range(0, len(stream), 188)]
    sounding = [i for i, one in enumerate(packets) if (one[1] & 31) << 8 | one[2] == 0x101]
    lost = set(sounding[len(sounding) // 3:len(sounding) * 2 // 3])
    path.write_bytes(b"".join(one for i, one in enumerate(packets) if i not in lost))
    station.event(0, 3, "half-dumb.ts", uid="dumb@test")
    station.write_calendar()
    station.free_run(4)
    recording = station.recording()
    silent = sum(recording.heard[k].tone < 0 for k in range(75))
    row, = (r for r in station.asrun() if r["uid"] == "dumb@test" and r["kind"] == "media")
    told = re.search(r"sound missing in the clip for (\d+) frames", row["reason"])
    check(told and silent >= 15 and abs(int(told[1]) - silent) <= 3, lambda: f"{silent} silent, told: {row['reason']}")
    equal((row["frames_shown"], row["frames_repeated"]), (75, 0), "pictures")


@case
def early_end_is_told():
    """a clip that ends before what had been measured of it is filled for, with a reason in its row and an alarm"""
    station = Station(size="320x180")
    path = station.clip("torn.mkv", BAD, 100, "--size 320x180 --gop 25")
    station.event(0, 4, "torn.mkv", uid="torn@test")
    station.write_calendar()
    station.know_media()
    data, times = bytearray(path.read_bytes()), path.stat()
    middle = data.index(b"\x1f\x43\xb6\x75", len(data) // 3)
    data[middle + 4:middle + 12] = b"\x01\0\0\0\x40\0\0\0"  # a cluster of a gigabyte
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    station.free_run(5)
    row = next(r for r in station.asrun() if r["uid"] == "torn@test" and r["kind"] == "media")
    check(row["reason"] == "the clip was shorter than it had measured" and row["status"] != "aired", lambda: f"{row}")
    check(25 <= row["frames_shown"] <= 75, lambda: f"{row['frames_shown']} shown")
    told = [line for line in station.said.splitlines() if "torn.mkv" in line and "shorter than it had measured" in line]
    check(told, lambda: f"no alarm: {station.said[-2000:]}")


def escape(name):
    """As iCalendar text; a URI keeps its blanks and its Vietnamese as a person typed them, percent by percent."""
    plain = name.replace("%", "%25").replace("#", "%23").replace("?", "%3F")
    blanks = len(plain) - len(plain.lstrip())
    return "%20" * blanks + plain.lstrip()


if __name__ == "__main__":
    main()
