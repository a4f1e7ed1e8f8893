# SPDX-License-Identifier: GPL-3.0-or-later
"""Clips that come, go and change while the channel runs: sent piece by piece, replaced, deleted, renamed."""

import hashlib
import json
import subprocess
import unicodedata
from datetime import timedelta

from station import T0, LocalConnection, Station, coded_clip
from tap import case, check, equal, main


BYTES = "application/octet-stream"


def piece(station, upload, data, at, size):
    return station.api("PATCH", f"/media/uploads/{upload['id']}", data[at:at + size], Content_Type=BYTES,
                       Content_Range=f"bytes {at}-{min(at + size, len(data)) - 1}/{len(data)}")


def on_air(station, words):
    return lambda: words in str((station.status() or {}).get("on_air"))


def clips(station):
    return {clip["path"] for clip in station.api("GET", "/media")[1] or []}


def running(**clips_to_make):
    station = Station(size="320x180")
    for name, (clip, frames) in {"a.mp4": (5, 3000), **clips_to_make}.items():
        station.clip(name, clip, frames, "--size 320x180")
    station.event(0, 600, "a.mp4", uid="a@test")
    station.write_calendar()
    station.write_config()
    station.know_media()
    station.start(at=T0)
    station.wait_for("a on air", on_air(station, "a@test"))
    return station


def by_command(station):
    """playoutctl media add --episode: where it lies is what the plan picks for that episode, or it is refused in words"""
    clip = str(coded_clip(7, 80, "--size 320x180"))
    done = station.ctl("media", "add", clip, "--uid", "phim@test", "--episode", "3", "--json")
    equal(json.loads(done.stdout)["path"], "phim/tap-03.mp4", "by the template")
    done = station.ctl("media", "add", clip, "--uid", "mua@test", "--episode", "1", "--json")
    equal(json.loads(done.stdout)["path"], "mua/tap-01.mp4", "into a folder")
    refused = station.ctl("media", "add", clip, "--uid", "mua@test", "--episode", "3", check=False)
    check(refused.returncode != 0 and "send those of the episodes before it first" in refused.stderr, refused.stderr)
    def served():
        return {clip["path"]: [(one["uid"], one["episode"], one["why"]) for one in clip["airings"]]
                for clip in station.api("GET", "/media")[1]}

    station.wait_for("both to serve", lambda: all(served().get(one) for one in ("phim/tap-03.mp4", "mua/tap-01.mp4")))
    serving = served()
    equal(serving["phim/tap-07.mp4"], [("phim@test", 7, "template")], "what was sent in pieces serves episode 7")
    equal(serving["phim/tap-03.mp4"], [("phim@test", 3, "template")], "this one episode 3")
    check(serving["mua/tap-01.mp4"] in ([("mua@test", 1, "folder")], [("mua@test", 1, "pin")]), serving)
    missing = {(one["uid"], one["episode"]): one for one in station.api("GET", "/media/missing")[1]}
    equal(sorted(missing), [("mua@test", n) for n in range(2, 5)] + [("phim@test", n) for n in (1, 2, 4, 5, 6, 8, 9)],
          "and those are missing")
    equal(missing["phim@test", 4]["expected"], ["phim/tap-04.mp4"], "where it belongs")


