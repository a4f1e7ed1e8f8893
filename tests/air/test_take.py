# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator takes a clip: on the frame that the answer names, from its first picture, cued or not."""

import contextlib
import json
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

from station import T0, Station
from tap import case, check, equal, main, note

UNDER, NEXT, FAR = 5, 6, 10


def running(far=5):
    station = Station(size="320x180")
    station.clip("under.mp4", UNDER, 3000, "--size 320x180")
    station.clip("next.mp4", NEXT, 100, "--size 320x180")
    station.event(0, 100, "under.mp4", uid="under@test")
    station.event(100, 4, "next.mp4", uid="next@test")
    for number in range(far):
        station.clip(f"far{number}.mp4", FAR + number, 75, "--size 320x180")
        station.event(1200 + 100 * number, 3, f"far{number}.mp4", uid=f"far{number}@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0)
    station.wait_for("a warm spare", lambda: on_air(station) == "under@test" and station.status()["players"]["spares"])
    station.wait_for("some pictures to judge what follows by", lambda: station.status()["k"] > 10)
    return station


def on_air(station):
    return ((station.status() or {}).get("on_air") or {}).get("uid")


def name(number):
    begin = T0 + timedelta(seconds=1200 + 100 * number)
    return {"uid": f"far{number}@test", "instance": begin.strftime("%Y%m%dT%H%M%SZ")}


def wait_for_end_of(station, uid):
    station.wait_for(f"{uid} on air", lambda: on_air(station) == uid)
    station.wait_for(f"the end of {uid}", lambda: on_air(station) != uid)


def judge(station, answers):
    """@answers: {clip: frame}. Each clip from its first picture on its frame, what was before it until then."""
    equal(station.stop(), 0, "exit code")
    start = station.asrun()[0]
    first = start["actual_start_frame"] - start["start_k"]
    recorded = station.recording().by_output_frame()
    entries = [r for r in station.rows("SELECT * FROM journal ORDER BY seq") if r["kind"] in ("take", "take-next")]
    equal([e["frame"] for e in entries], list(answers.values()), "frames in the journal")
    for clip, frame in answers.items():
        k = frame - first
        check(3 <= k < len(recorded) - 3, f"clip {clip}: output frame {k} of {len(recorded)}, the log from {start}")
        seen = [(s.clip, s.frame) if s.kind == "clip" else None for s, _ in recorded[k - 3:k + 3]]
        unseen = sum(not was_recorded for _, was_recorded in recorded[k - 3:k + 3])  # by a starved recorder
        check(seen[3] == (clip, 0) or not recorded[k][1], f"on the frame that was promised for clip {clip}: {seen}")
        check(all(s is not None and s[0] == UNDER for s in seen[:3]), f"before it: {seen[:3]}")
        late = sum(got != (clip, n) for n, got in enumerate(seen[3:]))
        check(late <= lost(station, actual_start_frame=frame) + unseen, f"from there on, and not in the log: {seen[3:]}")
        stood = sum(b[1] != a[1] + 1 for a, b in zip(seen[:2], seen[1:3]))
        check(stood <= lost(station, actual_end_frame=frame) + unseen, f"before it, and not in the log: {seen[:3]}")


def lost(station, **edge):
    """Frames of the airing with that edge for which a starved machine had no new picture, by the log."""
    (name, frame), = edge.items()
    row, = (r for r in station.asrun() if r[name] == frame and r["kind"] == "media")
    return row["frames_repeated"] + row["frames_filled"]


@case
def cued_and_not():
    """cued: the next frame; not cued: half a second on; with asap: as soon as it is there; each on its frame"""
    station = running()
    cued = {"uid": "next@test", "instance": (T0 + timedelta(seconds=100)).strftime("%Y%m%dT%H%M%SZ")}
    station.wait_for("next cued", lambda: "cued" in [i.get("player") for i in station.status()["upcoming"]])
    asked, answers = {}, {}
    for clip, arguments in ((NEXT, cued), (FAR + 3, name(3)), (FAR + 4, {**name(4), "asap": True})):
        before = station.status()["frame"]
        answers[clip] = station.command("take", **arguments)["frame"]
        asked[clip] = answers[clip] - before
        wait_for_end_of(station, arguments["uid"])
        ended = station.status()["frame"]
        station.wait_for("a warm spare", lambda: station.status()["players"]["spares"])
        station.wait_for("some pictures of what goes on", lambda: station.status()["frame"] > ended + 3)
    judge(station, answers)
    note(f"frames from the last one known before the command: {asked}")
    check(asked[FAR + 3] >= 13, "what is not cued is given half a second")


@case
def not_ready():
    """a player that does not deliver by then: what is on air continues, and the journal has the real frame"""
    station = running()
    spares = idle_players(station)
    check(spares, "there are spares")
    for pid in spares:
        os.kill(pid, signal.SIGSTOP)
    before = station.status()["frame"]
    answers = []
    asking = threading.Thread(target=lambda: answers.append(station.command("take", **name(3))))
    asking.start()
    station.wait_for("the promised frame to pass", lambda: station.status()["frame"] > before + 25)
    check(not answers and on_air(station) == "under@test", "what is on air continues")
    for pid in spares:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    asking.join()
    wait_for_end_of(station, "far3@test")
    judge(station, {FAR + 3: answers[0]["frame"]})


@case
def killed_while_it_waits():
    """the daemon is killed while a take waits for its picture: the journal has it, and the next life answers for it"""
    station = running()
    stopped = idle_players(station)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)

    def ask():
        try:
            station.api("POST", "/commands/take", name(3), Idempotency_Key="once")
        except OSError:
            pass  # nobody is left to answer

    asking = threading.Thread(target=ask)
    asking.start()
    asked, = station.wait_for("it in the journal", lambda: station.rows("SELECT * FROM journal WHERE kind = 'asked'"))
    station.stop(how=signal.SIGKILL)
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):  # the daemon itself ends what stands still for long
            os.kill(pid, signal.SIGKILL)
    asking.join()
    said = json.loads(asked["args"])
    equal((said["verb"], said["uid"], asked["who"] != ""), ("take", "far3@test", True), "what was asked for")
    check(int(said["promised"]) > asked["frame"], "the frame that it was to wait for")
    station.start(at=T0 + timedelta(seconds=20))
    alarm, = station.wait_for("an alarm", lambda: [a for a in (station.status() or {}).get("alarms", ())
                                                   if a["id"] == "command-lost"])
    check("take" in alarm["text"] and "far3@test" in alarm["text"], f"what the alarm says: {alarm['text']}")
    dropped, = station.wait_for("it in the log", lambda: station.rows("SELECT * FROM journal WHERE kind = 'dropped'"))
    equal(json.loads(dropped["args"])["asked"], said["id"], "what was dropped")
    equal(station.rows("SELECT * FROM journal WHERE kind = 'take'"), [], "takes")
    # Sent again, as a program does that got no answer, it is carried out and not taken for one that was.
    code, answer = station.api("POST", "/commands/take", name(3), Idempotency_Key="once")
    equal(code, 200, f"the take given again: {answer}")
    wait_for_end_of(station, "far3@test")
    station.wait_for("the end of the alarm", lambda: "command-lost" not in str(station.api("GET", "/alarms")[1]))
    equal(station.stop(), 0, "exit code")
    rows = [r for r in station.asrun() if r["uid"] == "far3@test"]
    equal([(r["actual_start_frame"], r["som_ns"]) for r in rows], [(answer["frame"], 0)], "on its frame, once")
    station.start(at=T0 + timedelta(seconds=60))
    station.wait_for("on air again", lambda: on_air(station) == "under@test")
    equal(station.stop(), 0, "exit code")
    equal(len(station.rows("SELECT * FROM journal WHERE kind = 'dropped'")), 1, "answered for once")


def idle_players(station):
    """Those that no clip has been given to."""
    found = []
    for pid, (state, _) in station.players().items():
        if state != "Z" and not any(str(station.media) in path for path in opened_by(pid)):
            found.append(pid)
    return found


def opened_by(pid):
    """One that starts or ends just now opens and closes files meanwhile."""
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            yield os.readlink(fd)
        except FileNotFoundError:
            continue


@case
def in_vain():
    """a take that changes nothing, or of nothing, is refused and leaves nothing in the journal"""
    station = running()
    for verb, arguments in (("take", {"uid": "under@test", "instance": T0.strftime("%Y%m%dT%H%M%SZ")}),
                            ("take", {"uid": "nobody@test", "instance": "2027-03-01T12:00:00Z"}), ("end-live", {})):
        code, answer = station.api("POST", "/commands/" + verb, arguments)
        check(code in (404, 409) or verb == "end-live", f"{verb} {arguments}: {code} {answer}")
    equal(on_air(station), "under@test", "on air")
    equal(station.stop(), 0, "exit code")
    equal([r["kind"] for r in station.rows("SELECT * FROM journal") if r["kind"] == "take"], [], "takes in the journal")


if __name__ == "__main__":
    main()
