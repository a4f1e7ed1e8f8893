# SPDX-License-Identifier: GPL-3.0-or-later
"""Through the daemon: what a calendar no longer holds stays planned until somebody records why; corrections over the API.
Argument: the folder of tests/air."""

import json
import os
import sys
from datetime import timedelta

sys.path.insert(0, sys.argv.pop(1))

from station import Station, T0, instant  # noqa: E402
from tap import case, check, equal, main  # noqa: E402

YEAR = "/report?from=2027-01-01&to=2028-01-01"


def running():
    """A clip that has aired whole, `aired_row`, and a series of three later. A machine that stands still for a moment
    costs one of the clips and not the test."""
    station = Station(size="320x180")
    station.outputs = ""
    station.clip("a.mp4", 1, 50, "--size 320x180")
    for number in range(30):
        station.event(4 + 3 * number, 2, "a.mp4", uid=f"now-{number}@test", SUMMARY="Bản tin", X_PLAYOUT_START="SOFT")
    station.event(86400, 600, "a.mp4", uid="season@test", SUMMARY="Chuyên mục", RRULE="FREQ=DAILY;COUNT=3")
    station.write_calendar()
    station.know_media()
    station.start(T0, PLAYOUTD_LOCALEDIR=os.environ["PLAYOUTD_LOCALEDIR"])
    station.aired_row = station.wait_for("a clip to have aired", lambda: next((
        row for row in station.asrun() if (row["uid"] or "").startswith("now-") and row["status"] == "aired"), None))
    return station


def series(station, uid="season@test", **headers):
    code, report = station.api("GET", YEAR, **headers)
    equal(code, 200, f"the report: {report}")
    return next(one for one in report["series"] if one["uid"] == uid)


def figures(one):
    return {name: one[name] for name in ("planned", "removed", "withdrawn", "to_come", "owed") if one[name]}


def take_out(station, number):
    """The season without its @number-th, uploaded and confirmed."""
    day = T0 + timedelta(days=number)
    text = station.schedules.joinpath("test.ics").read_text(encoding="utf-8")
    text = text.replace("COUNT=3", f"COUNT=3\r\nEXDATE:{day.strftime('%Y%m%dT%H%M%SZ')}", 1)
    path = station.dir / "test.ics"
    path.write_bytes(text.encode())
    station.ctl("schedule", "add", str(path), "--yes")
    return instant(day)[:19] + "Z"


@case
def removed_stays_planned():
    """an episode that is taken out of the calendar is `removed`, by whom and when, owed, until it is withdrawn, and why"""
    station = running()
    equal(figures(series(station)), {"planned": 3, "to_come": 3}, "before")
    gone = take_out(station, 2)
    station.wait_for("the calendar", lambda: series(station)["removed"])
    one = series(station)
    equal(figures(one), {"planned": 3, "removed": 1, "to_come": 2, "owed": 1}, "after")
    removed = next(i for i in one["instances"] if i["state"] == "removed")
    equal(removed["instance"], gone, "which")
    check(removed["who"] and removed["decided"] >= instant(T0)[:19], removed)
    for body in ({"uid": "season@test", "instance": gone, "status": "withdrawn"},
                 {"uid": "season@test", "instance": gone, "status": "aired", "why": "x"},
                 {"uid": "season@test", "instance": gone, "status": "withdrawn", "why": " "},
                 {"uid": "season@test", "instance": "2027-03-20T12:00:00Z", "status": "withdrawn", "why": "x"},
                 {"uid": "nobody@test", "instance": gone, "status": "withdrawn", "why": "x"},
                 {"uid": "season@test", "instance": "hôm qua", "status": "withdrawn", "why": "x"},
                 {"uid": station.aired_row["uid"], "instance": station.aired_row["instance"], "status": "cancelled",
                  "why": "x"},
                 {"status": "withdrawn", "why": "x"}, {"airing": 999999, "status": "aired", "why": "x"},
                 {"airing": 1, "uid": "x", "instance": gone, "status": "aired", "why": "x"},
                 {"airing": 1, "status": "aired", "why": "x", "more": 1}):
        code, problem = station.api("POST", "/asrun/corrections", body)
        equal((code, bool(problem["detail"])), (400, True), f"{body}: {problem}")
    equal(figures(series(station)), {"planned": 3, "removed": 1, "to_come": 2, "owed": 1}, "after what was refused")
    code, answer = station.api("POST", "/asrun/corrections", {"uid": "season@test", "instance": gone, "who": "Lan",
                                                              "status": "withdrawn", "why": "--hợp đồng kết thúc"})
    equal(code, 200, f"the correction: {answer}")
    one = series(station)
    equal(figures(one), {"planned": 2, "withdrawn": 1, "to_come": 2}, "withdrawn")
    recorded = next(i for i in one["instances"] if i["state"] == "withdrawn")
    check(recorded["who"].startswith("Lan") and recorded["why"] == "--hợp đồng kết thúc", recorded)
    station.stop()


