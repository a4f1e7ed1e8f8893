#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`playoutctl guide` as a consumer of XMLTV reads it. Arguments: playoutctl, a log as SQL."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import Skip, case, run  # noqa: E402

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//t//EN
BEGIN:VEVENT
UID:a@t
DTSTAMP:20260101T000000Z
DTSTART:20270106T124500Z
DURATION:PT30M
RRULE:FREQ=DAILY;COUNT=2
SUMMARY:Cải cách <hành chính> & dân
DESCRIPTION:Số đầu năm
CATEGORIES:Tin,Chính luận,T13
IMAGE;VALUE=URI:https://example.vn/cchc.png
ATTACH:tap-{episode:02}.mp4
END:VEVENT
BEGIN:VEVENT
UID:b@t
DTSTAMP:20260101T000000Z
DTSTART:20270106T130000Z
DURATION:PT10M
PRIORITY:1
SUMMARY:Bản tin
ATTACH:tin.mp4
END:VEVENT
BEGIN:VEVENT
UID:c@t
DTSTAMP:20260101T000000Z
DTSTART:20270107T020000Z
DURATION:PT1H
SUMMARY:Đối thoại
DESCRIPTION:Một\x0b hai\ufffe ba\uffff bốn 🎬
ATTACH:srt://192.0.2.1:9000
END:VEVENT
BEGIN:VEVENT
UID:d@t
DTSTAMP:20260101T000000Z
DTSTART:20270107T040000Z
DURATION:PT10M
SUMMARY:Phát lại
ATTACH:tap-01.mp4
END:VEVENT
END:VCALENDAR
"""


class Guide:
    def __init__(self, root):
        (root / "schedules").mkdir()
        (root / "media").mkdir()
        (root / "schedules/a.ics").write_text(CALENDAR.replace("\n", "\r\n"), newline="")
        for name in ("tap-01.mp4", "tap-02.mp4", "tin.mp4"):
            subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=64x36:r=25:d=1", "-c:v", "mpeg4",
                            root / "media" / name], check=True, timeout=50)
        (root / "s.conf").write_text("[channel]\nname=Kênh Một\nformat=640x360p25\n[paths]\nschedules=schedules\n"
                                     "media=media\nstate=state\n")
        self.root, self.file = root, root / "guide.xml"
        self.text = self.make()
        self.file.write_bytes(self.text)
        self.tree = xml.etree.ElementTree.fromstring(self.text)
        self.programmes = list(self.tree.iter("programme"))

    def make(self):
        return subprocess.run([sys.argv[1], "guide", "--config", self.root / "s.conf", "--from", "2027-01-06", "--to",
                               "2027-01-08"], capture_output=True, check=True, timeout=50).stdout

    def find(self, title):
        return [p for p in self.programmes if p.findtext("title") == title]

    def tool(self, *command):
        return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False,
                              env={**os.environ, "XMLTV_SUPPLEMENT": "/usr/share/xmltv"})


SERIES, NEWS = "Cải cách <hành chính> & dân", "Bản tin"


@case
def programmes_as_planned(guide):
    """programmes as planned, none overlapping"""
    got = [(p.get("start"), p.get("stop"), p.findtext("title")) for p in guide.programmes]
    want = [("20270106194500 +0700", "20270106200000 +0700", SERIES),
            ("20270106200000 +0700", "20270106201000 +0700", NEWS),
            ("20270106201000 +0700", "20270106201500 +0700", SERIES),
            ("20270107090000 +0700", "20270107100000 +0700", "Đối thoại"),
            ("20270107110000 +0700", "20270107111000 +0700", "Phát lại"),
            ("20270107194500 +0700", "20270107201500 +0700", SERIES)]
    assert got == want, got
    assert all(a.get("stop") <= b.get("start") for a, b in zip(guide.programmes, guide.programmes[1:]))


@case
def what_the_calendar_says(guide):
    """synopsis, categories, episode numbers, picture, age mark and the live flag"""
    first = guide.programmes[0]
    assert first.findtext("desc") == "Số đầu năm"
    assert [c.text for c in first.iter("category")] == ["Tin", "Chính luận"]
    assert first.find("icon").get("src") == "https://example.vn/cchc.png"
    assert (first.find("rating").get("system"), first.find("rating").findtext("value")) == ("VN", "T13")
    numbers = {e.get("system"): e.text for e in guide.programmes[-1].iter("episode-num")}
    assert numbers == {"xmltv_ns": ".1.", "onscreen": "2"}, numbers
    assert [p.findtext("keyword") for p in guide.programmes] == [None, None, None, "live", None, None]
    assert guide.tree.find("channel").get("id") == "kenh-mot.playoutd.invalid"
    assert guide.find("Đối thoại")[0].findtext("desc") == "Một  hai  ba  bốn 🎬", "what XML has no place for"


@case
def repeats(guide):
    """a clip that is shown again is a repeat, and one that the record has"""
    assert guide.find("Phát lại")[0].find("previously-shown") is not None
    assert guide.programmes[0].find("previously-shown") is None
    assert guide.programmes[2].find("previously-shown") is None, "it goes on after the news"
    (guide.root / "state").mkdir(exist_ok=True)
    with sqlite3.connect(guide.root / "state/log.sqlite") as db:
        db.executescript(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
        db.execute("DROP TRIGGER airing_event_no_update")
        db.execute("UPDATE airing_event SET utc_ns = utc_ns - 86400000000000 WHERE event = 'start'")
    again = xml.etree.ElementTree.fromstring(guide.make())
    shown = again.find("programme").find("previously-shown")
    assert shown is not None and shown.get("start").startswith("20270105"), again.find("programme")
    os.unlink(guide.root / "state/log.sqlite")


@case
def valid(guide):
    """valid by its DTD and for tv_validate_file"""
    if not shutil.which("tv_validate_file"):
        raise Skip("xmltv-util is not installed")
    done = guide.tool("tv_validate_file", guide.file)
    assert done.returncode == 0, done.stdout + done.stderr
    if shutil.which("xmllint"):
        done = guide.tool("xmllint", "--noout", "--dtdvalid", "/usr/share/xmltv/xmltv.dtd", guide.file)
        assert done.returncode == 0, done.stderr


@case
def read_by_consumers(guide):
    """tv_sort finds nothing to sort and no overlap; tv_grep finds by title and by category"""
    if not shutil.which("tv_sort"):
        raise Skip("xmltv-util is not installed")
    done = guide.tool("tv_sort", guide.file)
    starts = [p.get("start") for p in xml.etree.ElementTree.fromstring(done.stdout.encode()).iter("programme")]
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert starts == [p.get("start") for p in guide.programmes], starts
    for field, word, count in (("--title", "Bản tin", 1), ("--category", "Tin", 3)):
        done = guide.tool("tv_grep", field, word, guide.file)
        found = list(xml.etree.ElementTree.fromstring(done.stdout.encode()).iter("programme"))
        assert len(found) == count, (field, len(found), done.stderr)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        made = Guide(pathlib.Path(folder))
        sys.exit(run(sys.argv[3:], around=lambda: contextlib.nullcontext(made)))
