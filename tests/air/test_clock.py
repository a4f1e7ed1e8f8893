# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine's clock steps while the channel is on air: something is on air all the time, and the alarm says so."""

import os
import struct

from station import Station
from tap import case, check, main

HOUR_S = 3600


def set_clock(path, seconds):
    # In place: the daemon has it mapped.
    with open(path, "r+b") as shift:
        shift.write(struct.pack("q", seconds * 1_000_000_000))


def is_set_back(status):
    return any(alarm["id"] == "clock-set-back" for alarm in status["alarms"])


@case
def set_back_and_forward():
    """set back by an hour: the air goes on as it was, with an alarm; set forward by one: at the next edge it follows"""
    station = Station("320x180")
    station.clip("filler/a.mp4", 7, 100)
    station.extra_config = "[filler]\nmedia=filler\n"
    station.outputs = ""
    station.know_media()
    shift = station.dir / "shift"
    shift.write_bytes(bytes(8))
    station.start(LD_PRELOAD=os.environ["CLOCK_SHIM_SO"], CLOCK_SHIM=str(shift))

    def shows(status):
        return status and status["on_air"] and status["on_air"]["screen"] == "source"

    def frame_after(frame):
        """The status at the first look at or after @frame, of which none shows anything but clips."""
        def look():
            status = station.status()
            check(status["on_air"]["screen"] in ("source", "hold"), lambda: f"on air: {status['on_air']}")
            return status if status["frame"] >= frame else None
        return station.wait_for(f"frame {frame}", look)

    begin = station.wait_for("filler on air", lambda: (s := station.status()) and shows(s) and s)["frame"]
    set_clock(shift, -HOUR_S)
    # Two clips on, each of four seconds.
    later = frame_after(begin + 200)
    check(is_set_back(later), lambda: f"alarms: {later['alarms']}")
    set_clock(shift, 0)
    station.wait_for("the end of the alarm", lambda: not is_set_back(station.status()))
    set_clock(shift, HOUR_S)
    frame_after(begin + HOUR_S * 25)
    check(not is_set_back(station.status()), "the clock went forward")
    station.stop()


if __name__ == "__main__":
    main()
