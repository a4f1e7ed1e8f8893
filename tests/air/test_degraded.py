# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is missing, there is a picture and a line that says what to do."""

import fcntl
import itertools
import os
import signal
import subprocess
from datetime import timedelta

from station import T0, Station, instant
from tap import case, check, equal, main, note

WANTING = ("schedule", "media", "filler", "state")
EX_CONFIG = 78


def spoil(station, wanting):
    if "schedule" not in wanting:
        station.event(0, 2, "a.mp4")
        station.write_calendar()
    else:
        station.schedules.rmdir()
    if "media" not in wanting:
        station.clip("a.mp4", 5, 60)
        station.clip("filler/f.mp4", 6, 60)
    else:
        station.media.rmdir()
    if "filler" not in wanting:
        station.extra_config += "[filler]\nmedia=filler/\n"
    if "state" in wanting:
        station.state.write_text("a file where the folder should be")


@case
def every_combination_of_what_is_missing():
    """no schedule, no media, no filler, no writable state, in all sixteen combinations: a picture from frame 0; and again
    once nothing is left of the configuration, where there was a state folder to keep a copy in"""
    for count in range(len(WANTING) + 1):
        for wanting in itertools.combinations(WANTING, count):
            station = Station(size="320x180")
            spoil(station, wanting)
            station.free_run(4)
            recording = station.recording()
            name = "without " + (", ".join(wanting) or "nothing")
            equal(len(recording.seen), 100, f"{name}: frames")
            equal([k for k, s in enumerate(recording.seen) if s.kind in ("black", "blend")], [], f"{name}: black")
            if "schedule" not in wanting and "media" not in wanting:
                equal([s.clip for s in recording.seen[:50]], [5] * 50, f"{name}: the item")
            elif "media" in wanting or "filler" in wanting:
                equal({s.kind for s in recording.seen}, {"other"}, f"{name}: slate or card")
            for what in wanting:
                if what != "filler":
                    check(any(str(path) in station.said for path in (getattr(station, paths(what)), paths(what))),
                          f"{name}: nothing said about the {what}:\n{station.said[-1500:]}")
            if "state" not in wanting:
                goes_on_without_configuration(station, name)


def goes_on_without_configuration(station, name):
    (station.dir / "playoutd.conf").write_text("[channel\n")
    station.free_run(1, at=T0 + timedelta(seconds=4))
    recording = station.recording()
    equal(len(recording.seen), 125, f"{name}, nor configuration: frames")
    equal([k for k, s in enumerate(recording.seen) if s.kind in ("black", "blend")], [], f"{name}: black")
    check("playoutd.conf:1: " in station.said, f"{name}: nothing said about the configuration:\n{station.said[-1500:]}")


def paths(what):
    return {"schedule": "schedules", "media": "media", "state": "state"}[what]


@case
def nobody_reads_what_it_says():
    """whoever read its messages has gone: they are lost, the air is not"""
    station = Station(size="320x180")
    spoil(station, ("media",))
    station.write_config()
    reader, writer = os.pipe()
    os.close(reader)
    words = station.command_line("--at", instant(T0), "--free-run", "--until", instant(T0 + timedelta(seconds=4)))
    done = subprocess.run(words, stdout=writer, stderr=writer, env=station.environment(), cwd=station.dir, timeout=100,
                          check=False)
    os.close(writer)
    equal(done.returncode, 0, "exit code")
    equal(len(station.recording().seen), 100, "frames")


@case
def nobody_reads_on():
    """whoever reads its messages has stopped, and no more goes into the pipe: they wait, the air does not"""
    station = Station(size="320x180")
    spoil(station, ("media",))
    station.write_config()
    reader, writer = os.pipe()
    os.write(writer, bytes(fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)))
    words = station.command_line("--at", instant(T0), "--free-run", "--until", instant(T0 + timedelta(seconds=4)))
    done = subprocess.run(words, stdout=writer, stderr=writer, env=station.environment(), cwd=station.dir, timeout=100,
                          check=False)
    os.close(reader)
    os.close(writer)
    equal(done.returncode, 0, "exit code")
    equal(len(station.recording().seen), 100, "frames")


