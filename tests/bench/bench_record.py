# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten years of as-run, a million rows: any report, a day's rows, and whether the record is as it was written. The rows
and their chain are made here, by the documented form of both."""

import hashlib
import json
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone

from measure import median
from station import Station, program

BEGIN = datetime(2027, 1, 1, tzinfo=timezone.utc)
YEARS, DAYS = 10, 3653
OWN, FILLERS = 8, 266  # a day
SLOT_S = 24 * 3600 // (OWN + FILLERS)
NS, RATE = 10**9, 25
COLUMNS = ("id airing event frame k utc_ns rate_n rate_d channel uid instance part title media sha256 kind reason"
           " start_type planned_start_frame planned_start_ns planned_duration_frames som_ns shown repeated filled status"
           " node epoch black silent loudness_mlufs true_peak_mdb").split()


def rows():
    """Every airing's start and end, in order."""
    t0, number = int(BEGIN.timestamp()), 100
    for day in range(DAYS):
        for slot in range(OWN + FILLERS):
            at = t0 + day * 86400 + slot * SLOT_S
            own = slot % 34 == 0 and slot // 34 < OWN
            which = slot // 34
            stamp = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            frame, length = at * RATE, SLOT_S * RATE
            media = f"ct{which}/tap-{day:04}.mp4" if own else f"huong-dan/{slot % 12:02}.mp4"
            start = {"event": "start", "frame": frame, "k": frame - t0 * RATE, "utc_ns": at * NS, "channel": "HueTV",
                     "uid": f"ct{which}@test" if own else None, "instance": stamp if own else None,
                     "part": 0 if own else None, "title": f"Chương trình {which}" if own else media, "media": media,
                     "sha256": "ab" * 32, "kind": "media" if own else "filler", "reason": "planned" if own else "gap",
                     "start_type": "FIXED" if own else None, "planned_start_frame": frame,
                     "planned_start_ns": at * NS, "planned_duration_frames": length, "som_ns": 0}
            end = {"event": "end", "frame": frame + length, "k": frame - t0 * RATE + length,
                   "utc_ns": (at + SLOT_S) * NS, "shown": length, "repeated": 0, "filled": 0,
                   "status": "aired" if own else "filled"}
            for event in (start, end):
                event.update(id=number + (event is end), airing=number, rate_n=RATE, rate_d=1, node="bench", epoch=1)
                yield tuple(event.get(name) for name in COLUMNS)
            number += 2


def octets(values):
    text = b"event;"
    for name, value in zip(COLUMNS, values):
        if value is not None:
            raw = str(value).encode()
            text += b"%s=%c%d:%s" % (name.encode(), b"i"[0] if isinstance(value, int) else b"t"[0], len(raw), raw)
    return text


def fill(path):
    """A million airings behind what is there, linked."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        pos, link = db.execute("SELECT pos, hash FROM chain ORDER BY pos DESC LIMIT 1").fetchone()
        events, links = [], []
        insert = f"INSERT INTO airing_event ({','.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})"

        def write():
            db.executemany(insert, events)
            db.executemany("INSERT INTO chain VALUES (?,'event',?,?,?)", links)
            db.executemany("INSERT INTO checkpoint SELECT ?,?,?,?,?,0,0,0 WHERE ? = 'end'",
                           [(e[1], e[3], e[4], e[5], e[22] or 0, e[2]) for e in events])
            events.clear()
            links.clear()

        for values in rows():
            pos, link = pos + 1, hashlib.sha256(link + octets(values)).digest()
            events.append(values)
            links.append((pos, values[0], values[1], link))
            if len(events) == 20000:
                write()
        write()
        db.execute("ANALYZE")
    (path.parent / "log.head").write_text(f"{pos} {link.hex()}\n")


def station_of_ten_years():
    """Its calendars are adopted by the real daemon, in two seconds of air."""
    station = Station(size="320x180")
    station.clip("huong-dan/00.mp4", 1, 75, "--size 320x180")
    for which in range(OWN):
        station.event(34 * SLOT_S * which, SLOT_S, f"ct{which}/tap-{{episode:04}}.mp4", uid=f"ct{which}@test",
                      start=BEGIN, RRULE=f"FREQ=DAILY;COUNT={DAYS}", SUMMARY=f"Chương trình {which}")
    station.extra_config = "[filler]\nmedia=huong-dan/\n"
    station.write_calendar()
    station.write_config()
    station.free_run(2, at=BEGIN - timedelta(days=1))
    log = next(p for p in station.state.rglob("log.sqlite"))
    return station, log


def timed(station, log, *arguments, times=3):
    taken, done = [], None
    for _ in range(times):
        began = time.monotonic()
        done = subprocess.run([program("playoutctl"), *arguments, "--state", str(log.parent), "--config",
                               str(station.dir / "playoutd.conf")], capture_output=True, text=True, check=False,
                              timeout=600)
        taken.append(time.monotonic() - began)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.returncode} {done.stderr} {done.stdout[:500]}")
    return median(taken), done.stdout


def run(_):
    station, log = station_of_ten_years()
    fill(log)
    size = log.stat().st_size / 2**20
    yield f"the log: {DAYS * (OWN + FILLERS)} rows", f"{size:.0f} MB", "", True
    taken, out = timed(station, log, "asrun", "--from", "2033-05-05", "--to", "2033-05-06", "--json", times=9)
    count = len(out.splitlines())
    yield f"a day's {count} rows, the whole command", f"{taken * 1000:.0f} ms", "< 50 ms", taken < 0.05 and count > 270
    taken, out = timed(station, log, "asrun", "--from", "2027-01-01", "--to", "2037-01-01", "--series", "ct3@test",
                       "--json")
    yield "ten years of one series", f"{taken * 1000:.0f} ms", "< 2 s", taken < 2 and len(out.splitlines()) > DAYS - 3
    for what, window in (("of a month", ("2031-03-01", "2031-04-01")), ("of a year", ("2031-01-01", "2032-01-01")),
                         ("of ten years", ("2027-01-01", "2037-01-01"))):
        taken, out = timed(station, log, "report", "--from", window[0], "--to", window[1], "--json")
        series = json.loads(out)["series"]
        whole = len(series) == OWN and all(s["planned"] == s["aired"] for s in series)
        yield f"the report {what}, {sum(s['planned'] for s in series)} programmes", f"{taken:.2f} s", "< 2 s", \
            taken < 2 and whole
    taken, out = timed(station, log, "asrun", "verify", times=1)
    yield "verify", f"{taken:.1f} s", "", bool(out)
    station.discard()
