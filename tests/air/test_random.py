# SPDX-License-Identifier: GPL-3.0-or-later
"""Random calendars over coded clips: what left the output is, frame for frame, what `playoutctl rundown` says.

PLAYOUTD_SEEDS=20 tries that many (default 2).
"""

import json
import os
from datetime import timedelta
from fractions import Fraction
from random import Random

from station import T0, Station, instant
from tap import check, equal, main, case

SECONDS, SIZE, RATE = 60, "320x180", 25


def attachment(random, name):
    """One clip, at times a part of it, at times one that is not there."""
    if random.random() < 0.1:
        return "ATTACH:missing.mp4"
    if random.random() < 0.2:
        return f'ATTACH;X-SOM="00:00:00:{random.randrange(25):02}";X-EOM=PT2S:{name}'
    return f"ATTACH:{name}"


def make_station(seed):
    """The station, and by name each clip's id."""
    random, station, ids = Random(seed), Station(size=SIZE), {}
    for number in range(6):
        ids[f"c{number}.mp4"] = number + 2
        station.clip(f"c{number}.mp4", number + 2, random.choice((60, 130, 200, 260, 350)), f"--size {SIZE}")
    for number in range(3):
        ids[f"fill/f{number}.mp4"] = number + 20
        station.clip(f"fill/f{number}.mp4", number + 20, random.choice((50, 76, 110)), f"--size {SIZE}")
    for number in range(random.randint(4, 12)):
        properties = {}
        for name, values, share in (("START", ("FIXED", "SOFT", "FOLLOW"), 0.4), ("END", ("FIXED", "MEDIA"), 0.3),
                                    ("JOIN", ("YES", "NO"), 0.3)):
            if random.random() < share:
                properties[f"X_PLAYOUT_{name}"] = random.choice(values)
        if random.random() < 0.4:
            properties["PRIORITY"] = random.randint(1, 9)
        parts = [attachment(random, f"c{random.randrange(6)}.mp4") for _ in range(random.choice((1, 1, 1, 2)))]
        station.event(random.randint(-10, SECONDS - 2), random.choice((0, 2, 3, 5, 8, 13)), uid=f"e{number}@test",
                      **properties)
        head, end = station.events[-1].rsplit("\r\n", 1)
        station.events[-1] = "\r\n".join([head, *parts, end])
    if random.random() < 0.7:
        station.extra_config = "[filler]\nmedia=fill/\n"
    station.write_calendar()
    return station, ids


def planned(station):
    done = station.ctl("rundown", "--from", instant(T0), "--to", instant(T0 + timedelta(seconds=SECONDS)), "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def faults_of_item(item, ids, recording, first):
    """What frames of @recording show that is not @item."""
    faults = []
    origin = round(Fraction(item["media_in_ns"] * RATE, 10**9)) if item["media"] else 0
    for n in range(max(item["start_frame"], first), min(item["end_frame"], first + len(recording.seen))):
        seen = recording.seen[n - first]
        wanted = (ids[item["media"]], origin + n - item["start_frame"]) if item["media"] else None
        if ((seen.clip, seen.frame) if seen.kind == "clip" else None) != wanted or seen.kind == "black":
            faults.append(f"frame {n - first}: {seen}, wanted {item['media']} #{wanted and wanted[1]} ({item['kind']})")
    return faults


def run_seed(seed):
    station, ids = make_station(seed)
    station.free_run(SECONDS)
    recording, items, first = station.recording(), planned(station), station.frame(T0)
    equal((len(recording.seen), recording.samples), (SECONDS * RATE, SECONDS * 48000), f"seed {seed}: frames and samples")
    edges = [first, *(item["end_frame"] for item in items)]
    starts = [max(item["start_frame"], first) for item in items]
    equal(starts, edges[:-1], f"seed {seed}: the plan's items adjoin")
    faults = [fault for item in items for fault in faults_of_item(item, ids, recording, first)]
    check(not faults, f"seed {seed}: {len(faults)} frames are not what the plan says: {faults[:5]}")


@case
def the_air_is_the_plan():
    """random calendars with overlaps, priorities, soft and following starts, marks, missing clips, filler"""
    for seed in range(1, 1 + int(os.environ.get("PLAYOUTD_SEEDS", "2"))):
        run_seed(seed)


if __name__ == "__main__":
    main()
