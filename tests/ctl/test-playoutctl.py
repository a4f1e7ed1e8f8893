#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""playoutctl as a person and a script meet it: verbs, options, windows, exit codes, language, and a daemon that is
played here. Arguments: playoutctl, folder of the built translations."""

import datetime
import fcntl
import http.server
import json
import os
import pathlib
import pty
import socketserver
import struct
import subprocess
import sys
import tempfile
import termios
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
import tap  # noqa: E402
from tap import case  # noqa: E402

CTL, LOCALES = map(os.path.abspath, sys.argv[1:3])
EVENT = """BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART:{start}\r
{rest}\r
END:VEVENT\r
"""


def calendar(*events):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def event(uid, start, rest="DURATION:PT30M"):
    return EVENT.format(uid=uid, start=start, rest=rest)


def run(*words, code=0, said=None, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG")) and k != "NO_COLOR"}
    done = subprocess.run([CTL, *map(str, words)], capture_output=True, text=True, timeout=60, check=False, input=said,
                          env={**kept, "LC_ALL": "C.UTF-8", "PLAYOUTD_LOCALEDIR": LOCALES, **environment})
    assert done.returncode == code, f"{words}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
    return done.stdout, done.stderr


class Station:
    """A folder with schedules, media, state and a configuration."""

    def __init__(self, *events):
        self.holder = tempfile.TemporaryDirectory(prefix="playoutctl-")
        self.root = pathlib.Path(self.holder.name)
        for name in ("schedules", "media", "state"):
            (self.root / name).mkdir()
        self.config = self.root / "station.conf"
        self.config.write_text("[channel]\nformat=640x360p25\n[paths]\nschedules=schedules\nmedia=media\nstate=state\n")
        if events:
            (self.root / "schedules/a.ics").write_text(calendar(*events), newline="")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.cleanup()


@case
def usage():
    """wrong use ends with 64 and says where help is; help and version with 0"""
    out, _ = run("--help")
    for verb in ("occurrences", "check", "rundown", "rehearse", "schedule rollback", "take-next", "extend DURATION"):
        assert verb in out, verb
    assert run("--version")[0].startswith("playoutctl ")
    assert "--every-frame" in run("rehearse", "--help")[0]
    assert "--every-frame" not in run("rundown", "--help")[0]
    out, _ = run("schedule", "--help")
    assert "schedule rollback" in out and "rundown" not in out, out
    assert run("take", "next", "--help") == run("take-next", "--help")
    assert run("take", "--help") != run("take-next", "--help")
    run("schedule", "nothing", code=64)
    for words in ([], ["frobnicate"], ["schedule"], ["status", "--nonsense"], ["status", "word"], ["extend"],
                  ["extend", "PT5M", "PT6M"], ["occurrences"], ["asrun"], ["take", "--part", "x"]):
        _, err = run(*words, code=64)
        assert err.startswith("playoutctl: ") and len(err) > 20, err
    for words, meant in ((["statsu"], "“status”"), (["media", "lsit"], "“media list”"),
                         (["schedule-add", "x"], "“schedule add”"),
                         (["asrun", "verfiy"], "“asrun verify”"), (["status", "--jsno"], "“--json”"),
                         (["rundown", "--form=2027-01-01"], "“--from”"), (["--versoin"], "“--version”")):
        assert f"did you mean {meant}?" in run(*words, code=64)[1], words
    assert "có phải ý là “take”?" in run("tkae", code=64, LANGUAGE="vi", LC_ALL="C.UTF-8")[1]
    assert "did you mean" not in run("frobnicate", code=64)[1] + run("hold", "--whatever", code=64)[1]


@case
def media_list():
    """media list judges every file of an odd folder and hangs on none; media when finds a clip's airings"""
    weekly = "DURATION:PT1M\r\nRRULE:FREQ=WEEKLY\r\nATTACH:T%E1%BA%ADp%201.mp4"
    events = [event("weekly@t", "20270105T100000", weekly)]
    with Station(*events) as station:
        media = station.root / "media"
        clip = media / "Tập 1.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=4", "-f", "lavfi", "-i",
                        "sine=f=997:r=48000:d=4,volume=15dB", "-ac", "2", "-c:v", "libx264", "-preset", "ultrafast",
                        "-c:a", "aac", clip], check=True, timeout=60)
        os.mkfifo(media / "pipe.mp4")
        (media / "out.mp4").symlink_to("/etc/hostname")
        (media / "zero.mp4").symlink_to("/dev/zero")
        (media / "empty.mp4").touch()
        (media / "junk.mp4").write_bytes(bytes(range(256)) * 40)
        (media / "cut.mp4").write_bytes(clip.read_bytes()[:20000])
        out, _ = run("media", "list", "--config", station.config, "--json")
        clips = {line["path"]: line for line in map(json.loads, out.splitlines())}
        assert clips.keys() == {"Tập 1.mp4", "pipe.mp4", "out.mp4", "zero.mp4", "empty.mp4", "junk.mp4", "cut.mp4"}, out
        good = clips.pop("Tập 1.mp4")
        assert {line["verdict"] for line in clips.values()} == {"unfit"}, clips
        assert all(line["reasons"][0] for line in clips.values()), clips
        assert (good["frames"], good["duration_ns"], good["width"], good["rate"]) == (100, 4 * 10**9, 640, "25"), good
        assert (good["video_codec"], good["audio_codec"], good["channels"]) == ("h264", "aac", 2), good
        assert len(good["sha256"]) == 64 and good["true_peak_dbtp"] < 0, good
        assert [reason["code"] for reason in good["findings"]] == ["too-loud", "slot-short"], good
        assert abs(good["loudness_lufs"] + 6.1) < 0.5, good
        table = run("media", "list", "--config", station.config)[0]
        assert table.startswith("CLIP") and "lower it by" in table, table
        window = ("--config", station.config, "--from", "2027-01-01", "--to", "2027-02-01", "--json")
        for name in ("Tập 1.mp4", clip):
            lines = list(map(json.loads, run("media", "when", name, *window)[0].splitlines()))
            assert [line["start"][8:10] for line in lines] == ["05", "12", "19", "26"], lines
        run("media", "when", "other.mp4", *window, code=66)


