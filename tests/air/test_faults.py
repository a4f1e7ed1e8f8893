# SPDX-License-Identifier: GPL-3.0-or-later
"""In real time, what happens to a player happens to its item only. A loaded machine may hold a frame; then the log must
say so: what is proved here is count, time stamps, samples, the bound of the hold, and that nothing is left behind."""

import os
import resource
import signal
from datetime import timedelta
from pathlib import Path

from station import T0, Station, children_of
from tap import case, check, equal, main, note

LEAD_S, ITEM_S, NEXT_S = 6, 4, 2
HOLD_FRAMES = 25 + 5  # the longest of the holds, and the time it takes to notice


def garbage(pid, daemon):
    """All over what the player shares with the daemon, through the player's own memory."""
    shared = shared_memory(pid)
    check(shared, f"player {pid} shares no memory")
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        for begin, end in shared:
            memory.seek(begin)
            memory.write(os.urandom(min(end - begin, 1 << 16)))


def shared_memory(pid):
    """[(begin, end)] of the writable shared mappings."""
    found = []
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        span, rights, *_, name = line.split(maxsplit=5)
        if rights.startswith("rw") and rights[3] == "s" and "memfd:" in name:
            found.append(tuple(int(edge, 16) for edge in span.split("-")))
    return found


def starve(pid, daemon):
    """No further byte of memory; where that may not be asked for, what the kernel does in the end."""
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    except PermissionError:
        os.kill(pid, signal.SIGKILL)


FAULTS = {
    "killed": lambda pid, daemon: os.kill(pid, signal.SIGKILL),
    "stopped": lambda pid, daemon: os.kill(pid, signal.SIGSTOP),
    "out of memory": starve,
    "garbage": garbage,
    "crashed": lambda pid, daemon: os.kill(pid, signal.SIGSEGV),
}


def playing(station, clip_name):
    """The pid of the player that has @clip_name open or on its command line."""
    for pid, (state, command) in station.players().items():
        if state == "Z":
            continue
        if clip_name in command:
            return pid
        try:
            if any(clip_name in os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()):
                return pid
        except OSError:
            continue
    return None


@case
def faults_stay_in_their_item():
    """players killed, stopped, starved, crashed, gone mad: no output frame missing, the next item in its place"""
    station = Station()
    station.clip("next.mp4", 9, NEXT_S * 25 + 2)
    for number, name in enumerate(FAULTS):
        begin = LEAD_S + number * (ITEM_S + NEXT_S)
        # Longer than the slot, so that the player is still at work when it is struck.
        station.clip(f"fault-{number}.mp4", 20 + number, 300)
        station.event(begin, ITEM_S, f"fault-{number}.mp4", uid=f"fault-{number}@test", SUMMARY=name)
        station.event(begin + ITEM_S, NEXT_S, "next.mp4", uid=f"next-{number}@test")
    station.write_calendar()
    station.start(at=T0)
    for number, (name, strike) in enumerate(FAULTS.items()):
        station.wait_for(f"fault-{number} on air", lambda n=number: on_air(station, f"fault-{n}@test"))
        pid = station.wait_for(f"its player ({name})", lambda n=number: playing(station, f"fault-{n}.mp4"))
        strike(pid, station.daemon.pid)
        station.wait_for(f"the item after {name}", lambda n=number: has_aired(station, f"next-{n}@test"))
        station.wait_for(f"the player {name} reaped", lambda p=pid: p not in children_of(station.daemon.pid))
    end = station.frame(T0 + timedelta(seconds=LEAD_S + len(FAULTS) * (ITEM_S + NEXT_S)))
    station.wait_for("the last item's end", lambda: (station.status() or {}).get("frame", 0) >= end)
    daemon = station.daemon.pid
    equal(station.stop(), 0, "exit code")
    check(not Path(f"/proc/{daemon}").exists(), "the daemon is gone")
    recording = station.recording()
    equal(recording.off_grid(), [], "time stamps off the grid")
    equal(recording.samples, recording.first_sample(len(recording.seen)), "samples")
    rows = {r["uid"]: r for r in station.asrun() if r["kind"] == "media" and r["uid"]}
    for number, name in enumerate(FAULTS):
        judge_fault(station, recording, rows, number, name)


def on_air(station, uid):
    """Planned for now and seen."""
    status = station.status() or {}
    item = status.get("on_air") or {}
    return item.get("uid") == uid and status["frame"] > item["start_frame"] + 5 and item["frames_shown"] > 0


def has_aired(station, uid):
    """Now or before: whoever looks late sees it too."""
    return any(r["uid"] == uid and r["kind"] == "media" and r["frames_shown"] > 0 for r in station.asrun())


def judge_fault(station, recording, rows, number, name):
    row, after = rows[f"fault-{number}@test"], rows[f"next-{number}@test"]
    seen = recording.seen[row["start_k"]:row["end_k"]]
    own = [s.frame for s in seen if s.kind == "clip"]
    check(all(s.clip == 20 + number for s in seen if s.kind == "clip"), f"{name}: foreign frames")
    check(not any(s.kind in ("black", "blend") for s in seen), f"{name}: black or blended frames")
    held = max((own.count(f) for f in set(own)), default=0)
    note(f"{name}: {len(set(own))} frames of its own, held {held}, log: {row['frames_shown']} shown "
         f"{row['frames_repeated']} repeated {row['frames_filled']} filled, {row['status']} {row['reason']}")
    check(held <= HOLD_FRAMES, f"{name}: held for {held} frames")
    equal(row["frames_shown"] + row["frames_repeated"] + row["frames_filled"], len(seen), f"{name}: frames in the log")
    if name != "stopped" or len(set(own)) < ITEM_S * 25:
        check(row["status"] != "aired", f"{name}: the log says that all of it aired")
    seen = recording.seen[after["start_k"]:after["start_k"] + NEXT_S * 25]
    wrong = [k for k, s in enumerate(seen) if (s.kind, s.clip, s.frame) != ("clip", 9, k)]
    check(len(wrong) <= after["frames_repeated"] + after["frames_filled"],
          f"after {name}: frames {wrong[:8]} are not in their place and not in the log")
    begin = station.frame(T0 + timedelta(seconds=LEAD_S + number * (ITEM_S + NEXT_S) + ITEM_S))
    equal(after["actual_start_frame"], begin, f"after {name}: start")


def aired(station):
    return [r for r in station.asrun() if r["uid"] == "a@test" and r["kind"] == "media"]


def is_player(pid):
    try:
        return "playoutd-player" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False


@case
def a_stopped_daemon_leaves_nothing():
    """SIGTERM in the middle of an item: ends cleanly, no child left, the recording complete"""
    station = Station()
    station.clip("a.mp4", 5, 520)
    station.event(0, 20, "a.mp4", uid="a@test")
    station.write_calendar()
    station.start(at=T0)
    station.wait_for("a on air", lambda: [r for r in aired(station) if r["frames_shown"] > 0])
    children = station.players()
    equal(station.stop(), 0, "exit code")
    # A killed process of low priority needs its turn of a busy machine to die.
    station.wait_for("its children to be gone", lambda: not any(is_player(pid) for pid in children))
    recording = station.recording()
    equal(recording.samples, recording.first_sample(len(recording.seen)), "samples")
    row = aired(station)[-1]
    check(row["status"] in ("partial", "interrupted"), f"the log says {row['status']}")


if __name__ == "__main__":
    main()
