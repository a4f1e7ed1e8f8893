# SPDX-License-Identifier: GPL-3.0-or-later
"""What a producer sees and says of a clip: its pictures, its marks."""

import json
import os
import subprocess
import unicodedata
from fractions import Fraction

import coded
import numpy as np
from station import T0, Station, coded_clip
from tap import case, check, equal, main


def seen_in(jpeg, columns=1):
    """What each of the pictures side by side shows."""
    width, height = (320, 180) if columns == 1 else (160, 90)
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"], input=jpeg,
                          capture_output=True, check=True)
    sheet = np.frombuffer(done.stdout, np.uint8).reshape(height, -1)
    equal(sheet.shape[1], width * columns, "width")
    return [coded.read(np.ascontiguousarray(sheet[:, i * width:(i + 1) * width])) for i in range(columns)]


def running(**clips):
    station = Station(size="320x180")
    for name, (clip, frames) in clips.items():
        station.clip(name, clip, frames, "--size 320x180")
    first = next(iter(clips))
    station.event(0, 600, first, uid="a@test")
    station.write_calendar()
    station.write_config()
    station.know_media()
    station.start(at=T0)
    station.wait_for("a on air", lambda: "a@test" in str((station.status() or {}).get("on_air")))
    return station


def kept(station):
    return sorted(path.name for path in (station.state / "pictures").glob("*"))


@case
def pictures():
    """a clip's first picture, that at a time and a strip of all of it are had by path; kept by content; 404 for none"""
    station = running(**{"a.mp4": (5, 200), "phim/Tập 7.mkv": (7, 100)})
    (station.media / "text.mp4").write_text("no picture")
    status, headers, jpeg = station.ask("GET", "/api/v1/media/a.mp4/thumbnail")
    equal((status, headers["Content-Type"]), (200, "image/jpeg"), "the first picture")
    equal([(one.clip, one.frame) for one in seen_in(jpeg)], [(5, 0)], "it shows")
    equal(station.ask("GET", "/api/v1/media/a.mp4/thumbnail", If_None_Match=headers["ETag"])[0], 304, "known already")
    equal(len(kept(station)), 1, "kept")
    for name, clip in (("a.mp4", 5), ("phim/T%E1%BA%ADp%207.mkv", 7)):
        status, _, jpeg = station.ask("GET", f"/api/v1/media/{name}/thumbnail?at_ns=1520000000")
        equal((status, [(one.clip, one.frame) for one in seen_in(jpeg)]), (200, [(clip, 38)]), f"{name} at 1.52 s")
    strip = seen_in(station.ask("GET", "/api/v1/media/a.mp4/strip")[2], 8)
    check(all(one.clip == 5 and abs(one.frame - (25 * i + 12)) <= 3 for i, one in enumerate(strip)), f"the strip: {strip}")
    sha256 = {clip["path"]: clip["sha256"] for clip in json.loads(station.ask("GET", "/api/v1/media")[2])}
    equal(station.ask("GET", f"/api/v1/media/a.mp4/thumbnail?of={sha256['a.mp4'][:16]}")[0], 200, "of this content")
    equal(station.ask("GET", "/api/v1/media/a.mp4/thumbnail?of=0123456789abcdef")[0], 404, "of another content")
    equal(station.ask("GET", "/api/v1/media/a.mp4/thumbnail?at_ns=9000000000")[0], 404, "after its end")
    equal(station.ask("GET", "/api/v1/media/none.mp4/thumbnail")[0], 404, "no such clip")
    equal(station.ask("GET", "/api/v1/media/../playoutd.conf/thumbnail")[0], 404, "out of the folder")
    out = station.dir / "hình.jpg"
    for more, same in ((["--at", "PT1.52S"], "thumbnail?at_ns=1520000000"), (["--strip"], "strip")):
        station.ctl("media", "picture", "a.mp4", "-o", str(out), *more)
        equal(out.read_bytes(), station.ask("GET", f"/api/v1/media/a.mp4/{same}")[2], f"media picture {more}")
    equal(station.ask("GET", "/api/v1/media/a.mp4/thumbnail?at_ns=x")[0], 400, "no number")
    equal(json.loads(station.ask("GET", "/api/v1/media/none.mp4/strip")[2])["status"], 404, "a problem")
    station.wait_for("the odd one", lambda: "text.mp4" in sha256_of(station))
    equal(station.ask("GET", "/api/v1/media/text.mp4/thumbnail")[0], 404, "nothing to see")
    (station.media / "phim/Tập 7.mkv").unlink()
    station.wait_for("its pictures to go", lambda: not any(name.startswith(sha256["phim/Tập 7.mkv"])
                                                           for name in kept(station)))
    check(any(name.startswith(sha256["a.mp4"]) for name in kept(station)), "the others stay")
    equal(station.stop(), 0, "exit code")