@case
def serving():
    """media list, when and missing say which airing a clip serves and why, how it fits, and what lacks a clip until when"""
    first_day = datetime.date.today() + datetime.timedelta(days=40)
    day = lambda days: first_day + datetime.timedelta(days=days)
    stamp = lambda days: f"{day(days):%Y%m%d}"
    alarm = "BEGIN:VALARM\r\nTRIGGER:-P2D\r\nACTION:DISPLAY\r\nATTENDEE:mailto:lan@t.vn\r\nEND:VALARM"
    season = "SUMMARY:Phim\r\nDURATION:PT3S\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nORGANIZER:mailto:lan@t.vn\r\n"
    events = [event("phim@t", f"{stamp(0)}T200000", f"{season}ATTACH:phim/tap-{{episode:02}}.mp4\r\n{alarm}"),
              event("mua@t", f"{stamp(1)}T200000", "DURATION:PT9S\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nATTACH:mua/"),
              event("dem@t", stamp(0), "TRANSP:TRANSPARENT\r\nATTACH:dem.mp4").replace("DTSTART", "DTSTART;VALUE=DATE")]
    with Station(*events) as station:
        media = station.root / "media"
        for name in ("phim/tap-01.mp4", "mua/a.mp4", "dem.mp4", "le.mp4"):
            (media / name).parent.mkdir(exist_ok=True)
            subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=5", "-c:v", "libx264",
                            "-preset", "ultrafast", media / name], check=True, timeout=60)
        clips = {line["path"]: line for line in map(json.loads, run(
            "media", "list", "--config", station.config, "--json")[0].splitlines())}
        alone = list(map(json.loads, run("media", "list", "--media", media, "--json")[0].splitlines()))
        assert not any("airs" in line for line in alone), "no calendars, no airings"
        film, row = clips["phim/tap-01.mp4"], clips["mua/a.mp4"]
        assert (film["airs"], film["verdict"], film["serves"]) == (f"{first_day}T13:00:00Z", "warn", True), film
        airing, = film["airings"]
        assert (airing["why"], airing["episode"], airing["cut_ns"]) == ("template", 1, 2 * 10**9), airing
        assert "slot-long" in {one["code"] for one in film["findings"]} and "2 s too long" in airing["warning"], film
        assert (row["airings"][0]["why"], row["airings"][0]["lacking_ns"]) == ("folder", 4 * 10**9), row
        assert (clips["dem.mp4"]["filler"], clips["dem.mp4"]["airs"], clips["dem.mp4"]["serves"]) == (True, None, True)
        assert (clips["le.mp4"]["serves"], clips["le.mp4"]["airings"]) == (False, []), clips["le.mp4"]
        assert "serves nothing" in run("media", "list", "--config", station.config)[0]
        shown = run("media", "when", "phim/tap-01.mp4", "--config", station.config)[0]
        assert "template" in shown and f"{first_day} 20:00:00" in shown and "too long" in shown, shown
        missing = list(map(json.loads, run("media", "missing", "--config", station.config, "--json")[0].splitlines()))
        assert [(one["uid"], one["episode"], one["expected"], one["state"]) for one in missing] == [
            ("phim@t", 2, ["phim/tap-02.mp4"], "missing"), ("mua@t", 2, ["mua/"], "missing"),
            ("phim@t", 3, ["phim/tap-03.mp4"], "missing")], missing
        first = missing[0]
        assert (first["deadline"], first["producer"], first["tell"]) == \
            (f"{day(5)}T13:00:00Z", "lan@t.vn", ["lan@t.vn"]), first
        assert first["left_ms"] - first["in_ms"] == 2 * 86400 * 1000 and missing[1]["deadline"] is None, missing
        assert f"{day(5)} 20:00:00" in run("media", "missing", "--config", station.config)[0]
        said = run("check", "--config", station.config, "--from", day(7), "--to", day(8), code=1)[0]
        assert f"{day(5)} 20:00:00" in said and ("left" in said or "it was due" in said), said