@case
def an_unreadable_record():
    """with the record gone from under the daemon the API says so with 503, the air goes on, and back in place it answers"""
    station = running()
    folder = next(station.state.rglob("log.sqlite")).parent
    away = station.dir / "away"
    away.mkdir()
    for path in folder.glob("log.sqlite*"):
        path.rename(away / path.name)
    (folder / "log.sqlite").write_bytes(b"no database")
    for method, path, body in (("GET", "/asrun?from=2027-03-01&to=2027-03-02", None), ("GET", YEAR, None),
                               ("POST", "/asrun/corrections", {"airing": 1, "status": "partial", "why": "x"})):
        code, problem = station.api(method, path, body)
        equal((code, bool(problem["detail"])), (503, True), f"{path}: {problem}")
    before = station.status()["k"]
    station.wait_for("the air to go on", lambda: station.status()["k"] > before + 25)
    for path in away.iterdir():
        path.rename(folder / path.name)
    equal(station.api("GET", "/asrun?from=2027-03-01&to=2027-03-02")[0], 200, "the record back in place")
    equal(series(station, station.aired_row["uid"])["aired"], 1, "and in the report")
    equal(station.stop(), 0, "the end")
    verdict = json.loads(station.ctl("asrun", "verify", "--state", str(folder), "--json", check=False).stdout)
    check(verdict["intact"], verdict)


@case
def a_row_is_corrected():
    """a row's correction over the API is a new row; the report counts by it, and the record stays whole"""
    station = running()
    row = station.aired_row
    equal(series(station, row["uid"])["aired"], 1, "before")
    code, answer = station.api("POST", "/asrun/corrections",
                               {"airing": row["id"], "status": "partial", "why": "mất tiếng", "who": "Lan"})
    equal(code, 200, f"the correction: {answer}")
    after = series(station, row["uid"])  # the same clip airs again meanwhile, which makes it up
    equal((after["aired"], after["partial"], after["owed"] + after["made_up"]), (0, 1, 1), "after")
    equal(series(station, row["uid"])["rows"]["partial"], [row["id"]], "the rows behind it")
    listed = next(one for one in station.api("GET", "/asrun?from=2027-03-01&to=2027-03-02")[1] if one["id"] == row["id"])
    correction = listed["correction"]
    equal((listed["status"], correction["status_before"], correction["why"], correction["id"]),
          ("partial", "aired", "mất tiếng", answer["correction"]), "the row")
    report = station.api("GET", YEAR, Accept_Language="vi-VN,vi;q=0.9")[1]
    check(report["text"].startswith("Thực hiện 0"), report["text"])
    folder = next(station.state.rglob("log.sqlite")).parent
    check(json.loads(station.ctl("asrun", "verify", "--state", str(folder), "--json").stdout)["intact"], "the chain")
    station.stop()


@case
def shown_in_part():
    """what news cut off for good and what lacked one of its clips was shown in part; what was over by then was not; what
    was missed may be recorded as cancelled"""
    station = Station(size="320x180")
    station.outputs = ""
    station.clip("long.mp4", 1, 500, "--size 320x180")
    station.clip("short.mp4", 2, 250, "--size 320x180")
    station.event(4, 20, "long.mp4", uid="cut@test")
    station.event(14, 10, "short.mp4", uid="news@test")
    station.event(30, 20, "short.mp4", uid="over@test")
    station.event(40, 10, "short.mp4", uid="next@test")
    station.event(54, 20, "short.mp4", "gone.mp4", uid="lacks@test")
    station.event(75, 2, "gone.mp4", uid="missed@test")
    station.write_calendar()
    station.free_run(80)
    folder = next(station.state.rglob("log.sqlite")).parent
    for when, status, code in (("2027-03-01T12:01:16Z", "cancelled", 64), ("2027-03-01T19:01:15+07:00", "cancelled", 0)):
        done = station.ctl("asrun", "correct", "--uid", "missed@test", "--instance", when, "--status", status, "--why",
                           "đối tác hủy", "--state", str(folder), check=False)
        equal(done.returncode, code, f"{when}: {done.stderr}")
    told = json.loads(station.ctl("report", "--json", "--from", "2027-01-01", "--state", str(folder)).stdout)
    got = {one["uid"]: (one["aired"], one["partial"], one["instances"][0]["shown_seconds"],
                        one["instances"][0]["lost_seconds"]) for one in told["series"]}
    equal(got, {"cut@test": (0, 1, 10.0, 10.0), "news@test": (1, 0, 10.0, 0.0), "over@test": (1, 0, 10.0, 0.0),
                "next@test": (1, 0, 10.0, 0.0), "lacks@test": (0, 1, 10.0, 10.0), "missed@test": (0, 0, 0.0, 0.0)},
          "in full, in part, shown, lost")
    missed = next(one for one in told["series"] if one["uid"] == "missed@test")
    equal((figures(missed), missed["instances"][0]["why"]), ({"planned": 1}, "đối tác hủy"), "missed, then cancelled")


if __name__ == "__main__":
    main()
