# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists of the API: a day of short fillers, a season of occurrences, whole and by pages."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

from station import T0, LocalConnection, Station, instant
from tap import case, check, equal, main


def ask(station, path):
    """(entries, total, path of the next page or None)"""
    status, headers, content = station.ask("GET", path)
    equal(status, 200, f"{path}: {content[:200]!r}")
    link = re.fullmatch(r'<(.*)>; rel="next"', headers["Link"] or "")
    return json.loads(content), int(headers["X-Total-Count"]), link and link[1]


def text(station, path):
    status, headers, content = station.ask("GET", path)
    equal((status, headers["Content-Type"]), (200, "application/xml; charset=utf-8"), path)
    return content.decode()


def pages_of(station, path, limit):
    pages, after = [], f"{path}&limit={limit}"
    while after:
        page, total, after = ask(station, after)
        pages.append(page)
    equal([len(page) for page in pages[:-1]], [limit] * (len(pages) - 1), "entries a page")
    equal(sum(map(len, pages)), total, "entries of all pages")
    return pages


@case
def a_day_of_fillers_and_a_season():
    """each whole in one answer, and the same by pages of which every one names the next"""
    station = Station(size="320x180")
    for i in range(3):
        station.clip(f"fill/{i}.mp4", 10 + i, 125, "--size 320x180")
    station.extra_config = "[filler]\nmedia=fill/\n"
    station.event(86400 * 3, 100, "tap-{episode:02}.mp4", uid="season@test", RRULE="FREQ=WEEKLY;COUNT=26")
    station.event(600, 10, "spot.mp4", uid="spot@test", RRULE="FREQ=HOURLY")
    station.write_calendar()
    station.know_media()
    station.start(at=T0)
    station.wait_for("filler on air", lambda: "fill/" in str((station.status() or {}).get("on_air")))
    end = instant(T0 + timedelta(days=1))
    day = f"/api/v1/rundown?from={instant(T0 + timedelta(hours=1))}&to={end}"
    whole, total, after = ask(station, day)
    check(total > 16000, f"items of a day of 5 s: {total}")
    equal((len(whole), after), (total, None), "in one answer")
    check(all(a["end_frame"] == b["start_frame"] for a, b in zip(whole, whole[1:])), "no hole")
    equal(sum(pages_of(station, day, 6000), []), whole, "the day by pages")
    season = f"/api/v1/occurrences?from={instant(T0)}&to={instant(T0 + timedelta(days=399))}"
    everything, total, _ = ask(station, season)
    equal((len(everything), total), (26 + 9576, 26 + 9576), "of 399 days")
    equal(sum(pages_of(station, season, 5000), []), everything, "the season by pages")
    episodes, total, _ = ask(station, season + "&most=30")
    equal(({o["uid"] for o in episodes}, total), ({"season@test"}, 26), "without what airs every hour")
    page, total, after = ask(station, season + "&most=30&limit=20")
    equal((len(page), total), (20, 26), "its first page")
    equal(ask(station, after)[0], episodes[20:], "its second, without the hourly ones too")
    for wrong in ("&limit=0", "&limit=20000", "&limit=x", "&cursor=-1"):
        equal(station.api("GET", (day + wrong).removeprefix("/api/v1"))[0], 400, wrong)
    equal(station.api("GET", season.removeprefix("/api/v1").replace("occurrences", "rundown"))[0], 400, "a plan so long")
    guide = [text(station, "/api/v1/guide.xml") for _ in range(2)]
    equal(guide[0], guide[1], "the guide, made and kept")
    programmes = ElementTree.fromstring(guide[0]).findall("programme")
    equal([p.get("start") for p in programmes if p.findtext("title") == "Mục 0"],
          [(T0 + timedelta(days=3, hours=7)).strftime("%Y%m%d%H%M%S +0700")], "the episode of its week")
    # Whoever asks for a list and goes, and an end while one is being made, harm nobody.
    connection = LocalConnection(station.state / "control.sock")
    connection.request("GET", day)
    connection.close()
    waiting = LocalConnection(station.state / "control.sock")
    waiting.request("GET", season)
    equal(station.stop(), 0, "exit code")
    waiting.close()


if __name__ == "__main__":
    main()
