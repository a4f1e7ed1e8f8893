#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""As-run and report as other programs and people take them: JSON Lines, CSV, iCalendar, HTML, PDF, a template of the
station's, the morning report. Arguments: playoutctl, a log as SQL, the folder of the sample templates."""

import csv
import io
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import case, in_folder, run  # noqa: E402

WINDOW = ("--from", "2027-01-01", "--to", "2027-02-01")


class State:
    def __init__(self, folder):
        self.folder = folder
        with sqlite3.connect(self.folder / "log.sqlite") as db:
            db.executescript(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
            db.execute("INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, shown, repeated,"
                       " filled, status, node, epoch) SELECT 6, 5, 'interrupted', frame, k, utc_ns, 25, 1, shown,"
                       " repeated, filled, 'interrupted', 'node-a', 1 FROM checkpoint WHERE airing = 5")
        self.ctl("asrun", "correct", "1", "--status", "partial", "--why", "mất hình")
        self.ctl("asrun", "correct", "3", "--status", "partial", "--who", "Lan", "--why", "mất <tiếng> & hình")

    def run(self, *arguments, code=0):
        done = subprocess.run([sys.argv[1], *arguments, "--state", self.folder], capture_output=True, check=False,
                              timeout=50)
        assert done.returncode == code, (arguments, done.returncode, done.stderr.decode())
        return done.stdout

    def ctl(self, *arguments, code=0):
        return self.run(*arguments, code=code).decode()


@case
def json_lines(state):
    """asrun --json: a JSON object a line, by date, series and clip"""
    assert len(state.ctl("asrun", "--json", *WINDOW).splitlines()) == 3
    by_clip = state.ctl("asrun", "--json", *WINDOW, "--media", "tap-02.mp4").splitlines()
    assert [json.loads(line)["title"] for line in by_clip] == ["Tập 2"]
    assert len(state.ctl("asrun", "--json", *WINDOW, "--series", "cchc@test").splitlines()) == 3
    assert state.ctl("asrun", "--json", "--from", "2027-01-02", "--to", "2027-01-03") == ""


@case
def unknown_series(state):
    """report --series of what is none says so, and is no success"""
    assert state.ctl("report", *WINDOW, "--series", "nichts@test", code=66) == ""


@case
def spreadsheet_and_calendar(state):
    """asrun --csv begins with a byte order mark; --ics is a calendar"""
    assert state.run("asrun", "--csv", *WINDOW).startswith(b"\xef\xbb\xbfid,")
    assert state.ctl("asrun", "--ics", *WINDOW).count("BEGIN:VEVENT") == 3


@case
def any_title_in_a_spreadsheet(state):
    """asrun --csv gives every title back to a reader of CSV; what would be a formula is quoted as text"""
    titles = ['một, hai; "ba"', "dòng\nhai", "=1+1", "+84 292", "-5 độ", "@lan", "\tthụt", "'đã có", "Ế, Ữ, đ"]
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        for i, title in enumerate(titles):
            shared = "frame, k, utc_ns, rate_n, rate_d, kind, reason, shown, repeated, filled, status, node, epoch"
            db.execute(f"INSERT INTO airing_event (id, airing, title, event, {shared}) SELECT 100 * ? + id, 100 * ? + airing,"
                       f" ?, event, {shared} FROM airing_event WHERE airing = 1", (i + 1, i + 1, title))
    text = state.run("asrun", "--csv", *WINDOW).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(None not in row and None not in row.values() for row in rows), "as many cells as titles"
    got = [row["title"] for row in rows if int(row["id"]) >= 100]
    assert got == [("'" if title[0] in "=+-@\t" else "") + title for title in titles], got
    first = rows[0]
    assert (first["start"], first["seconds"], first["status"], first["corrected_from"], first["corrected_why"]) == (
        "2027-01-06 19:45:00", "4", "partial", "aired", "mất hình"), first


@case
def page(state):
    """asrun --html is well-formed, escapes what people wrote, and marks what went wrong"""
    html = state.ctl("asrun", "--html", *WINDOW)
    tree = xml.etree.ElementTree.fromstring(re.sub(r"<!DOCTYPE html>|<meta[^>]*>", "", html))
    rows = tree.findall(".//tbody/tr")
    assert len(rows) == 3 and [r.get("class") for r in rows] == ["bad", "bad", "bad"], [r.get("class") for r in rows]
    assert "mất <tiếng> & hình" in "".join(rows[1].itertext())


@case
def pdf(state):
    """asrun --pdf and report --pdf are PDF with the Vietnamese text in them"""
    for verb in ("asrun", "report"):
        done = state.run(verb, "--pdf", *WINDOW)
        assert done.startswith(b"%PDF-") and b"%%EOF" in done[-64:], done[:20]
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=done, capture_output=True, check=True,
                              timeout=50).stdout.decode()
        assert "Tập 2" in text or verb == "report", text
        assert "cchc@test" in text or "Tập" in text, text