@case
def marks_on_air():
    """marks kept beside a clip: it airs from the mark in to the mark out; the calendar's own go before them"""
    station = Station(size="320x180")
    station.clip("phim/m.mp4", 6, 200, "--size 320x180")
    station.write_config()
    said = station.ctl("media", "mark", str(station.media / "phim/m.mp4"), "--media", str(station.media), "--som",
                       "00:00:01:00", "--eom", "PT3.4S", "--json")
    equal(json.loads(said.stdout), {"path": "phim/m.mp4", "som": "00:00:01:00", "eom": "PT3.4S"}, "said")
    beyond = station.ctl("media", "mark", "phim/m.mp4", "--media", str(station.media), "--eom", "PT9S", check=False)
    check(beyond.returncode != 0 and "the clip ends after 8.000 s" in beyond.stderr, f"behind its end: {beyond.stderr}")
    text = (station.media / "phim/m.mp4.marks").read_text(encoding="utf-8")
    check("[marks]\nsom=00:00:01:00\neom=PT3.4S\n" in text, text)
    listed = [json.loads(line) for line in station.ctl("media", "list", "--json").stdout.splitlines()]
    equal([(clip["path"], clip["som"], clip["som_ns"], clip["eom"], clip["eom_ns"]) for clip in listed],
          [("phim/m.mp4", "00:00:01:00", 10**9, "PT3.4S", 34 * 10**8)], "listed, and the marks' file is no clip")
    station.event(0, 5, "phim/m.mp4", uid="a@test")
    station.event(5, 3, uid="b@test", **{"ATTACH;X-SOM=PT2S": "phim/m.mp4"})
    station.write_calendar()
    station.free_run(8)
    seen = station.recording().seen
    first, own = (next(k for k, one in enumerate(seen) if one.clip == 6 and k >= start) for start in (0, 120))
    for begin, frames, what in ((first, range(25, 85), "by the marks"), (own, range(50, 85), "by the calendar's mark in")):
        shown = [(one.clip, one.frame) for one in seen[begin:begin + len(frames)]]
        equal(shown, [(6, frame) for frame in frames], what)
        check(seen[begin + len(frames)].clip != 6, f"{what}: it goes on: {seen[begin + len(frames)]}")


NAMES = [  # on disk, and as the calendar attaches it
    (unicodedata.normalize("NFD", "Gia đình tiếng Việt.mp4").encode(), "Gia đình tiếng Việt.mp4"),  # from a Mac
    ("Nộp hồ sơ.mp4".encode(), unicodedata.normalize("NFD", "Nộp hồ sơ.mp4")),
    (b"caf\xe9.mp4", "caf%E9.mp4"),  # no UTF-8
    (b"two\nlines.mp4", "two%0Alines.mp4"),
    (b"-dash.mp4", "-dash.mp4"),
    (b"y" * 251 + b".mp4", "y" * 251 + ".mp4"),
    (b"100% ; x, y.mp4", "100% ; x, y.mp4"),
]


