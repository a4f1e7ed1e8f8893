# SPDX-License-Identifier: GPL-3.0-or-later
"""A live show that overruns, ends early, never comes, is extended twice; what follows it, FIXED, SOFT with a FOLLOW
behind, or FOLLOW, starts on the frame that the plan promised. The real daemon in real time, one for each."""

import json
import signal
import threading
from datetime import datetime, timedelta, timezone

from rides import wait_until
from station import Station, coded_clip, free_port
from tap import case, check, equal, main, note

EARLY = 15  # seconds before the first show at which the daemons start, side by side on a busy machine
EACH = 14  # seconds from one show to the next
SLOT = 4
CLIP = 3  # seconds of what follows
FILL, CLIP_ID = 42, 7
SIZE = "--size 160x90"

# What is done when (seconds of the show), and when what follows then begins: FIXED at 9; SOFT and its FOLLOW; FOLLOW.
STORIES = {
    "overrun": ([], {"fixed": [9], "soft": [7, 10], "follow": [7]}),
    "early": ([(2, "end-live")], {"fixed": [9], "soft": [4, 7], "follow": [None]}),
    # Away for less than ten seconds, it is waited for to its limit.
    "never": ([], {"fixed": [9], "soft": [7, 10], "follow": [7]}),
    "extended": ([(1, "extend", "PT2S"), (3, "extend", "PT2S")], {"fixed": [9], "soft": [8, 11], "follow": [8]}),
}
FOLLOWERS = {"fixed": [(9, "FIXED")], "soft": [(4, "SOFT"), (7, "FOLLOW")], "follow": [(4, "FOLLOW")]}


def station_of(story, begin):
    station = Station(size="160x90")
    station.outputs = ""
    station.clip("clip.mp4", CLIP_ID, CLIP * 25, SIZE)
    station.clip("fill/fill.mp4", FILL, 250, SIZE)
    source = f"udp://127.0.0.1:{free_port()}" if story == "never" else "test://smpte"
    station.extra_config = f"[filler]\nmedia=fill\n[source studio]\nuri={source}\n"
    overrun = "PT0S" if story == "extended" else "PT3S"
    for number, (kind, followers) in enumerate(FOLLOWERS.items()):
        at = number * EACH
        station.event(at, SLOT, "live:studio", start=begin, uid=f"show-{kind}@test",
                      **{"X_PLAYOUT_END;X_OVERRUN=" + overrun: "MANUAL"})
        for index, (offset, start) in enumerate(followers):
            station.event(at + offset, CLIP, "clip.mp4", start=begin, uid=f"{kind}-{index}@test",
                          X_PLAYOUT_START=start)
    station.write_calendar()
    return station


def run(story, station, begin, faults):
    """Plays it; what is wrong goes into @faults."""
    actions, expected = STORIES[story]
    promised = {}
    station.start()
    try:
        for number, kind in enumerate(FOLLOWERS):
            at = begin + timedelta(seconds=number * EACH)
            for offset, *command in actions:
                wait_until(at + timedelta(seconds=offset))
                done = station.ctl(*command, "--json", check=False)
                check(done.returncode == 0, f"{kind}: {done.stderr} on air: {station.status()['on_air']}")
                answer = json.loads(done.stdout)
                if expected[kind] == [None]:
                    promised[f"{kind}-0@test"] = answer["frame"]
            wait_until(at + timedelta(seconds=SLOT - 0.5))
            if story == "extended":
                ends = datetime.fromisoformat(station.status()["overrun"]["ends"].replace("Z", "+00:00"))
                check(ends == at + timedelta(seconds=SLOT + 4), f"{kind}: due to end at {ends}")
            for item in station.status()["upcoming"]:
                if str(item["uid"]).startswith(kind):
                    promised.setdefault(item["uid"], item["start_frame"])
        wait_until(begin + timedelta(seconds=len(FOLLOWERS) * EACH - 1))
        station.stop(signal.SIGTERM)
        rows = {row["uid"]: row for row in station.asrun() if row["kind"] == "media"}
        for number, (kind, starts) in enumerate(expected.items()):
            for index, start in enumerate(starts):
                uid = f"{kind}-{index}@test"
                wanted = promised[uid] if start is None else \
                    station.frame(begin + timedelta(seconds=number * EACH + start))
                got = rows[uid]["actual_start_frame"] if uid in rows else None
                if got != wanted or promised.get(uid) != wanted:
                    faults.append(f"{story}, {uid}: began at {got}, promised {promised.get(uid)}, wanted {wanted}")
                elif rows[uid]["frames_shown"] + rows[uid]["frames_repeated"] != CLIP * 25:
                    faults.append(f"{story}, {uid}: not whole: {rows[uid]}")
        check(story != "never" or "never came" in station.said, "nobody was told that it never came")
    except Exception as error:  # of a thread
        faults.append(f"{story}: {error!r}")
    finally:
        station.stop(signal.SIGKILL)


@case
def what_it_would_cost():
    """Before it happens, status says in words what five minutes more of a live show would do to the plan"""
    station = Station(size="160x90")
    station.outputs = ""
    station.clip("clip.mp4", CLIP_ID, CLIP * 25, SIZE)
    station.clip("fill/fill.mp4", FILL, 250, SIZE)
    station.extra_config = "[filler]\nmedia=fill\n"
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=600)
    station.event(0, 600, "test://smpte", start=begin, uid="show@test", SUMMARY="Đối thoại")
    station.event(600, CLIP, "clip.mp4", start=begin, uid="soft@test", SUMMARY="Bản tin", X_PLAYOUT_START="SOFT")
    station.write_calendar()
    station.start()
    overrun = station.wait_for("the plan", lambda: (station.status() or {}).get("overrun"))
    station.stop(signal.SIGTERM)
    note(overrun)
    equal(overrun["uid"], "show@test", "the show")
    equal([cost["minutes"] for cost in overrun["costs"]], [5, 10], "minutes")  # what is SOFT waits no longer
    check(any("Bản tin" in words for words in overrun["costs"][0]["words"]), "what five minutes do to what follows")


@case
def what_follows():
    """overrun, early end, never came, extended twice; then FIXED, SOFT and FOLLOW, FOLLOW: on the promised frame"""
    faults = []
    coded_clip(CLIP_ID, CLIP * 25, SIZE, ".mp4")
    coded_clip(FILL, 250, SIZE, ".mp4")
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    threads = [threading.Thread(target=run, args=(story, station_of(story, begin), begin, faults)) for story in STORIES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    note("\n".join(faults) or "all as promised")
    equal(faults, [], "what began elsewhere")


if __name__ == "__main__":
    main()