@case
def many_clips(state):
    """of more than 1000 clips the report's sheet lists those that aired most often, and says how many it leaves out"""
    rows = """WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)
        INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, channel, title, media, kind,
        reason, shown, repeated, filled, status, node, epoch) SELECT 1000 + 2 * i + e, 1000 + 2 * i,
        iif (e = 0, 'start', 'end'), at + 25 * e, 25 * e, (at + 25 * e) * 40000000, 25, 1, 'HueTV', 'x',
        iif (e = 0, printf ('m%05d.mp4', max (i - 3, 0)), NULL), iif (e = 0, 'filler', NULL), 'gap', iif (e = 0, NULL,
        25), 0, 0, iif (e = 0, NULL, 'filled'), 'n', 1
        FROM (SELECT i, e, (strftime ('%s', '2027-01-20') + i) * 25 AS at FROM n, (SELECT 0 AS e UNION SELECT 1))
        ORDER BY 1"""
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        db.execute(rows)
    told = json.loads(state.ctl("report", "--json", *WINDOW))["clips"]
    html = state.ctl("report", "--html", *WINDOW)
    listed = re.findall(r"<td>([^<]*[.]mp4)</td>", html)
    assert len(told) == 1204 and len(listed) == 1000 and listed == sorted(listed), (len(told), len(listed))
    assert "m00000.mp4" in listed, "what aired four times is left out"
    assert "1000 clips that aired most often. 204 more, 03:31 in all" in html, html[-900:]


@case
def template(state):
    """report --template fills the station's own words with the figures of --json; a broken one is refused"""
    own = state.folder / "own.mustache"
    own.write_text("{{#series}}{{uid}}: {{done_text}}/{{planned_text}}, {{percent}}%{{^live}} file{{/live}}, "
                   "{{shown_seconds}} s\n{{/series}}", encoding="utf-8")
    with sqlite3.connect(state.folder / "log.sqlite") as db:  # 10.12 s, which no double holds exactly
        db.execute("DROP TRIGGER airing_event_no_update")
        db.execute("UPDATE airing_event SET shown = shown + 3 WHERE id = 2")
    series = json.loads(state.ctl("report", "--json", *WINDOW))["series"]
    expected = "".join(f"{s['uid']}: {s['done']:02}/{s['planned']:02}, {s['percent']}% file, {s['shown_seconds']} s\n"
                       for s in series)
    got = state.ctl("report", "--template", own, *WINDOW)
    assert got == expected and "." in str(series[0]["shown_seconds"]).strip("0"), (got, expected)
    own.write_text("{{#series}}", encoding="utf-8")
    state.ctl("report", "--template", own, *WINDOW, code=64)
    sample = state.ctl("report", "--template", pathlib.Path(sys.argv[3]) / "bao-cao-nam.mustache", *WINDOW)
    assert "Thực hiện 00/01 số phát sóng chuyên mục" in sample, sample


@case
def figures(state):
    """report --json: the figures by name, with the rows behind them, and no 96.099999999999994"""
    text = state.ctl("report", "--json", *WINDOW)
    series = json.loads(text)["series"][0]
    for name in ("uid", "title", "planned", "aired", "partial", "moved", "cancelled", "missed", "made_up", "owed"):
        assert name in series, name
    assert series["partial"] == 1 and series["rows"]["partial"] == [1, 3, 5], series
    assert {name: ids for name, ids in series["rows"].items() if ids} == {name: [1, 3, 5] for name in (
        "planned", "partial", "owed")}, series["rows"]
    assert {"aired", "moved", "cancelled", "missed", "removed", "made_up"} <= set(series["rows"]), series["rows"]
    assert series["partial_minutes"] == round(series["partial_seconds"] / 60), series
    assert not re.search(r"\d\.\d{12,}", text), text


