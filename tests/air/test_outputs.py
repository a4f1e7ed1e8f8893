# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves: the joins between the files of one output."""

import json
import os
import socket
import subprocess

from station import T0, Station
from tap import case, check, equal, main


def sound_times(path):
    shown = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "packet=pts_time", "-of",
                            "json", str(path)], check=True, capture_output=True, text=True).stdout
    return [float(packet["pts_time"]) for packet in json.loads(shown)["packets"]]


@case
def segments_lose_no_sound():
    """at a rate whose pictures are encoded sooner than their sound: the joined segments hold every packet of it"""
    for rate in ("24000/1001", "50"):
        station = Station(size="320x180", rate=rate)
        station.clip("a.mp4", 5, 250, "--size 320x180")
        station.event(0, 8, "a.mp4")
        station.write_calendar()
        station.outputs = "[output web]\ntype=hls\npath=recordings\nsegment-seconds=2\n"
        station.free_run(8)
        segments = station.recorded_files()
        equal(len(segments), 4, f"{rate}: segments")
        times = [t for segment in segments for t in sound_times(segment)]
        holes = [t for t, after in zip(times, times[1:]) if abs(after - t - 1024 / 48000) > 0.001]
        check(not holes, f"{rate}: the sound has holes after {holes}")


def told(path, section):
    """What tshark reads in the present (0) or following (1) sections, each once, in order: (event id, title, text, age). It
    reads as far as it gets: a file that is being written may be empty yet, and ends anywhere."""
    fields = ["dvb_eit.version", "dvb_eit.evt.id", "mpeg_descr.short_evt.name", "mpeg_descr.short_evt.txt",
              "mpeg_descr.parental_rating.rating"]
    shown = subprocess.run(["tshark", "-r", str(path), "-o", "mpeg_sect.verify_crc:TRUE", "-Y",
                            f"dvb_eit.sect_num == {section} and mpeg_sect.crc.status == 1", "-T", "fields",
                            *(word for field in fields for word in ("-e", field))],
                           check=False, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    rows = [tuple(line.split("\t")) for line in shown.splitlines()]
    versions = [row for row, before in zip(rows, [None, *rows]) if row != before]
    return [row[1:] for row, before in zip(versions, [None, *versions]) if before is None or row[1:] != before[1:]]


@case
def viewers_are_told_what_is_on():
    """in the stream: what is on and what follows, in Vietnamese, by the plan; a replan keeps the events' numbers"""
    station = Station(size="320x180")
    station.clip("a.mp4", 5, 3000, "--size 320x180")
    station.event(0, 120, "a.mp4", uid="tin@x", SUMMARY="Thời sự", DESCRIPTION="Tin trong ngày", CATEGORIES="Tin,T13")
    first = list(station.events)
    station.event(120, 40, "a.mp4", uid="phim@x", SUMMARY="Phim: Đất phương Nam")
    station.write_calendar()
    station.outputs = "[output rec]\ntype=file\npath=recordings\nsize=320x180\n"
    station.know_media()
    station.start(T0)
    on_air = lambda: (station.status() or {}).get("frame")
    station.wait_for("the channel to be on air", on_air)
    (path,) = station.wait_for("the recording", station.recorded_files)
    station.wait_for("the first table", lambda: told(path, 1))
    station.events = first
    station.event(120, 40, "a.mp4", uid="phim@x", SUMMARY="Phim: Tập cuối")
    station.write_calendar()
    station.wait_for("the new table", lambda: len(told(path, 1)) == 2)
    station.stop()
    present, following = told(path, 0), told(path, 1)
    equal([row[1:] for row in present], [("Thời sự", "Tin trong ngày", "0x0a")], "present")  # from 13: less three
    equal([row[1] for row in following], ["Phim: Đất phương Nam", "Phim: Tập cuối"], "following")
    equal(len({row[0] for row in following}), 1, "numbers of the film")
    check(present[0][0] != following[0][0], "two programmes have one number")


@case
def a_recording_that_cannot_be_kept():
    """said from the start; status says what is kept, what was sent, and whom a listener serves"""
    station = Station(size="320x180")
    station.clip("filler/lap.mp4", 9, 125)  # fills all of the day: nothing else needs a person
    station.extra_config = "[filler]\nmedia=filler/\n"
    station.outputs = ("[output law]\ntype=file\npath=recordings\nkeep-months=1200\nvideo-bitrate-kbps=20000\n"
                       "[output short]\ntype=file\npath=short\nkeep-free-gb=100000\nvideo-bitrate-kbps=1000\n"
                       "[output called]\ntype=srt\nuri=srt://127.0.0.1:0?mode=listener&passphrase=0123456789\n"
                       "[output wrong]\ntype=udp\nuri=udp://127.0.0.1:5000?colour=red\n")
    station.start(T0)

    def told():
        status = station.status() or {}
        alarms = {alarm["id"]: alarm["text"] for alarm in status.get("alarms", [])}
        outputs = {output["name"]: output for output in status.get("outputs", [])}
        done = {"recording:law", "output:short", "output:wrong"} <= set(alarms) and outputs["called"]["bytes"]
        attention = status.get("attention") or {}
        return done and attention.get("kind") == "disk" and (alarms, outputs, attention, status["attention_in_ms"])

    alarms, outputs, attention, in_ms = station.wait_for("the alarms", told)
    station.stop()
    check("1200" in alarms["recording:law"], alarms["recording:law"])
    equal((attention["reason"], attention["title"]), ("full", "law"), "what needs a person")
    rate = (20128 + 1128) * 1000 / 8 * 1.04  # bytes a second of both, with what a stream has about it
    room_s = outputs["law"]["recording"]["room_bytes"] / rate
    check(0.99 < in_ms / 1000 / room_s < 1.01, f"{in_ms} ms; the room is for {room_s:.0f} s")
    check("short" in alarms["output:short"] and "full" in alarms["output:short"], alarms["output:short"])
    check("colour=red" in alarms["output:wrong"], alarms["output:wrong"])
    equal(outputs["law"]["state"], "running", "the recording")
    check(outputs["law"]["recording"]["room_bytes"] > 0 and outputs["law"]["bytes"] > 0, outputs["law"])
    equal(outputs["short"]["state"], "failed", "the recording without room")
    equal(outputs["called"]["peers"], 0, "callers")
    check("0123456789" not in outputs["called"]["where"], outputs["called"]["where"])
    check("wrong" not in outputs, "an output with an address that cannot work is there")


@case
def no_reachable_place_is_no_reason_to_restart():
    """the service manager's watchdog is fed though the only output is refused"""
    station = Station(size="320x180")
    station.event(0, 60, "a.mp4")
    station.write_calendar()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        station.outputs = f"[output away]\ntype=rtmp\nuri=rtmp://127.0.0.1:{taken.getsockname()[1]}/live/x\n"
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(str(station.dir / "notify"))
        manager.settimeout(60)
        station.start(T0, NOTIFY_SOCKET=str(station.dir / "notify"))
        station.wait_for("the output to be refused", lambda: any(
            output["state"] == "failed" for output in (station.status() or {}).get("outputs", [])))
        manager.setblocking(False)
        while heard(manager):
            pass
        manager.settimeout(60)
        for _ in range(3):
            equal(heard(manager), b"WATCHDOG=1", "said to the service manager")
        equal(station.status()["outputs"][0]["state"], "failed", "the output")
        manager.close()
    station.stop()


def heard(manager):
    try:
        return manager.recv(4096).strip()
    except BlockingIOError:
        return b""


if __name__ == "__main__":
    main()