@case
def window():
    """occurrences: start < to and end > from; without length from <= start < to; UTC out, local dates in"""
    events = [event("half@t", "20270106T194500"), event("point@t", "20270106T201500", "DTEND:20270106T201500"),
              event("day@t", "20270107", "SUMMARY:all day").replace("DTSTART:", "DTSTART;VALUE=DATE:")]
    cases = [("2027-01-06T12:45:00Z", "2027-01-06T12:46:00Z", {"half@t"}),
             ("2027-01-06T13:14:59Z", "2027-01-06T13:15:00Z", {"half@t"}),
             ("2027-01-06T13:15:00Z", "2027-01-06T13:15:01Z", {"point@t"}),
             ("2027-01-06T13:14:00Z", "2027-01-06T13:15:00Z", {"half@t"}),
             ("2027-01-06T13:15:01Z", "2027-01-06T13:16:00Z", set()),
             ("2027-01-06T19:45:00+07:00", "2027-01-06T20:16:00+07:00", {"half@t", "point@t"}),
             ("2027-01-07", "2027-01-08", {"day@t"}), ("2027-01-06", "2027-01-07", {"half@t", "point@t"})]
    with Station(*events) as station:
        for start, end, expected in cases:
            out, _ = run("occurrences", "--schedules", station.root / "schedules", "--timezone", "Asia/Ho_Chi_Minh",
                         "--from", start, "--to", end, "--json")
            rows = [json.loads(line) for line in out.splitlines()]
            assert {row["uid"] for row in rows} == expected, (start, end, rows)
        row = next(r for r in map(json.loads, run("occurrences", "--schedules", station.root / "schedules", "--from",
                                                  "2027-01-06", "--to", "2027-01-07", "--json")[0].splitlines()))
        assert row["start"] == "2027-01-06T12:45:00Z" and row["end"] == "2027-01-06T13:15:00Z", row
        assert row["recurrence_id"] is None and row["status"] == "CONFIRMED" and row["transparent"] is False, row
        out, _ = run("occurrences", "-c", station.config, "--timezone", "UTC", "--from", "2027-01-06", "--to",
                     "2027-01-07", "--json")
        assert json.loads(out.splitlines()[0])["start"] == "2027-01-06T19:45:00Z", "a given zone wins"