@case
def sent_in_pieces():
    """a clip sent in pieces over cuts and a restart arrives whole for its episode; nothing of it is listed before"""
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.event(0, 600, "a.mp4", uid="a@test")
    station.event(86400, 60, "phim/tap-{episode:02}.mp4", uid="phim@test", RRULE="FREQ=DAILY;COUNT=9")
    station.event(90000, 60, "mua/", uid="mua@test", RRULE="FREQ=DAILY;COUNT=4")
    station.write_calendar()
    station.start(at=T0)
    station.wait_for("a on air", on_air(station, "a@test"))
    data = coded_clip(7, 80, "--size 320x180").read_bytes()
    wish = {"uid": "phim@test", "episode": 7, "name": "Bản cuối.mp4", "size_bytes": len(data), "tag": "x"}
    status, upload = station.api("POST", "/media/uploads", wish)
    equal((status, upload["path"], upload["received_bytes"]), (200, "phim/tap-07.mp4", 0), "begun")
    third = len(data) // 3
    equal(piece(station, upload, data, 0, third)[1]["received_bytes"], third, "the first piece")
    equal(piece(station, upload, data, 0, third)[0], 409, "the same again")
    equal(station.api("GET", f"/media/uploads/{upload['id']}")[1]["received_bytes"], third, "how much is here")
    equal(station.api("GET", "/media/uploads/none")[0], 404, "no such upload")
    line = LocalConnection(station.state / "control.sock")  # a cut in the middle of a piece
    line.putrequest("PATCH", f"/api/v1/media/uploads/{upload['id']}")
    line.putheader("Content-Length", str(third))
    line.putheader("Content-Range", f"bytes {third}-{2 * third - 1}/{len(data)}")
    line.endheaders(data[third:third + 100])
    line.close()
    station.stop()
    hidden = list((station.media / "phim").iterdir())
    check(len(hidden) == 1 and hidden[0].name.startswith("."), f"lies there: {hidden}")
    station.start(at=T0 + timedelta(seconds=60))
    station.wait_for("a on air", on_air(station, "a@test"))
    equal(piece(station, upload, data, third, third)[0], 404, "not known after a restart")
    again = station.api("POST", "/media/uploads", wish)[1]
    equal((again["id"], again["received_bytes"]), (upload["id"], third), "goes on")
    check(clips(station) <= {"a.mp4"}, "listed before it is whole")
    equal(piece(station, again, data, third, third)[1]["done"], False, "not yet")
    check(clips(station) <= {"a.mp4"}, "listed before it is whole")
    equal(piece(station, again, data, 2 * third, len(data))[1]["done"], True, "whole")
    target = station.media / "phim/tap-07.mp4"
    equal(hashlib.sha256(target.read_bytes()).hexdigest(), hashlib.sha256(data).hexdigest(), "its content")
    equal(station.api("POST", "/media/uploads", wish)[1]["done"], True, "asked again after a lost answer")
    station.wait_for("it to be listed", lambda: "phim/tap-07.mp4" in clips(station))
    status, problem = station.api("POST", "/media/uploads", {**wish, "tag": "other"})
    equal((status, problem["code"]), (409, "taken"), "one of that name is there")
    status, problem = station.api("POST", "/media/uploads", {**wish, "uid": "mua@test", "episode": 3})
    equal((status, problem["code"]), (409, "conflict"), "the folder lacks the episodes before it")
    equal(station.api("POST", "/media/uploads", {**wish, "name": "x.mkv"})[0], 400, "another kind of file")
    equal(station.api("POST", "/media/uploads", {**wish, "episode": 99})[0], 404, "no such episode")
    by_command(station)
    equal(station.stop(), 0, "exit code")


