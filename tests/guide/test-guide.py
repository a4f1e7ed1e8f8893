#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`playoutctl guide` as a consumer of XMLTV reads it. Argument: playoutctl."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

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
CATEGORIES:Tin,Chính luận
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
END:VCALENDAR
"""


def main():
    with tempfile.TemporaryDirectory(prefix="guide-") as name:
        root = pathlib.Path(name)
        (root / "schedules").mkdir()
        (root / "media").mkdir()
        (root / "schedules/a.ics").write_text(CALENDAR.replace("\n", "\r\n"), newline="")
        (root / "s.conf").write_text("[channel]\nname=Kênh Một\nformat=640x360p25\n[paths]\nschedules=schedules\n"
                                     "media=media\nstate=state\n")
        out = subprocess.run([sys.argv[1], "guide", "--config", root / "s.conf", "--from", "2027-01-06", "--to",
                              "2027-01-08"], capture_output=True, check=True, timeout=50).stdout
        guide = xml.etree.ElementTree.fromstring(out)
        got = [(p.get("start"), p.get("stop"), p.findtext("title")) for p in guide.iter("programme")]
        series, news = "Cải cách <hành chính> & dân", "Bản tin"
        want = [("20270106194500 +0700", "20270106200000 +0700", series),
                ("20270106200000 +0700", "20270106201000 +0700", news),
                ("20270106201000 +0700", "20270106201500 +0700", series),
                ("20270107194500 +0700", "20270107201500 +0700", series)]
        print("TAP version 13\n1..3")
        faults = [got != want]
        print(f"{'not ok' if faults[0] else 'ok'} 1 - programmes as planned, none overlapping\n# {got}")
        first = guide.find("programme")
        said = (first.findtext("desc"), [c.text for c in first.iter("category")], guide.find("channel").get("id"))
        faults.append(said != ("Số đầu năm", ["Tin", "Chính luận"], "kenh-mot.playoutd.invalid"))
        print(f"{'not ok' if faults[1] else 'ok'} 2 - what the calendar says of them\n# {said}")
        if shutil.which("tv_validate_file"):
            (root / "guide.xml").write_bytes(out)
            done = subprocess.run(["tv_validate_file", root / "guide.xml"], capture_output=True, text=True, timeout=50,
                                  check=False, env={**os.environ, "XMLTV_SUPPLEMENT": "/usr/share/xmltv"})
            faults.append(done.returncode != 0)
            print(f"{'not ok' if faults[2] else 'ok'} 3 - tv_validate_file finds it valid")
            for line in (done.stdout + done.stderr).splitlines():
                print(f"# {line}")
        else:
            print("ok 3 - tv_validate_file # SKIP xmltv-util is not installed")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    sys.exit(main())