@case
def whole_year(state):
    """report without --to is of a year by the calendar: 366 days of a leap year"""
    for begin, end in (("2027-01-01", "2027-12-31T17:00:00Z"), ("2028-01-01", "2028-12-31T17:00:00Z")):
        told = json.loads(state.ctl("report", "--json", "--from", begin))
        assert told["to"] == end, (begin, told["to"])
    told = json.loads(state.ctl("report", "--json"))
    assert told["from"][4:10] == "-12-31" and int(told["to"][:4]) == int(told["from"][:4]) + 1, told
    assert told["to"][4:] == told["from"][4:], told
    state.ctl("report", "--json", "--from", "yesterday", code=64)


@case
def morning(state):
    """morning tells of the day, and is kept in the state folder as text and JSON"""
    text = state.ctl("morning", "--date", "2027-01-06")
    assert "Tập" in text and re.search(r"\d+ [0-9a-f]{64}", text), text
    kept = [pathlib.Path(line) for line in state.ctl("morning", "--date", "2027-01-06", "--keep").splitlines()]
    assert [p.relative_to(state.folder).as_posix() for p in kept] == ["morning/2027-01-06.txt",
                                                                      "morning/2027-01-06.json"], kept
    told = json.loads(kept[1].read_text(encoding="utf-8"))
    assert told["text"] == kept[0].read_text(encoding="utf-8") == text
    assert len(told["not_aired"]) == 1 and told["date"] == "2027-01-06", told
    assert "nothing" in state.ctl("morning", "--date", "2027-03-01")
    state.ctl("morning", "--date", "yesterday", code=64)


@case
def morning_inserted(state):
    """what an operator inserted is no programme of the report, and aired all the same"""
    before = json.loads(state.ctl("report", "--json", *WINDOW))["series"]
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        own = "frame, k, rate_n, rate_d, kind, reason, media, shown, repeated, filled, status, node, epoch"
        db.execute(f"INSERT INTO airing_event (id, airing, event, uid, instance, title, utc_ns, {own})"
                   " SELECT 900 + id, 901, event, CASE event WHEN 'start' THEN 'playout-insert' END, '1-1', 'Chèn tay',"
                   f" utc_ns + 60000000000, {own} FROM airing_event WHERE airing = 1")
    assert json.loads(state.ctl("report", "--json", *WINDOW))["series"] == before
    told = json.loads(state.ctl("morning", "--date", "2027-01-06", "--json"))
    assert [(one["title"], one["state"], one["start"]) for one in told["aired"] if one["uid"] == "playout-insert"] == [
        ("Chèn tay", "aired", "2027-01-06T12:46:00Z")], told
    assert "Chèn tay — aired, 00:04" in told["text"], told


@case
def short_fault(state):
    """a fault of one picture has a length"""
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        db.execute("DROP TRIGGER airing_event_no_update")
        db.execute("UPDATE airing_event SET shown = 99, repeated = 1 WHERE id = 2")
    for words in (("morning", "--date", "2027-01-06"), ("report", *WINDOW), ("report", "--html", *WINDOW)):
        assert "0.04 s" in state.ctl(*words), words


@case
def slate_by_command(state):
    """the morning report says of a fault why it was; that of the slate, which has no title, too"""
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        db.execute("DROP TRIGGER airing_event_no_update")
        db.execute("UPDATE airing_event SET kind = 'slate', reason = 'command', uid = NULL, title = '' WHERE id = 1")
    told = json.loads(state.ctl("morning", "--date", "2027-01-06", "--json"))
    assert re.search(r"19:45:00  slate, 00:04: command$", told["text"], re.M), told["text"]
    assert [fault["why"] for fault in told["faults"] if fault["kind"] == "slate"] == ["command"], told


if __name__ == "__main__":
    sys.exit(run(sys.argv[4:], around=in_folder(State)))