@case
def window_over_a_change_of_clocks():
    """a window of days from midnight on ends at midnight, though a day of it has 23 or 25 hours"""
    with Station(event("before@t", "20271031T233000"), event("after@t", "20271101T003000"),
                 event("spring@t", "20270328T233000"), event("later@t", "20270329T003000")) as station:
        for start, expected in (("2027-10-25", {"before@t"}), ("2027-03-22", {"spring@t"})):
            out, _ = run("occurrences", "--schedules", station.root / "schedules", "--timezone", "Europe/Berlin",
                         "--from", start, "--json")
            assert {json.loads(line)["uid"] for line in out.splitlines()} == expected, (start, out)


@case
def table():
    """a table lines up, whatever the script, and has no colour in a pipe"""
    with Station(event("a@t", "20270106T194500", "SUMMARY:Chuyên mục cải cách"),
                 event("b@t", "20270106T204500", "SUMMARY:日本語\u0301"),
                 event("c@t", "20270106T214500", "SUMMARY:x\x1b[31my")) as station:
        out, _ = run("occurrences", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07")
        window = ("--from", "2027-01-06", "--to", "2027-01-07")
        for before in (("-c", station.config), ("--config", station.config), (f"--config={station.config}",)):
            assert run(*before, "occurrences", *window)[0] == out, before
        lines = out.splitlines()
        assert len(lines) == 4 and "\x1b" not in out, out
        place = lines[1].index("a@t")
        assert lines[0].index("UID") == place and lines[1].startswith("2027-01-06 19:45:00"), out
        assert lines[2].index("b@t") == place - 3 + 1, out  # three wide characters, one mark without width


@case
def faults():
    """each fault has its exit code and names what to do"""
    with Station(event("a@t", "20270106T194500")) as station:
        schedules = station.root / "schedules"
        for words, code, said in (
                (["occurrences", "--schedules", station.root / "no"], 66, "no such folder"),
                (["occurrences", "--schedules", schedules, "--from", "soon"], 64, "--from: "),
                (["occurrences", "--schedules", schedules, "--from", "2027-01-02", "--to", "2027-01-01"], 64, "--to"),
                (["occurrences", "--schedules", schedules, "--timezone", "Mars/Base"], 64, "Mars/Base"),
                (["occurrences", "-c", station.root / "no.conf"], 66, "no.conf"),
                (["status", "-c", station.config], 69, str(station.root / "state/control.sock")),
                (["take", "-c", station.config], 69, "systemctl start playoutd"),
                (["schedule", "list", "--state", station.root / "state"], 69, "not running"),
                (["asrun", "--state", station.root / "state"], 66, "no log"),
                (["status"], 64, "--config")):
            _, err = run(*words, code=code)
            assert said in err, f"{words}: {err}"
        station.config.write_text("[channel]\nnaem=x\n")
        _, err = run("rundown", "-c", station.config, code=78)
        assert f"{station.config}:2: unknown key “naem” in [channel]; did you mean “name”?" in err, err


@case
def bad_calendar():
    """a broken file is named on standard error and takes no other with it"""
    with Station(event("a@t", "20270106T194500")) as station:
        (station.root / "schedules/b.ics").write_text("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", newline="")
        out, err = run("occurrences", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07", "--json")
        assert json.loads(out)["uid"] == "a@t" and "b.ics" in err, (out, err)


@case
def rundown():
    """rundown covers its window without hole or overlap, offline, and writes nothing it should not"""
    with Station(event("a@t", "20270106T194500", "DURATION:PT30M\r\nATTACH:gone.mp4")) as station:
        out, _ = run("rundown", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07", "--json")
        rows = [json.loads(line) for line in out.splitlines()]
        assert rows[0]["start"] == "2027-01-05T17:00:00Z" and rows[-1]["end"] == "2027-01-06T17:00:00Z", rows
        assert all(a["end_frame"] == b["start_frame"] for a, b in zip(rows, rows[1:])), rows
        assert any(row["reason"] == "missing" for row in rows), rows
        out, _ = run("rundown", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07")
        assert len(out.splitlines()) == len(rows) + 1, out
        assert run("rundown", "--schedules", station.root / "schedules", "--media", station.root / "media", "--from",
                   "2027-01-06", "--to", "2027-01-07", "--json")[0], "without any configuration"


@case
def check():
    """check ends with 2 for errors, 1 for warnings"""
    span = ("--from", "2027-01-06T19:45:00+07:00", "--to", "2027-01-06T20:15:00+07:00")
    with Station(event("a@t", "20270106T194500", "DURATION:PT30M\r\nATTACH:gone.mp4")) as station:
        out, _ = run("check", "-c", station.config, *span, code=1)
        assert "gone.mp4" in out or "a@t" in out, out
        out, _ = run("check", "-c", station.config, *span, "--json", code=1)
        rows = [json.loads(line) for line in out.splitlines()]
        assert {row["severity"] for row in rows} <= {"note", "warning"}, rows
        assert "no folder of clips" not in out, out
        out, _ = run("check", "--schedules", station.root / "schedules", *span, code=1)
        assert "note: no folder of clips is named, so every clip counts as missing; give --media DIR" in out, out
        (station.root / "schedules/b.ics").write_text("no calendar", newline="")
        out, _ = run("check", "-c", station.config, *span, code=2)
        assert "b.ics" in out, out


@case
def folder():
    """check and rundown take of the folder what the daemon takes: no link out of it; and what is kept of calendars
    elsewhere"""
    span = ("--from", "2027-01-06", "--to", "2027-01-07")
    with Station(event("a@t", "20270106T194500")) as station:
        station.config.write_text(f"{station.config.read_text()}[calendar ngoai]\nurl=https://h.invalid/x.ics\n")
        for place, uid in (("elsewhere.ics", "out@t"), ("schedules/~$a.ics", "lock@t"),
                           ("state/calendars/ngoai.ics", "far@t")):
            (station.root / place).parent.mkdir(exist_ok=True)
            (station.root / place).write_text(calendar(event(uid, "20270106T204500")), newline="")
        (station.root / "schedules/link.ics").symlink_to(station.root / "elsewhere.ics")
        out, _ = run("check", "-c", station.config, *span, code=2)
        assert "link.ics: error: is no plain file inside the schedule folder; it was not opened" in out, out
        assert ("a@t" in out, "far@t" in out, "out@t" in out, "lock@t" in out) == (True, True, False, False), out
        rows = [json.loads(line) for line in run("rundown", "-c", station.config, *span, "--json")[0].splitlines()]
        assert {row["uid"] for row in rows} - {None} == {"a@t", "far@t"}, rows


@case
def addresses():
    """What has no effect in a live source's address is a warning with its line, in the configuration and in a calendar"""
    with Station(event("live@test", "20270106T190000", "DURATION:PT30M\r\nATTACH:srt://:9000?colour=blue")) as station:
        text = station.config.read_text()
        station.config.write_text(f"{text}[source studio]\nuri=srt://h:1?colour=red\n")
        out, _ = run("check", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07", code=1)
        line = text.count("\n") + 2
        assert f"{station.config}:{line}: warning: “uri” in [source studio]: “colour” is not known" in out, out
        assert any("a.ics:" in one and "live@test ATTACH: " in one and "“colour” is not known" in one
                   for one in out.splitlines()), out


@case
def names_of_sources():
    """check and rundown know, as the daemon does, which live sources the configuration has; without one, any may be"""
    shows = [event(f"{name}@test", f"20270106T{hour}0000", f"DURATION:PT30M\r\nATTACH:live:{name}")
             for name, hour in (("studio", 19), ("studoi", 20))]
    span = ("--from", "2027-01-06", "--to", "2027-01-07")
    with Station(*shows) as station:
        station.config.write_text(f"{station.config.read_text()}[source studio]\nuri=srt://h:1\n")
        out, _ = run("check", "-c", station.config, *span, code=1)
        assert [one.split(":")[0] for one in out.splitlines() if "the configuration has no [source studoi]" in one] == [
            "a.ics"], out
        assert "[source studio]" not in out, out
        out, _ = run("rundown", "-c", station.config, *span)
        assert ("live:studio" in out, "live:studoi" in out) == (True, False), out
        out, _ = run("rundown", "--schedules", station.root / "schedules", "--media", station.root / "media", *span)
        assert "live:studoi" in out, out


@case
def output():
    """what could not be written is a failure that is told; so is a series that is none, and a plan of centuries"""
    with Station(event("a@t", "20270106T194500")) as station:
        day = ("-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07")
        with open("/dev/full", "w", encoding="utf-8") as full:
            for words in (["rundown", *day, "--json"], ["check", *day], ["occurrences", *day], ["--help"],
                          ["occurrences", "--help"], ["--version"]):
                done = subprocess.run([CTL, *map(str, words)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                                      check=False, env={**os.environ, "LC_ALL": "C.UTF-8", "PLAYOUTD_LOCALEDIR": LOCALES})
                assert done.returncode == 74, (words, done)
                assert "what it prints cannot be written: " in done.stderr, done
        _, err = run("rundown", "-c", station.config, "--from", "2027-01-06", "--to", "9999-12-31", code=64)
        assert "at most 3660 days" in err, err
        run("occurrences", "-c", station.config, "--from", "1997-01-01", "--to", "2200-01-01", "--json")


def lines_at(columns, *words, code=0):
    """What a verb prints on a terminal of so many columns"""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([CTL, *map(str, words)], stdout=theirs, stderr=subprocess.DEVNULL,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1"})
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    assert process.wait(60) == code, said
    return said.decode().split("\r\n")[:-1]


@case
def wrapped():
    """on a terminal sentences are broken at their words and go on indented; piped they are whole"""
    title = "Gặp gỡ và đối thoại về cải cách hành chính của thành phố, quý hai năm hai nghìn không trăm hai mươi bảy"
    with Station(event("a@t", "20270106T194500", f"DURATION:PT30M\r\nSUMMARY:{title}")) as station:
        words = ("check", "--config", station.config, "--from", "2027-01-06", "--to", "2027-01-07")
        whole = run(*words, code=1)[0].splitlines()
        assert any(title in line for line in whole), whole
        lines = lines_at(60, *words, code=1)
        assert len(lines) > len(whole) and max(map(len, lines)) <= 60, lines
        assert any(line.startswith("    ") for line in lines), lines
        assert " ".join("\n".join(lines).split()) == " ".join("\n".join(whole).split())


@case
def narrow():
    """on a narrow terminal the widest texts are cut, and times are not; elsewhere nothing is"""
    title, uid = "Đối thoại trực tiếp với người dân về cải cách hành chính", "doi-thoai-" + 50 * "x"
    with Station(event(uid, "20270106T194500", f"DURATION:PT30M\r\nSUMMARY:{title}")) as station:
        words = ("occurrences", "-c", station.config, "--from", "2027-01-06", "--to", "2027-01-07")
        whole, _ = run(*words)
        assert title in whole and uid in whole, whole
        assert lines_at(200, *words) == whole.splitlines(), whole
        for columns in (72, 68):
            lines = lines_at(columns, *words)
            assert len(lines) == 2 and max(map(len, lines)) <= columns, lines
            assert lines[1].startswith("2027-01-06 19:45:00  ") and "Đối t" in lines[1] and "…" in lines[1], lines
            assert lines[0].split() == whole.split("\n")[0].split(), lines
        for columns, count in ((60, 4), (30, 6)):  # what has no room even so goes on beneath
            lines = lines_at(columns, *words)
            assert len(lines) == count and max(map(len, lines)) <= columns, lines
            assert [one.startswith("    ") for one in lines] == ([False] + (count // 2 - 1) * [True]) * 2, lines
            assert " ".join(lines[:count // 2]).split() == whole.split("\n")[0].split(), lines
        assert lines_at(20, *words)


@case
def access():
    """what is done to users and keys is said as JSON where that is asked for, and not at all where not"""
    with Station() as station:
        def done(*words):
            return run(*words, "-c", station.config, said="một mật khẩu dài\n")[0]
        assert done("user", "add", "lan", "--role", "admin") == ""
        for words, role in ((("user", "add", "minh", "--role", "viewer"), "viewer"),
                            (("user", "role", "minh", "--role", "operator"), "operator"),
                            (("user", "password", "minh"), "operator"), (("user", "remove", "minh"), "none")):
            told = json.loads(done(*words, "--json"))
            assert (told["name"], told["role"]) == ("minh", role), (words, told)
        told = json.loads(done("token", "add", "giam-sat", "--role", "viewer", "--days", "3", "--json"))
        assert told["key"].startswith("po_") and told["until"] > told["since"], told
        assert "key" not in json.loads(done("token", "list", "--json"))
        assert json.loads(done("token", "revoke", "giam-sat", "--json"))["role"] == "none"


@case
def rehearse():
    """rehearse runs the head over the window and puts every item on record"""
    with Station(event("a@t", "20270106T194500", "DURATION:PT1M\r\nATTACH:gone.mp4")) as station:
        span = ("--from", "2027-01-06T19:44:00+07:00", "--to", "2027-01-06T19:47:00+07:00")
        items = run("rundown", "-c", station.config, *span, "--json")[0].splitlines()
        out, _ = run("rehearse", "-c", station.config, *span, "--json")
        rows = [json.loads(line) for line in out.splitlines()]
        assert len(rows) == len(items), (rows, items)
        every, _ = run("rehearse", "-c", station.config, *span, "--json", "--every-frame")
        volatile = ("id", "node", "epoch")
        strip = lambda text: [{k: v for k, v in json.loads(l).items() if k not in volatile} for l in text.splitlines()]
        assert strip(out) == strip(every)


@case
def language():
    """Vietnamese where it is asked for, English where not, also where the locale was never generated"""
    for environment in ({"LC_ALL": "C.UTF-8", "LANGUAGE": "vi"}, {"LC_ALL": "vi_VN.UTF-8"},
                        {"LC_ALL": "", "LANG": "vi_VN.UTF-8"}, {"LC_ALL": "", "LANGUAGE": "vi"}):
        assert "Các lệnh:" in run("--help", **environment)[0], environment
    for environment in ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "LANGUAGE": "vi"}):
        assert "Verbs:" in run("--help", **environment)[0], environment
    for words, said in ((("take", "--part", "x"), "“x” không phải là số"), (("take", "--part=1x"), "“1x” không phải là số"),
                        (("take", "--part"), "“--part” cần một giá trị"), (("status", "-c"), "“--config” cần một giá trị"),
                        (("take", "--prat", "1"), "“--part”"), (("status", "-x"), "không có tùy chọn “-x”")):
        err = run(*words, code=64, LC_ALL="C.UTF-8", LANGUAGE="vi")[1]
        assert said in err, (words, err)


class Daemon(http.server.BaseHTTPRequestHandler):
    """Answers as the daemon does."""
    protocol_version = "HTTP/1.1"
    asked = []

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        item = {"start": "2027-01-06T12:45:00Z", "title": "Chuyên mục", "kind": "media", "start_frame": 0,
                "end_frame": 250}
        self.answer(200, {"channel": "Kênh", "now": "2027-01-06T12:45:05Z", "rate": "25", "format": "640x360p25",
                          "on_air": {**item, "left_ms": 5000}, "next": item,
                          "attention": {"kind": "disk", "reason": "full", "title": "lưu trữ",
                                        "start": "2027-01-06T14:45:05Z"},
                          "attention_in_ms": 7200000,
                          "outputs": [{"name": "air", "type": "udp", "state": "running", "dropped": 0, "restarts": 1,
                                       "where": "udp://127.0.0.1:5000", "problem": None}],
                          "alarms": [{"id": "x", "severity": "error", "since": "2027-01-06T12:00:00Z", "text": "no clip",
                                      "what_to_do": "send one"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body))
        if self.path.endswith("/skip"):
            self.answer(409, {"status": 409, "detail": "somebody was faster"})
        else:
            self.answer(200, {"frame": 42, "time": "2027-01-06T12:45:06Z", "changes": ["one thing moves"]})

    def address_string(self):
        return "local"

    def log_message(self, *_):
        pass


@case
def somebody_else():
    """who may not open the daemon's socket is told how he may ask it"""
    with Station() as station:
        state = station.root / "state"
        with socketserver.UnixStreamServer(str(state / "control.sock"), Daemon):
            (state / "control.sock").chmod(0)
            stranger = {"user": 65534} if os.geteuid() == 0 else {}
            try:
                done = subprocess.run([CTL, "status", "--state", state], capture_output=True, text=True, timeout=60,
                                      check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}, **stranger)
            except PermissionError:
                return  # nobody but root may run what was built here
        assert (done.returncode, "sudo playoutctl" in done.stderr) == (75, True), done


@case
def online():
    """status and commands ask over the Unix socket, print for people or as JSON, and keep the daemon's words"""
    with Station() as station:
        deep = station.root / ("d" * 120)
        deep.mkdir()
        os.chdir(deep)  # so that the name of the socket may be longer than an address
        with socketserver.ThreadingUnixStreamServer("control.sock", Daemon) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            out, _ = run("status", "--state", deep)
            for word in ("Kênh", "19:45:00", "Chuyên mục", "00:05", "udp://127.0.0.1:5000", "no clip", "send one",
                         "21:45:05  lưu trữ  (disk, in 2:00:00)"):
                assert word in out, (word, out)
            assert json.loads(run("status", "--state", deep, "--json")[0])["channel"] == "Kênh"
            out, _ = run("take", "--state", deep, "--uid", "a@t", "--part", "1", "--asap", "--dry-run")
            assert "42" in out and "one thing moves" in out, out
            run("cancel", "--state", deep, "--uid", "a@t", "--part", "1", code=64)  # an airing goes with all its clips
            run("user", "remove", "nobody", "--state", deep, code=66)
            run("user", "add", "lan", "--role", "emperor", "--state", deep, code=64)
            run("extend", "PT5M", "--state", deep)
            run("schedule", "rollback", "abc", "--state", deep, "--json")
            _, err = run("skip", "--state", deep, code=75)
            assert "somebody was faster" in err, err
            server.shutdown()
        os.chdir("/")
        assert Daemon.asked == [
            ("/api/v1/commands/take", {"uid": "a@t", "part": 1, "asap": True, "dry_run": True}),
            ("/api/v1/commands/extend", {"by": "PT5M"}), ("/api/v1/schedules/rollback", {"revision": "abc"}),
            ("/api/v1/commands/skip", {})], Daemon.asked


if __name__ == "__main__":
    sys.exit(tap.run(sys.argv[3:]))