@case
def configuration_never_good():
    """EX_CONFIG, with file and line"""
    for text, line in (("[channel]\nname=x\n[paths]\nschedules=s\nmedia=m\nstate=st\ncolour=red\n", 7),
                       ("[channel]\nformat=potato\n[paths]\nschedules=s\nmedia=m\nstate=st\n", 2)):
        station = Station()
        station.write_config(text)
        station.start()
        status = station.daemon.wait(30)
        said = station.output()
        station.daemon = None
        equal(status, EX_CONFIG, f"exit code; said: {said}")
        check(f"playoutd.conf:{line}" in said, f"no file and line {line} in: {said}")


@case
def configuration_broken_after_a_good_one():
    """running: the last good one stays and an alarm names the line; started again: from the copy kept"""
    station = Station(size="320x180")
    station.event(0, 60, "a.mp4", uid="a@test")
    station.clip("a.mp4", 5, 1500)
    station.write_calendar()
    station.write_config()
    station.asking_config = station.dir / "good.conf"
    station.asking_config.write_text(station.config_text(), encoding="utf-8")
    station.start(at=T0)
    station.wait_for("status", station.status)
    (station.dir / "playoutd.conf").write_text(station.config_text() + "[output two]\ntype=teapot\n[nonsense\n")
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("a line about it", lambda: "playoutd.conf:" in station.output())
    check(station.daemon.poll() is None, "the daemon lives")
    equal(station.stop(), 0, "exit code")
    station.start(at=T0)
    station.wait_for("status again", station.status)
    check("playoutd.conf:" in station.output(), f"no alarm in: {station.output()}")
    note(station.output()[:600])
    equal(station.stop(), 0, "exit code of the second")


@case
def configuration_broken_where_all_else_is_missing():
    """running with nothing at all, and then its file is emptied: the air goes on, and an alarm names it"""
    station = Station(size="320x180")
    spoil(station, WANTING)
    station.write_config()
    station.start(at=T0)
    station.wait_for("it is on air", lambda: "The slate is on air" in station.output())
    (station.dir / "playoutd.conf").write_text("")
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("a line about it", lambda: "playoutd.conf:1: " in station.output())
    check("--check-config" in station.output(), f"what to do: {station.output()}")
    equal(station.stop(), 0, "exit code")
    equal({s.kind for s in station.recording().seen}, {"other"}, "the slate")


@case
def keys_that_wait_for_a_restart():
    """other folders, another format and name by SIGHUP: the air goes on with those of the start; undone, nothing waits"""
    station = Station(size="320x180")
    station.event(0, 60, "a.mp4", uid="a@test")
    station.event(60, 60, "b.mp4", uid="b@test")
    for name, number in (("a.mp4", 5), ("b.mp4", 6)):
        station.clip(name, number, 1500)
    station.write_calendar()
    station.know_media()
    text = station.config_text()
    station.asking_config = station.dir / "as-started.conf"
    station.asking_config.write_text(text, encoding="utf-8")
    station.start(at=T0)
    before = station.wait_for("status", station.status)
    other = text.replace("media=media", "media=elsewhere").replace("schedules=schedules", "schedules=nowhere")
    station.write_config(other.replace("320x180p25", "640x360p50").replace("name=", "name=Another "))
    station.daemon.send_signal(signal.SIGHUP)
    waits = "These keys hold from the next start on: [channel] name, [channel] format, [paths] schedules, [paths] media"
    station.wait_for("what waits", lambda: waits in station.output())
    after = station.status()
    for what in ("channel", "format"):
        equal(after[what], before[what], f"{what} of status")
    frame = station.command("take-next")["frame"]
    station.wait_for("two seconds of the other clip", lambda: station.status()["frame"] > frame + 50)
    station.write_config(text)
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("nothing that waits", lambda: "over: warning: " + waits in station.output())
    equal(station.stop(), 0, "exit code")
    check(6 in {seen.clip for seen in station.recording().seen}, f"the next clip was not on air: {station.said[-2000:]}")


if __name__ == "__main__":
    main()
