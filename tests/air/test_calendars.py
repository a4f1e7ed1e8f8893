# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars that come in and go out: one uploaded, looked at, confirmed and taken back; one on a real CalDAV server that
a real client edits; the plan and the as-run as calendars that another program reads."""

import json
import socket
import subprocess
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import caldav
import icalendar

from station import T0, Station, free_port
from tap import case, check, equal, main

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//air//EN\r\n"


def ask(station, method, path, body=None, **headers):
    """(status, headers, text) of the control API"""
    status, got, content = station.ask(method, "/api/v1" + path, body, **headers)
    return status, got, content.decode()


def event(uid, at_s, length_s, *lines, start=T0):
    begin = (start + timedelta(seconds=at_s)).strftime("%Y%m%dT%H%M%SZ")
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", f"DTSTART:{begin}",
                        f"DURATION:PT{length_s}S", *lines, "END:VEVENT", ""])


def calendar(*events):
    return HEAD + "".join(events) + "END:VCALENDAR\r\n"


def running(*events, config=""):
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.clip("b.mp4", 6, 300, "--size 320x180")
    station.extra_config = config
    (station.schedules / "mua.ics").write_text(calendar(*events), newline="")
    station.know_media()
    station.start(at=T0)
    station.wait_for("something on air", lambda: (station.status() or {}).get("on_air"))
    return station


def on_air(station, uid):
    return uid in str((station.status() or {}).get("on_air"))


@case
def a_calendar_is_uploaded_looked_at_and_taken_back():
    """the difference in words before it is in force; confirm: it airs on its frame; rollback: as it was"""
    long = event("a@test", 0, 200, "SUMMARY:Chuyện dài", "ATTACH:a.mp4", "ATTACH:a.mp4", "PRIORITY:9")
    later = event("b@test", 3600, 4, "SUMMARY:Tập bảy", "ATTACH:b.mp4")
    station = running(long, later)
    station.wait_for("a on air", lambda: on_air(station, "a@test"))
    at_s = int(station.air_s()) + 25
    cut = event("a@test", 0, 2, "SUMMARY:Chuyện dài", "ATTACH:a.mp4", "PRIORITY:9")
    text = calendar(cut, event("b@test", at_s, 4, "SUMMARY:Tập bảy", "ATTACH:b.mp4"),
                    event("c@test", 7200, 60, "SUMMARY:Tập tám", "ATTACH:thieu.mp4"),
                    "BEGIN:VEVENT\r\nUID:d@test\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270230T000000\r\nEND:VEVENT\r\n")
    path = "/schedules/uploads?name=mua.ics"
    status, _, said = ask(station, "POST", path, text.encode(), Content_Type="text/calendar")
    equal(status, 200, said)
    difference = json.loads(said)
    kinds = {change["kind"]: change for change in difference["changes"]}
    check("“Tập bảy” moves from 2027-03-01 20:00 to" in kinds["moved"]["text"], f"the move in words: {kinds}")
    check("clip is missing" in kinds["added"]["text"], f"what has no clip: {kinds}")
    check(any("1 new item has no clip yet" in line for line in difference["summary"]), f"in short: {difference}")
    check(any(line.startswith("mua.ics:") and "d@test" in line for line in difference["faults"]), f"faults: {said}")
    check("“Chuyện dài” is on air and goes on" in (difference["undisturbed"] or ""), f"what it cannot change: {said}")
    vietnamese = json.loads(ask(station, "POST", path, text.encode(), Accept_Language="vi-VN,vi;q=0.9")[2])
    equal(vietnamese["upload"], difference["upload"], "the same upload")
    before = json.loads(ask(station, "GET", "/schedules")[2])["in_force"]
    equal(before, difference["in_force"], "nothing is in force by it yet")
    body = json.dumps({"revision": difference["upload"]})

    def confirm(_):
        status, _, said = ask(station, "POST", "/schedules/confirm", body, Content_Type="application/json")
        return status, said
    with ThreadPoolExecutor(3) as at_once:  # whoever comes second is told what the first one did
        for status, said in [*at_once.map(confirm, range(3)), confirm(None)]:
            equal(status, 200, said)
            equal([one["why"] for one in json.loads(said)["revisions"]].count("upload"), 1, "done once")
    equal(json.loads(said)["revisions"][-1]["why"], "upload", "who and why stands in the list")
    equal((station.schedules / "mua.ics").read_bytes(), text.encode(), "it lies in the folder")
    check(on_air(station, "a@test"), "what is on air goes on")
    station.wait_for("b on air", lambda: on_air(station, "b@test"))
    back = station.ctl("schedule", "diff", before[:12], "--from", station.status()["now"]).stdout
    check("no longer airs" in back or "moves" in back, f"what going back would do: {back}")
    station.ctl("schedule", "rollback", before[:12])
    listed = json.loads(ask(station, "GET", "/schedules")[2])
    equal(listed["in_force"], before, "back")
    equal(confirm(None)[0], 404, "what was taken back is no longer there to be confirmed")
    done = station.ctl("schedule", "add", str(station.schedules / "mua.ics"), "--yes")
    check("In short" in done.stdout and "in force" in done.stdout, done.stdout)
    equal(json.loads(ask(station, "GET", "/schedules")[2])["in_force"], difference["revision"], "and forth again")
    equal(station.stop(), 0, "exit code")
    rows = [r for r in station.asrun() if r["uid"] == "b@test" and r["kind"] == "media"]
    equal(rows[0]["actual_start_frame"], station.frame(T0 + timedelta(seconds=at_s)), "b's first frame")


@case
def a_bad_upload_is_refused():
    """names that lead elsewhere, no calendar, too much, nothing: told clearly; the air and the folder untouched"""
    station = running(event("a@test", 0, 100, "ATTACH:a.mp4"))
    good = calendar(event("b@test", 3600, 4, "ATTACH:b.mp4")).encode()
    names = ["../mua.ics", "/etc/x.ics", ".ics", ".mua.ics", "mua.txt", "a/b.ics", "x\n.ics", "x" * 300 + ".ics", ""]
    for name in names:
        status, _, said = ask(station, "POST", "/schedules/uploads?name=" + urllib.parse.quote(name, safe=""), good)
        equal(status, 400, f"{name!r}: {said}")
    for body, code in ((b"", 400), (b"<html>", 400), (good[:90], 400), (b"x" * (17 << 20), 413)):
        try:
            status = ask(station, "POST", "/schedules/uploads?name=mua.ics", body)[0]
        except (BrokenPipeError, ConnectionResetError):
            status = 413  # closed while it was still being sent
        equal(status, code, f"{len(body)} bytes")
    for name, code in (("mua.ics", 200), ("mua.ics", 200), ("khac.ics", 422)):
        sent = ask(station, "POST", "/schedules/uploads?name=" + name, good, Idempotency_Key="lan-1")
        equal(sent[0], code, f"{name} with a key that was used for mua.ics: {sent[2]}")
    equal(ask(station, "POST", "/schedules/confirm", '{"revision": "u-0123456789abcdef"}')[0], 404, "no such upload")
    equal(ask(station, "GET", "/schedules/diff?revision=--help")[0], 400, "an option is no revision")
    equal(sorted(p.name for p in station.schedules.iterdir()), ["mua.ics"], "the folder")
    check(on_air(station, "a@test"), "a is on air")
    equal(station.stop(), 0, "exit code")


class Radicale:
    """Debian's CalDAV server on a folder of its own."""

    def __init__(self, station):
        self.port = free_port()
        self.config = station.dir / "radicale.conf"
        self.config.write_text(f"[server]\nhosts=127.0.0.1:{self.port}\n[auth]\ntype=none\n[rights]\ntype=owner_only\n"
                               f"[storage]\nfilesystem_folder={station.dir / 'collections'}\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(["/usr/bin/python3", "-m", "radicale", "--config", str(self.config)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self):
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None


@case
def an_episode_moved_on_a_calendar_server_moves_on_air():
    """Radicale, edited through python3-caldav; then the server is gone, over a restart of the channel too"""
    station = Station(size="320x180")
    server = Radicale(station)
    try:
        follow_server(station, server)
    finally:
        server.stop()


def follow_server(station, server):
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.clip("b.mp4", 6, 300, "--size 320x180")
    (station.dir / "secret").write_text("mot-hai-ba\n")
    server.start()
    station.wait_for("the server", server.answers)
    client = caldav.DAVClient(f"http://127.0.0.1:{server.port}/", username="ban-tin", password="mot-hai-ba")
    collection = client.principal().make_calendar(name="Mùa 2027", cal_id="mua")
    collection.save_event(calendar(event("a@test", 0, 240, "SUMMARY:Nền", "ATTACH:a.mp4", "ATTACH:a.mp4", "PRIORITY:9")))
    episode = collection.save_event(calendar(event("b@test", 3600, 4, "SUMMARY:Tập bảy", "ATTACH:b.mp4")))
    station.extra_config = (f"[calendar toa-soan]\nurl=webcal://127.0.0.1:{server.port}/ban-tin/mua/\nusername=ban-tin\n"
                            "password-file=secret\nrefresh=PT1S\n")
    station.write_config()
    station.know_media()
    station.start(at=T0)
    station.wait_for("a on air", lambda: on_air(station, "a@test"))
    at_s = int(station.air_s()) + 20
    moved = episode.icalendar_instance.walk("VEVENT")[0]
    moved["DTSTART"] = icalendar.vDatetime(T0 + timedelta(seconds=at_s))
    episode.save()
    station.wait_for("b on air", lambda: on_air(station, "b@test"))
    server.stop()
    alarm = station.wait_for("an alarm", lambda: [x for x in station.status()["alarms"] if x["id"].startswith("calendar:")])
    check("stays on air" in alarm[0]["text"] and "/ban-tin/" not in alarm[0]["text"], f"no address in it: {alarm}")
    station.wait_for("a again", lambda: on_air(station, "a@test"))
    listed = json.loads(ask(station, "GET", "/schedules")[2])
    equal([c["name"] for c in listed["calendars"]], ["toa-soan"], "the list names it")
    check(listed["calendars"][0]["problem"], "and its problem")
    equal(station.stop(), 0, "exit code")
    first = [r for r in station.asrun() if r["uid"] == "b@test" and r["kind"] == "media"][0]
    equal(first["actual_start_frame"], station.frame(T0 + timedelta(seconds=at_s)), "its first frame")
    station.start(at=T0 + timedelta(seconds=100))
    station.wait_for("a on air without the server", lambda: on_air(station, "a@test"))
    server.start()
    station.wait_for("the server", server.answers)
    station.ctl("schedule", "refresh")
    station.wait_for("no alarm", lambda: not any(x["id"].startswith("calendar:") for x in station.status()["alarms"]))
    check("mot-hai-ba" not in station.output() and "/ban-tin/" not in station.output(), "no secret is said")
    equal(station.stop(), 0, "exit code")


@case
def plan_and_asrun_are_calendars_for_others():
    """what will air and what did, read by another program and by our own reader, with a name for what is known"""
    station = running(event("a@test", 12, 4, "SUMMARY:Một\\, hai", "ATTACH:a.mp4"),
                      event("b@test", 3600, 4, "SUMMARY:Tập bảy", "ATTACH:b.mp4"),
                      event("c@test", 7200, 4, "SUMMARY:Thiếu", "ATTACH:thieu.mp4"))
    station.wait_for("a aired", lambda: any(r["uid"] == "a@test" and r["status"] == "aired" for r in station.asrun()))
    for path, expected in (("/plan.ics", ["Tập bảy", "⚠ Thiếu (missing)"]), ("/asrun.ics?from=2027-03-01", ["Một, hai"])):
        status, headers, text = ask(station, "GET", path)
        equal((status, headers["Content-Type"]), (200, "text/calendar; charset=utf-8"), path)
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
        found = [str(one["SUMMARY"]) for one in events]
        check(set(expected) <= set(found), f"{path}: {found}")
        equal(len({str(one["UID"]) for one in events}), len(events), "every UID once")
        check(all(one["DTSTART"].dt < one["DTEND"].dt and one["DTSTAMP"] for one in events), f"{path}: times")
        own = station.dir / "own"
        own.mkdir(exist_ok=True)
        (own / "x.ics").write_text(text, encoding="utf-8", newline="")
        done = subprocess.run([*station.ctl_command(), "occurrences", "--schedules", str(own), "--from", "2027-02-28",
                               "--to", "2027-03-03", "--json"], capture_output=True, text=True, check=True)
        equal(sorted(json.loads(line)["summary"] for line in done.stdout.splitlines()), sorted(found), "our own reader")
        equal(done.stderr, "", "and without a finding")
        again = ask(station, "GET", path, If_None_Match=headers["ETag"])
        equal((again[0], again[2]), (304, ""), "known already")
    b = [one for one in icalendar.Calendar.from_ical(ask(station, "GET", "/plan.ics")[2]).walk("VEVENT")
         if one["SUMMARY"] == "Tập bảy"][0]
    equal(b["DTSTART"].dt, T0 + timedelta(seconds=3600), "its instant")
    check("BEGIN:VEVENT" in station.ctl("rundown", "--ics", "--from", "2027-03-01", "--to", "2027-03-02").stdout, "ctl")
    equal(station.stop(), 0, "exit code")


if __name__ == "__main__":
    main()