@case
def odd_names():
    """a clip airs whatever its name: composed or not, no UTF-8, a new line, a dash in front, as long as can be"""
    station = Station(size="320x180")
    for i, (name, attach) in enumerate(NAMES):
        with open(os.path.join(os.fsencode(station.media), name), "wb") as copy:
            copy.write(coded_clip(i + 1, 50, "--size 320x180").read_bytes())
        station.event(2 * i, 2, attach)
    station.write_calendar()
    seen = station.free_run(2 * len(NAMES)).recording().seen
    wrong = [f"frame {k}: {one}" for k, one in enumerate(seen[:50 * len(NAMES)])
             if (one.kind, one.clip, one.frame) != ("clip", k // 50 + 1, k % 50)]
    check(not wrong, wrong[:5])


RATES = ["120", "24000/1001", "60000/1001", "30000/1001"]


@case
def rates_and_clocks():
    """at any rate each picture is the one of its time; a stream whose 33-bit clock starts anew within it loses nothing"""
    station = Station(size="320x180")
    for i, rate in enumerate(RATES):
        station.clip(f"{i}.mp4", i + 1, int(4 * Fraction(rate)) + 1, f"--rate {rate} --size 320x180")
        station.event(4 * i, 4, f"{i}.mp4")
    wrapped = coded_clip(len(RATES) + 1, 100, "--size 320x180", ".ts")
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(wrapped), "-c", "copy", "-output_ts_offset", "95441.0",
                    str(station.media / "wrapped.ts")], check=True)
    station.event(4 * len(RATES), 4, "wrapped.ts")
    station.write_calendar()
    recording = station.free_run(4 * (len(RATES) + 1)).recording()
    for i, rate in enumerate([*RATES, "25"]):
        for k in range(100):
            one = recording.seen[100 * i + k]
            equal((one.kind, one.clip), ("clip", i + 1), f"{rate}: output frame {k}")
            check(abs(one.frame - Fraction(k) * Fraction(rate) / 25) <= Fraction(3, 5), f"{rate}: frame {k} is {one}")
    equal(len(recording.audio_holes()), 0, "holes in the sound")


@case
def marks_set_while_on_air():
    """set over the API while the clip is on air: that airing is as it was, the next one and the next card follow"""
    station = running(**{"a.mp4": (5, 3000)})

    def on_air():
        item = station.status()["on_air"]
        return item["uid"], item["start_frame"], item["media_in_ns"]
    before = on_air()
    station.wait_for("the list without marks", lambda: [c["som"] for c in station.api("GET", "/media")[1]] == [None])
    equal(station.api("PATCH", "/media/a.mp4/marks", {"som": "00:00:02:05", "eom": "00:00:04:00"}),
          (200, {"path": "a.mp4", "som": "00:00:02:05", "eom": "00:00:04:00"}), "set")
    clip = station.wait_for("the marks", lambda: next((c for c in station.api("GET", "/media")[1] if c["som"]), None))
    equal((clip["som_ns"], clip["eom_ns"]), (2_200_000_000, 4 * 10**9), "listed")
    station.event(1200, 10, "a.mp4", uid="b@test")
    station.write_calendar()
    begin, end = "2027-03-01T12:19:59Z", "2027-03-01T12:20:30Z"

    def planned():
        items = station.api("GET", f"/rundown?from={begin}&to={end}")[1]
        return [(one["end_frame"] - one["start_frame"], one["media_in_ns"]) for one in items
                if one["uid"] == "b@test" and one["kind"] == "media"]
    station.wait_for("the next airing by its marks", lambda: planned() == [(45, 2_200_000_000)])
    equal(station.api("PATCH", "/media/a.mp4/marks", {"eom": None})[1]["eom"], None, "mark out taken away")
    station.wait_for("the next airing without mark out", lambda: planned() == [(250, 2_200_000_000)])
    for wish in ({"som": "x"}, {"som": 5}, {"som": "00:00:05:00", "eom": "PT1S"}, {"eom": "PT200S"}, {"som": "PT120S"}):
        equal(station.api("PATCH", "/media/a.mp4/marks", wish)[0], 400, f"{wish}")
    equal(station.api("PATCH", "/media/none.mp4/marks", {"som": "PT1S"})[0], 404, "no such clip")
    equal(station.ctl("media", "mark", "a.mp4", "--clear").returncode, 0, "cleared by command")
    check(not (station.media / "a.mp4.marks").exists(), "the file is gone")
    (station.media / "a.mp4.marks").write_text("[marks]\nsom=soon\n")
    station.wait_for("a word about it", lambda: "a.mp4.marks" in str(station.status()["alarms"]))
    equal(on_air(), before, "what is on air")
    equal(station.stop(), 0, "exit code")
    frames = [one.frame for one in station.recording().seen if one.clip == 5]
    row, = (r for r in station.asrun() if r["kind"] == "media")
    steps = [b - a for a, b in zip(frames, frames[1:])]
    left_out = sum(step - 1 for step in steps if step > 1)
    check(min(steps) >= 0 and left_out <= row["frames_repeated"] + row["frames_filled"], f"the air went on: {steps}")


def sha256_of(station):
    return {clip["path"] for clip in json.loads(station.ask("GET", "/api/v1/media")[2])}


if __name__ == "__main__":
    main()
