# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars and clips that change under a running channel."""

import json
from datetime import timedelta, timezone

from station import T0, Station
from tap import case, check, equal, main


def running():
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.clip("b.mp4", 6, 200, "--size 320x180")
    station.event(0, 100, "a.mp4", uid="a@test")
    station.write_calendar()
    station.start(at=T0)
    # Filler stands in for it, under its name, until it has been probed.
    station.wait_for("a on air", lambda: ((station.status() or {}).get("on_air") or {}).get("media") == "a.mp4")
    return station


def calendar_alarms(station):
    """About the file itself, not about what is planned from it."""
    alarms = (station.status() or {}).get("alarms", ())
    return [a["id"] for a in alarms if "test.ics" in a["text"] and not a["id"].startswith("plan:")]


@case
def an_event_added_airs_on_its_frame():
    """a fixed event added ahead of the margin cuts in on its frame, and the first one comes back where it would be"""
    station = running()
    at_s = int(station.air_s()) + 9
    station.event(at_s, 3, "b.mp4", uid="b@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("b on air", lambda: "b@test" in str((station.status() or {}).get("on_air")))
    station.wait_for("a again", lambda: "a@test" in str((station.status() or {}).get("on_air")))
    equal(station.stop(), 0, "exit code")
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    equal([r["uid"] for r in rows], ["a@test", "b@test", "a@test"], "airings")
    begin = station.frame(T0 + timedelta(seconds=at_s))
    equal((rows[1]["actual_start_frame"], rows[1]["actual_duration_frames"]), (begin, 75), "b's frames")
    recorded = station.recording().by_output_frame()[rows[2]["start_k"]:rows[2]["start_k"] + 5]
    seen = [s for s, _ in recorded]
    back = (at_s + 3) * 25
    held = rows[2]["frames_repeated"] + rows[2]["frames_filled"]
    lost = not all(was_recorded for _, was_recorded in recorded)  # by a starved recorder
    check(held or lost or [(s.clip, s.frame) for s in seen] == [(5, back + i) for i in range(len(seen))],
          f"a comes back where it would be, #{back}: {seen}")


@case
def a_broken_calendar_changes_nothing():
    """a file cut in the middle, then one removed: the last good version stays, and someone is told"""
    station = running()
    whole = (station.schedules / "test.ics").read_bytes()
    part = station.schedules / ".part"
    part.write_bytes(whole[:len(whole) // 2])
    part.rename(station.schedules / "test.ics")
    station.wait_for("an alarm", lambda: calendar_alarms(station))
    check("a@test" in str(station.status()["on_air"]), "a stays on air")
    (station.schedules / "test.ics").unlink()
    station.wait_for("an alarm still", lambda: calendar_alarms(station))
    check("a@test" in str(station.status()["on_air"]), "a stays on air without its file")
    part.write_bytes(whole)
    part.rename(station.schedules / "test.ics")
    station.wait_for("no alarm", lambda: station.status() and not calendar_alarms(station))
    equal(station.stop(), 0, "exit code")
    equal([r["uid"] for r in station.asrun() if r["kind"] == "media"], ["a@test"], "one airing, undisturbed")


@case
def a_clip_that_arrives_in_time_airs():
    """missing when the channel started, there before its slot: it airs"""
    station = running()
    at_s = int(station.air_s()) + 12
    station.event(at_s, 2, "late.mp4", uid="late@test", PRIORITY="1")
    station.write_calendar()
    station.clip("late.mp4", 7, 80, "--size 320x180")
    station.wait_for("its air", lambda: any(r["uid"] == "late@test" and r["frames_shown"] > 40 for r in station.asrun()))
    equal(station.stop(), 0, "exit code")
    row = [r for r in station.asrun() if r["uid"] == "late@test" and r["kind"] == "media"][0]
    equal(row["actual_start_frame"], station.frame(T0 + timedelta(seconds=at_s)), "its first frame")


@case
def a_take_without_a_name_takes_what_waits():
    """a MANUAL event waits over filler; a bare take puts it on air on the frame that it answers"""
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.event(0, 100, "a.mp4", uid="a@test", X_PLAYOUT_START="MANUAL")
    station.write_calendar()
    station.start(at=T0)
    station.wait_for("the clip to be known", lambda: "its media are" in str((station.status() or {}).get("alarms")))
    station.wait_for("a waiting", lambda: "'waiting'" in str((station.status() or {}).get("on_air")))
    taken = json.loads(station.ctl("take", "--json").stdout)
    station.wait_for("a on air", lambda: "'a.mp4'" in str((station.status() or {}).get("on_air")))
    equal(station.stop(), 0, "exit code")
    row = [r for r in station.asrun() if r["kind"] == "media"][0]
    equal((row["actual_start_frame"], row["som_ns"]), (taken["frame"], 0), "its first frame, from its beginning")


def name_of(week, seconds=0):
    return (T0 + timedelta(weeks=week, seconds=seconds)).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@case
def a_season_that_is_moved_stays_the_same_season():
    """26 episodes moved by half a minute while the first is on air: it goes on, and all keep name, number and fate"""
    station = Station(size="320x180")
    station.clip("tap-01.mp4", 5, 3000, "--size 320x180")

    def write(at_s):
        station.events.clear()
        station.event(at_s, 100, "tap-{episode:02}.mp4", uid="s@test", RRULE="FREQ=WEEKLY;COUNT=26", SUMMARY="Mùa")
        station.write_calendar()

    write(0)
    station.start(at=T0)
    station.wait_for("episode 1 on air", lambda: ((station.status() or {}).get("on_air") or {}).get("media") == "tap-01.mp4")
    station.command("cancel", uid="s@test", instance=name_of(2))
    write(30)
    window = f"/occurrences?from={name_of(0)}&to={name_of(5)}"
    station.wait_for("the series moved", lambda: station.api("GET", window)[1][-1]["start"] == name_of(4, 30))
    equal([o["instance"] for o in station.api("GET", window)[1]], [name_of(week) for week in range(5)], "their names")
    # The plan takes up a moment later what the calendars say.
    station.wait_for("it in the log", lambda: station.rows("SELECT * FROM journal WHERE kind = 'alias'"))
    equal(station.status()["on_air"]["instance"], name_of(0), "on air")
    listed = station.ctl("schedule", "list").stdout
    check("“Mùa”: 14 airings start 30 s later" in listed, f"what the adoption changed: {listed}")
    changes = json.loads(station.ctl("schedule", "list", "--json").stdout)["revisions"][-1]["changes"]
    equal(changes, ["“Mùa”: 14 airings start 30 s later"], "the same as JSON")
    code = station.ctl("hold", "--revision", "0123abcd", check=False)
    check(code.returncode != 0 and "rundown" in code.stderr, f"a command on a rundown that is not: {code.stderr}")
    check("playoutd_" in station.ctl("metrics").stdout, "the figures for Prometheus")
    # By the name that the calendar has for it now: the journal knows which one is meant.
    station.command("cancel", uid="s@test", instance=name_of(3, 30))
    equal(station.stop(), 0, "exit code")
    equal({(r["uid"], r["instance"]) for r in station.asrun() if r["kind"] == "media"}, {("s@test", name_of(0))}, "rows")
    cancelled = [r["args"] for r in station.rows("SELECT * FROM journal WHERE kind = 'cancel'")]
    equal([json.loads(args)["instance"] for args in cancelled], [name_of(2), name_of(3)], "journalled")
    report = json.loads(station.ctl("report", "--json", "--from", name_of(-1), "--to", name_of(40)).stdout)
    series, = report["series"]
    equal((series["planned"], series["cancelled"], series["to_come"]), (26, 2, 23), "of the season")
    equal([i["instance"] for i in series["instances"]], [name_of(week) for week in range(26)], "its obligations")
    lines = station.ctl("rundown", "--json", "--from", name_of(1), "--to", name_of(1, 200)).stdout.splitlines()
    own = [i for i in map(json.loads, lines) if i["uid"] == "s@test"]
    equal({(i["instance"], i["episode"]) for i in own}, {(name_of(1), 2)}, "next week's")
    equal(own[0]["start_frame"], station.frame(T0 + timedelta(weeks=1, seconds=30)), "its first frame")


@case
def edits_while_it_is_stopped():
    """nobody has adopted them: rundown and check go by what lies in the folders, as the daemon does once it is started"""
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 60, "--size 320x180")
    station.event(60, 30, "a.mp4", uid="a@test")
    station.write_calendar()
    station.free_run(2)
    station.events.clear()
    station.clip("b.mp4", 6, 60, "--size 320x180")
    station.event(90, 45, "b.mp4", uid="a@test")
    station.write_calendar()
    span = ("--from", name_of(0, 60), "--to", name_of(0, 140))
    asked = station.ctl("rundown", "--json", *span).stdout
    item = next(i for i in map(json.loads, asked.splitlines()) if i["kind"] == "media")
    equal((item["uid"], item["media"], item["start_frame"]),
          ("a@test", "b.mp4", station.frame(T0 + timedelta(seconds=90))), "what will air")
    check("is not in force yet" in station.ctl("check", *span, check=False).stdout, "check says that it is not in force yet")
    station.free_run(2, at=T0 + timedelta(seconds=5))
    equal(station.ctl("rundown", "--json", *span).stdout, asked, "the rundown once it is adopted")
    check("is not in force yet" not in station.ctl("check", *span, check=False).stdout, "it is in force")


if __name__ == "__main__":
    main()
