# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves: the joins between the files of one output."""

import json
import subprocess

from station import Station
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


if __name__ == "__main__":
    main()
