# SPDX-License-Identifier: GPL-3.0-or-later
"""From the command to the frame: a take of a clip that nobody had cued, and of one that was."""

from datetime import timedelta

from station import T0, Station

TAKES = 6


def run(_):
    station = Station(size="1920x1080")
    station.outputs = "[output main]\ntype=udp\nuri=udp://127.0.0.1:5999\nvideo-bitrate-kbps=6000\n"
    for number in range(2 * TAKES + 1):
        station.clip(f"t{number}.mp4", 10 + number, 200, "--size 1920x1080")
    station.clip("under.mp4", 5, 3000, "--size 1920x1080")
    station.event(0, 120, "under.mp4", uid="under@test")
    for number in range(TAKES):
        station.event(200 + number * 60, 5, f"t{number}.mp4", uid=f"t{number}@test")
    station.write_calendar()
    station.know_media()
    station.start(at=T0 - timedelta(seconds=2))
    station.wait_for("the first item", lambda: "under@test" in str((station.status() or {}).get("on_air")))
    delays = []
    for number in range(TAKES):
        before = station.status()["k"]
        station.ctl("take", "--uid", f"t{number}@test", "--instance",
                    (T0 + timedelta(seconds=200 + number * 60)).strftime("%Y%m%dT%H%M%SZ"), "--asap")
        station.wait_for("the take", lambda n=number: f"t{n}@test" in str((station.status() or {}).get("on_air")), 10)
        row = [r for r in station.asrun() if r["uid"] == f"t{number}@test" and r["kind"] == "media"][-1]
        entry = station.rows("SELECT * FROM journal WHERE kind='take' ORDER BY seq DESC LIMIT 1")[0]
        delays.append((row["actual_start_ns"] - entry["utc_ns"]) / 4e7)
        check_k = row["start_k"] - before
        assert check_k >= 0
    station.stop()
    worst = max(delays)
    yield "uncued take with a warm spare, frames, each " + " ".join(f"{d:.1f}" for d in delays), f"{worst:.1f}", \
        "<= 2", worst <= 2.5
