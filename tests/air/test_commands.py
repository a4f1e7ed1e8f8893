# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk's commands, one after another on one channel: what the answers promise, the recording and the journal show."""

import json
import unicodedata
from datetime import timedelta

from station import T0, Station, instant
from tap import case, check, equal, main, note

UNDER, NOW, FIRST, AFTER, AT, OLD, NEW, GONE, FILL = range(5, 14)
SMALL = "--size 320x180"
FIRST_FRAMES = 200  # long enough to give the next command while it airs


def running():
    station = Station(size="320x180")
    station.clip("under.mp4", UNDER, 3000, SMALL)
    for name, clip, frames in (("now", NOW, 50), ("first", FIRST, FIRST_FRAMES), ("after", AFTER, 50), ("at", AT, 50),
                               ("old", OLD, 50), ("new", NEW, 50), ("tập", NEW, 50), ("gone", GONE, 50),
                               ("fill/fill", FILL, 500)):
        station.clip(f"{name}.mp4", clip, frames, SMALL)
    station.extra_config = "[filler]\nmedia=fill\n"
    station.event(0, 110, "under.mp4", uid="under@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0)
    station.wait_for("the clip", lambda: media(station) == "under.mp4")
    station.wait_for("a warm spare", lambda: station.status()["players"]["spares"])
    return station


def media(station):
    return ((station.status() or {}).get("on_air") or {}).get("media")


def wait_until_over(station, name):
    """By the record: a look at the air may come too late to see it."""
    station.wait_for(name, lambda: any(r["media"] == name and r["frames_shown"] > 0 for r in station.asrun()))
    station.wait_for(f"the end of {name}", lambda: media(station) != name)


def ways_to_insert(station, promised):
    """Now, after what is on air, at an instant."""
    preview = station.command("insert", media="now.mp4", dry_run=True)
    check(preview["dry_run"] and any("now" in words for words in preview["changes"]), f"in words: {preview}")
    equal(media(station), "under.mp4", "on air after a dry run")
    promised[NOW] = station.command("insert", media="now.mp4")["frame"]
    wait_until_over(station, "now.mp4")
    promised[FIRST] = station.command("insert", media="first.mp4")["frame"]
    station.wait_for("the first", lambda: media(station) == "first.mp4")
    check(station.command("insert", media="after.mp4", how="after")["changes"], "words for what comes after")
    promised[AFTER] = promised[FIRST] + FIRST_FRAMES
    at_s = int(station.air_s()) + 13
    check(station.command("insert", media="at.mp4", at=instant(T0 + timedelta(seconds=at_s)))["changes"], "words for at")
    promised[AT] = station.frame(T0 + timedelta(seconds=at_s))
    wait_until_over(station, "at.mp4")


def places_to_insert(station):
    """At an instant that is past, or too far ahead for the plan to remember, it is refused; at one between it is told what
    that does, however far. An accent may be spelt in two ways."""
    now = T0 + timedelta(seconds=int(station.air_s()))
    for ahead, code in ((timedelta(days=-900), 409), (timedelta(seconds=-2), 409), (timedelta(hours=3), 200),
                        (timedelta(days=34), 200), (timedelta(days=36), 409)):
        wish = {"media": "now.mp4", "at": instant(now + ahead), "dry_run": True}
        got, answer = station.api("POST", "/commands/insert", wish)
        equal(got, code, f"inserted {ahead} from now: {answer}")
        check(code != 200 or "“now.mp4” airs from" in answer["changes"][0], f"{ahead} from now, in words: {answer}")
    typed = unicodedata.normalize("NFD", "tập.mp4")
    check("“tập.mp4” airs" in str(station.command("insert", media=typed, dry_run=True)["changes"]), "an accent apart")


def changes_of_airings(station, promised):
    """One airing gets another clip, one is cancelled, filler is forced and ended."""
    at_s = int(station.air_s()) + 9
    station.event(at_s, 2, "old.mp4", uid="later@test", PRIORITY="1")
    station.event(at_s + 3, 2, "gone.mp4", uid="gone@test", PRIORITY="1")
    far_s = at_s + 20 * 86400
    station.event(far_s, 2, "old.mp4", uid="far@test", SUMMARY="Hai mươi ngày nữa")
    station.write_calendar()
    station.wait_for("both in the plan", lambda: "gone.mp4" in str(station.status()["upcoming"]))
    named = {uid: {"uid": uid, "instance": (T0 + timedelta(seconds=at_s + more)).strftime("%Y%m%dT%H%M%SZ")}
             for uid, more in (("later@test", 0), ("gone@test", 3), ("far@test", far_s - at_s))}
    far = [station.command(verb, **named["far@test"], **more, **dry)["changes"]
           for dry in ({"dry_run": True}, {}) for verb, more in (("replace", {"media": "new.mp4"}), ("cancel", {}))]
    for replaced, cancelled in (far[:2], far[2:]):
        check(len(cancelled) == 2 and "“Hai mươi ngày nữa”" in cancelled[0] and "no longer airs" in cancelled[0]
              and "filler" in cancelled[1], f"{far}")
        check(len(replaced) == 1 and "plays new.mp4 instead of old.mp4" in replaced[0], f"beyond the rundown: {far}")
    code, answer = station.api("POST", "/commands/cancel", named["far@test"])
    equal(code, 409, f"cancelled twice beyond the rundown: {answer}")
    check(station.command("replace", media="new.mp4", **named["later@test"])["changes"], "words for replace")
    check(station.command("cancel", **named["gone@test"])["changes"], "words for cancel")
    code, answer = station.api("POST", "/commands/cancel", named["gone@test"])
    equal(code, 409, f"cancelled twice: {answer}")
    code, answer = station.api("POST", "/commands/replace", {"media": "nowhere.mp4", **named["later@test"]})
    equal(code, 404, f"a clip that is not there: {answer}")
    promised[NEW] = station.frame(T0 + timedelta(seconds=at_s))
    wait_until_over(station, "new.mp4")
    station.wait_for("the cancelled slot to pass", lambda: station.status()["frame"] > promised[NEW] + 6 * 25)
    promised[FILL] = station.command("fill")["frame"]
    station.wait_for("filler", lambda: media(station) == "fill/fill.mp4")
    return station.command("back")["frame"]


def slate_alarm(station):
    return next(((one["severity"], one["text"]) for one in station.status()["alarms"] if one["id"] == "slate"), None)


def two_operators(station):
    """Both have seen the same rundown; the second one is told what the first one did."""
    seen = f'"{station.status()["rundown_revision"]}"'
    code, first = station.api("POST", "/commands/extend", {"by": "PT1M"}, If_Match=seen, Idempotency_Key="lan-1")
    equal(code, 200, f"the first: {first}")
    code, answer = station.api("POST", "/commands/slate", {}, If_Match=seen, Idempotency_Key="an-1")
    equal(code, 412, f"the second: {answer}")
    check("extend" in answer["detail"], answer["detail"])
    return first["frame"]


def sent_again(station, frame):
    """The same request once more, and once more after the daemon was killed: answered alike, done once."""
    for kill in (False, True):
        if kill:
            station.stop(9)
            station.start(at=T0 + timedelta(seconds=second(station, frame) + 5))
            station.wait_for("the daemon", station.status)
        code, answer = station.api("POST", "/commands/extend", {"by": "PT1M"}, Idempotency_Key="lan-1")
        equal((code, answer.get("frame", answer)), (200, frame), f"again, {kill=}")
        equal((answer.get("recalled", False), answer["changes"] == []), (kill, kill), f"says what it is, {kill=}")
    equal(len([r for r in station.rows("SELECT * FROM journal") if r["kind"] == "extend"]), 1, "extensions")


def second(station, frame):
    return (frame - station.frame(T0)) // 25


@case
def every_command():
    """insert now, after and at, replace, cancel, fill, back: on the frame that was promised, from the first picture"""
    station = running()
    promised = {}
    ways_to_insert(station, promised)
    places_to_insert(station)
    back = changes_of_airings(station, promised)
    station.wait_for("the clip again", lambda: media(station) == "under.mp4")
    extended = two_operators(station)
    equal(station.stop(), 0, "exit code")
    first = station.asrun()[0]["actual_start_frame"]
    recorded = station.recording().by_output_frame()
    seen = [(s.clip, s.frame) if s.kind == "clip" else (None, None) for s, _ in recorded]
    note({clip: frame - first for clip, frame in promised.items()})
    for clip, frame in promised.items():
        k = frame - first
        if recorded[k][1]:  # and not lost by a starved recorder
            at = [s for s in seen[k:k + 3 + held(station, clip)] if s[0] == clip]
            check(seen[k] == (clip, 0) or (held(station, clip) and at), f"clip {clip} at {k}: {seen[k - 2:k + 3]}")
        check(seen[k - 1][0] != clip, f"clip {clip} came before its frame: {seen[k - 2:k + 3]}")
    equal(seen[back - first - 1][0], FILL, "filler until it was ended")
    equal(seen[back - first][0] in (UNDER, FILL), True, "then the schedule, or the last picture held for it")
    check(not any(clip in (OLD, GONE) for clip, _ in seen), "what was replaced or cancelled was seen")
    entries = {r["kind"]: r for r in station.rows("SELECT * FROM journal ORDER BY seq")}
    for kind in ("insert", "replace", "cancel", "fill", "back", "extend"):
        check(entries[kind]["who"] and entries[kind]["utc_ns"] > 0, f"{kind} in the journal: who and when")
    equal((entries["fill"]["frame"], entries["back"]["frame"], entries["extend"]["frame"]),
          (promised[FILL], back, extended), "frames in the journal")


def held(station, clip):
    """A starved machine may hold a frame, and says so."""
    name = {NOW: "now", FIRST: "first", AFTER: "after", AT: "at", NEW: "new", FILL: "fill/fill"}[clip] + ".mp4"
    return sum(r["frames_repeated"] + r["frames_filled"] for r in station.asrun() if r["media"] == name)


@case
def sent_twice():
    """a request that is sent again, also to a daemon that was killed since, is answered alike and done once"""
    station = running()
    sent_again(station, two_operators(station))
    equal(station.stop(), 0, "exit code")


@case
def last_word():
    """the slate, asked for before what was asked for first has come to its frame: it stays, told as what it is"""
    station = running()
    station.command("fill")
    station.wait_for("filler", lambda: media(station) == "fill/fill.mp4")
    station.command("back")
    slate = station.command("slate")["frame"]
    told = ("warning", "The slate is on air by command, until another one")
    station.wait_for("the slate", lambda: slate_alarm(station) == told)
    item = station.status()["on_air"]
    equal((item["kind"], item["reason"], item["screen"]), ("slate", "command", "slate"), "on air")
    again = station.command("back")["frame"]
    station.wait_for("the end of its alarm", lambda: slate_alarm(station) is None)
    equal(station.stop(), 0, "exit code")
    first = station.asrun()[0]["actual_start_frame"]
    seen = [s.kind for s, _ in station.recording().by_output_frame()[slate - first:again - first]]
    equal(set(seen), {"other"}, "from the slate to its end")


def slate_before(station):
    """An insertion and, before its frame, the slate: the clip, and their two frames. None on a machine too slow for it."""
    for clip in ("now.mp4", "new.mp4", "gone.mp4", "old.mp4"):
        promised, slate = station.command("insert", media=clip)["frame"], station.command("slate")["frame"]
        given_by = station.status()["frame"]
        check(slate < promised or given_by >= promised, f"the slate at {slate}, given by {given_by}, waited: {promised}")
        if slate < promised:
            return clip, promised, slate
        station.command("back")
    return None


@case
def slate_at_once():
    """the slate, while an insertion is promised a frame to come, takes its place: nothing of it airs, the journal says so"""
    station = running()
    told = slate_before(station)
    note(told)
    if told is None:
        equal(station.stop(), 0, "exit code")
        return
    clip, promised, slate = told
    station.wait_for("the frame of the insertion", lambda: station.status()["frame"] > promised + 25)
    equal(station.status()["on_air"]["kind"], "slate", "on air")
    back = station.command("back")["frame"]
    station.wait_for("the clip again", lambda: media(station) == "under.mp4")
    equal(station.stop(), 0, "exit code")
    check(not any(r["media"] == clip for r in station.asrun()), f"{clip} in the record")
    rows = [(r["kind"], r["frame"], json.loads(r["args"])) for r in station.rows("SELECT * FROM journal ORDER BY seq")]
    asked = next(args["asked"] for kind, _, args in reversed(rows) if kind == "insert")
    equal([row[:2] for row in rows if row[2].get("asked") == asked], [("insert", promised), ("dropped", slate)], "journal")
    first = station.asrun()[0]["actual_start_frame"]
    seen = [s.kind for s, _ in station.recording().by_output_frame()[slate - first:back - first]]
    equal(set(seen), {"other"}, "from the slate to its end")


if __name__ == "__main__":
    main()