@case
def never_outside():
    """no path leads out of the folder, hides, or passes for an unfinished copy; the sizes are bounded"""
    station = running()
    (station.media / "away").symlink_to("/tmp")
    for path in ("../x.mp4", "/etc/x.mp4", "a/../../x.mp4", ".x.mp4", "a//x.mp4", "x.mp4.part", "x.srt", "",
            "a\nb.mp4", "x" * 300 + ".mp4",
                 "a/.git/x.mp4", "a\\b.mp4"):
        equal(station.api("POST", "/media/uploads", {"path": path, "size_bytes": 10})[0], 400, repr(path))
    said = station.api("POST", "/media/uploads", {"path": "Kịch bản.docx", "size_bytes": 10})[1]["detail"]
    check("is a document, a subtitle or the like" in said, f"what is wrong with a document: {said}")
    said = station.api("POST", "/media/uploads", {"path": "ế" * 90 + ".mp4", "size_bytes": 10})[1]["detail"]
    check("is too long a name" in said, f"what is wrong with a long one: {said}")
    for path in ("away/x.mp4", "a.mp4/x.mp4"):
        code, said = station.api("POST", "/media/uploads", {"path": path, "size_bytes": 10})
        check(code == 409 and "give another path" in said["detail"], f"through what is no folder: {code} {said}")
    for part in (-1, 1 << 32):
        wish = {"uid": "a@test", "part": part, "name": "x.mp4", "size_bytes": 10}
        equal(station.api("POST", "/media/uploads", wish)[0], 400, f"part {part}")
    for size in (0, -1, 1 << 50, "10"):
        equal(station.api("POST", "/media/uploads", {"path": "x.mp4", "size_bytes": size})[0], 400, f"size {size}")
    equal(station.api("POST", "/media/uploads", {"path": "huge.mp4", "size_bytes": 1 << 40})[0], 507, "no room")
    upload = station.api("POST", "/media/uploads", {"path": "b/c.mp4", "size_bytes": 10})[1]
    equal(piece(station, upload, bytes(20), 0, 20)[0], 409, "more than was said")
    equal(station.api("PATCH", f"/media/uploads/{upload['id']}", bytes(5), Content_Type=BYTES)[0], 400, "no range")
    equal(station.api("DELETE", f"/media/uploads/{upload['id']}")[0] // 100 in (2, 4), True, "dropped")
    equal(list((station.media / "b").iterdir()), [], "nothing left")
    equal(clips(station), {"a.mp4"} | ({"away"} & clips(station)), "listed")
    equal(station.stop(), 0, "exit code")


@case
def added_by_command():
    """playoutctl media add: by name, as a path, in an episode's place; a taken name is refused, replaced on demand"""
    station = running()
    clip = coded_clip(8, 60, "--size 320x180")
    mine = station.dir / "Của tôi.mp4"
    mine.write_bytes(clip.read_bytes())
    said = json.loads(station.ctl("media", "add", str(mine), "--json").stdout)
    equal(said["path"], "Của tôi.mp4", "by its name")
    station.ctl("media", "add", str(mine), "--as", "phim/một.mp4")
    equal((station.media / "phim/một.mp4").read_bytes(), mine.read_bytes(), "as a path")
    check(station.ctl("media", "add", str(mine), "--as", "a.mp4", check=False).returncode != 0, "a taken name")
    station.ctl("media", "add", str(mine), "--as", "a.mp4", "--replace")
    equal((station.media / "a.mp4").read_bytes(), mine.read_bytes(), "replaced")
    decomposed = station.media / unicodedata.normalize("NFD", "Tập một.mp4")
    decomposed.write_bytes(mine.read_bytes())
    station.wait_for("a name from a Mac", lambda: decomposed.name in clips(station))
    check(station.ctl("media", "add", str(mine), "--as", "Tập một.mp4", check=False).returncode != 0, "a name taken in NFD")
    mine.write_bytes(coded_clip(9, 60, "--size 320x180").read_bytes())
    station.ctl("media", "add", str(mine), "--as", "Tập một.mp4", "--replace")
    equal(decomposed.read_bytes(), mine.read_bytes(), "replaced in NFD")
    check(not (station.media / "Tập một.mp4").exists(), "and no second one beside it")
    equal(station.stop(), 0, "exit code")
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    equal([r["uid"] for r in rows], ["a@test"], "the air is as it was")
    equal({one.clip for one in station.recording().seen if one.kind == "clip"}, {5}, "clips on air")


FRAMES = {16: 100, 17: 100}  # few contents, since each has to be made


def put(station, name, clip):
    """In place of what is there, whole, as a program does that copies with care; its hash."""
    data = coded_clip(clip, FRAMES.get(clip, 60), "--size 320x180").read_bytes()
    part = station.media / f".{name}.part"
    part.write_bytes(data)
    part.rename(station.media / name)
    return hashlib.sha256(data).hexdigest()


def alarms(station):
    return str((station.status() or {}).get("alarms"))


def send(station, name, clip):
    """The same by the API, as the page does it; its hash."""
    data = coded_clip(clip, FRAMES.get(clip, 60), "--size 320x180").read_bytes()
    mine = station.dir / f"new-{name}"
    mine.write_bytes(data)
    station.ctl("media", "add", str(mine), "--as", name, "--replace")
    return hashlib.sha256(data).hexdigest()


FIRST = {"b": 6, "c": 7, "d": 8, "g": 16, "h": 17, "i": 8, "j": 9, "e": 9}  # each for two seconds, by clip


def change_all(station, base):
    """Each of FIRST is changed while cued or on air; what the names stand for then."""
    def reach(name, before_s=0.0):
        at_s = base + 2 * list(FIRST).index(name) - before_s
        station.wait_for(f"{name} {before_s} s ahead", lambda: station.air_s() >= at_s)

    new = {}
    reach("b", 2.5)
    new["b"] = put(station, "b.mp4", 16)  # replaced while cued
    reach("c", -0.2)
    new["c"] = put(station, "c.mp4", 17)  # replaced while on air
    (station.media / "d.mp4").unlink()  # deleted while cued
    station.wait_for("an alarm of the clip that is gone", lambda: "d.mp4" in alarms(station))
    reach("d", -0.2)
    (station.media / "g.mp4").rename(station.media / "g2.mp4")  # renamed while cued
    reach("h", -0.2)
    (station.media / "h.mp4").unlink()  # deleted while on air
    new["i"] = send(station, "i.mp4", 6)  # sent again while cued
    reach("j", -0.2)
    new["j"] = send(station, "j.mp4", 7)  # sent again while on air
    reach("e", -0.2)
    (station.media / "e.mp4").rename(station.media / "f.mp4")  # renamed while on air
    station.wait_for("an alarm of the clip that is gone", lambda: "e.mp4" in alarms(station))
    (station.media / "f.mp4").rename(station.media / "e.mp4")
    station.wait_for("the clip to be back", lambda: "e.mp4" not in alarms(station))
    new["h"] = put(station, "h.mp4", 6)  # and here it is again
    listed = lambda: {clip["sha256"] for clip in station.api("GET", "/media")[1] or []}  # noqa: E731
    station.wait_for("the new ones to be known", lambda: set(new.values()) <= listed())
    return new


@case
def changed_while_cued_and_on_air():
    """replaced, deleted, renamed, sent again, cued and on air: the air untouched, the next airing right, its hash logged"""
    station = running(**{f"{name}.mp4": (clip, FRAMES.get(clip, 60)) for name, clip in FIRST.items()})
    base = int(station.air_s()) + 10
    for i, name in enumerate(FIRST):
        station.event(base + 2 * i, 2, f"{name}.mp4", uid=f"{name}1@test", PRIORITY="1")
    for at_s, name in ((600, "d"), (610, "e")):
        station.event(base + at_s, 3, f"{name}.mp4", uid=f"{name}3@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("the plan", lambda: "b1@test" in str((station.status() or {}).get("next")))
    old = {name: hashlib.sha256((station.media / f"{name}.mp4").read_bytes()).hexdigest() for name in FIRST}
    new = change_all(station, base)
    base = int(station.air_s()) + 10
    again = {"b": 16, "c": 17, "g": 16, "h": 6, "i": 6, "j": 7, "e": 9}
    for i, name in enumerate(again):
        station.event(base + i, 1, "g2.mp4" if name == "g" else f"{name}.mp4", uid=f"{name}2@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("its end", lambda: station.air_s() > base + len(again) + 0.5)
    equal(station.stop(), 0, "exit code")
    recorded = station.recording().by_output_frame()
    wanted = {f"{name}1": (clip, old[name]) for name, clip in FIRST.items()}
    wanted |= {f"{name}2": (clip, new.get(name, old[name])) for name, clip in again.items()}
    aired = [row for row in station.asrun() if row["kind"] == "media" and row["uid"] != "a@test"]
    rows = {row["uid"].split("@")[0]: row for row in aired}
    equal(sorted(rows), sorted(wanted), "airings")
    for uid, (clip, sha256) in wanted.items():
        row = rows[uid]
        seen = recorded[row["start_k"]:row["start_k"] + row["actual_duration_frames"]]
        # A machine that is starved of time repeats a picture or records none; another clip's must never be seen.
        shown = [(k, one) for k, (one, was_recorded) in enumerate(seen) if was_recorded and one.kind == "clip"]
        equal({one.clip for _, one in shown}, {clip}, f"{uid}: pictures")
        equal(row["media_hash"], sha256, f"{uid}: the hash in the log")
        check(all(one.frame <= k for k, one in shown), f"{uid}: frames ahead of their time: {shown}")


def write_over(station, name, clip):
    """In place, byte for byte, as cp and rsync --inplace do; its hash."""
    new = coded_clip(clip, FRAMES.get(clip, 60), "--size 320x180")
    subprocess.run(["cp", str(new), str(station.media / name)], check=True, timeout=60)
    return hashlib.sha256(new.read_bytes()).hexdigest()


@case
def written_over_while_cued_and_on_air():
    """written over in place: what is on air or cued airs to its end as it was, the next airing is the new one"""
    station = running(**{"b.mp4": (6, 300), "c.mp4": (7, 300)})
    base = int(station.air_s()) + 10
    old = {name: hashlib.sha256((station.media / f"{name}.mp4").read_bytes()).hexdigest() for name in "bc"}
    for at_s, name in ((0, "b"), (12, "c")):
        station.event(base + at_s, 12, f"{name}.mp4", uid=f"{name}1@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("b on air", on_air(station, "b1@test"))
    new = {"b": write_over(station, "b.mp4", 16)}
    station.wait_for("c to be cued", lambda: station.air_s() >= base + 10)
    new["c"] = write_over(station, "c.mp4", 17)
    listed = lambda: {clip["sha256"] for clip in station.api("GET", "/media")[1] or []}  # noqa: E731
    station.wait_for("the new ones to be known", lambda: set(new.values()) <= listed())
    station.wait_for("the end of c", lambda: station.air_s() > base + 24)
    for at_s, name in ((32, "b"), (33, "c")):
        station.event(base + at_s, 1, f"{name}.mp4", uid=f"{name}2@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("its end", lambda: station.air_s() > base + 34.5)
    equal(station.stop(), 0, "exit code")
    recorded = station.recording().by_output_frame()
    rows = {row["uid"].split("@")[0]: row for row in station.asrun() if row["kind"] == "media"}
    for uid, clip, sha256 in (("b1", 6, old["b"]), ("c1", 7, old["c"]), ("b2", 16, new["b"]), ("c2", 17, new["c"])):
        row = rows[uid]
        seen = recorded[row["start_k"]:row["start_k"] + row["actual_duration_frames"]]
        equal({one.clip for one, was_recorded in seen if was_recorded}, {clip}, f"{uid}: pictures")
        equal(row["media_hash"], sha256, f"{uid}: the hash in the log")
        equal(row["status"], "aired", f"{uid}: its status")
        last = max(one.frame for one, was_recorded in seen if was_recorded)
        check(last >= len(seen) - 10, f"{uid}: its last picture was {last} of {len(seen)}")


@case
def storage_lost_for_a_moment():
    """the media folder is away while a clip is cued, and comes back: the clip airs, no alarm stays up, none is sent then"""
    station = running(**{"b.mp4": (6, 150)})
    away = station.media.with_name("away")
    send_c = lambda: station.api("POST", "/media/uploads", {"path": "c.mp4", "size_bytes": 10})  # noqa: E731
    station.wait_for("b to be known", lambda: "b.mp4" in clips(station))
    station.media.rename(away)
    base = int(station.air_s()) + 10
    station.event(base, 6, "b.mp4", uid="b@test", PRIORITY="1")
    station.write_calendar()
    station.wait_for("an alarm of the clip that is gone", lambda: "b.mp4" in alarms(station))
    station.wait_for("what is sent to be refused", lambda: send_c()[0] == 503)
    check("no clip can be put into the media folder now" in send_c()[1]["detail"], "why it is refused")
    away.rename(station.media)
    station.wait_for("what is sent to be taken", lambda: send_c()[0] == 200)
    station.wait_for("its alarm to end", lambda: "b.mp4" not in alarms(station))
    station.wait_for("b on air", on_air(station, "b@test"))
    station.wait_for("its end", lambda: station.air_s() > base + 7)
    equal(station.stop(), 0, "exit code")
    row = next(row for row in station.asrun() if row["kind"] == "media" and row["uid"] == "b@test")
    start = station.recording().seen
    late = row["actual_start_frame"] - station.frame(T0 + timedelta(seconds=base))
    shown = [one for one in start[row["start_k"]:row["start_k"] + row["actual_duration_frames"]] if one.kind == "clip"]
    equal({one.clip for one in shown}, {6}, "clips in its slot")
    equal(shown[0].frame, late, "joined where it would be")


if __name__ == "__main__":
    main()
