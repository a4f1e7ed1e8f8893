# SPDX-License-Identifier: GPL-3.0-or-later
"""The programme as it leaves is watched: planted faults are alarms with their event and stand in the as-run with the
airing's loudness; what stands still by intention is none."""

import re
import subprocess
from datetime import timedelta

from station import Station, T0
from tap import case, check, equal, main, note

SECONDS = 30
RATE = 25


def faulty_clip(path):
    """Black 5 to 8 s, silent 12 to 15 s, frozen 20 to 23 s."""
    picture = ("testsrc2=size=320x180:rate=25,drawbox=color=black:t=fill:enable='between(n,125,199)',"
               "split[a][b];[a][b]freezeframes=first=501:last=574:replace=500,format=yuv420p")
    sound = "sine=frequency=997:sample_rate=48000,volume=4,volume=0:enable='between(t,12,15)'"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-t",
                    str(SECONDS), "-c:v", "libx264", "-preset", "veryfast", "-c:a", "pcm_s16le", "-ac", "2",
                    str(path)], check=True)


def loudness_of(path):
    text = subprocess.run(["ffmpeg", "-nostdin", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
                          capture_output=True, text=True, check=True).stderr.rsplit("Summary:", 1)[1]
    return float(re.search(r"I:\s+(-?[\d.]+)", text)[1]), float(re.search(r"Peak:\s+(-?[\d.]+)", text)[1])


@case
def planted():
    """A clip that is black, silent and frozen for 3 s each: alarms and the record say so, of the next clip nothing"""
    station = Station(size="320x180")
    station.extra_config = "[sound]\nnormalise=off\n"  # so that what leaves can be held to the clip
    faulty_clip(station.media / "faulty.mov")
    station.clip("clean.mp4", 7, 250, "--size 320x180")
    station.event(0, SECONDS, "faulty.mov", SUMMARY="Phỏng vấn")
    station.event(SECONDS, 10, "clean.mp4", SUMMARY="Sạch")
    station.write_calendar()
    station.free_run(SECONDS + 20)
    said = [line for line in station.said.splitlines() if "programme" in line]
    note(f"said: {said}")
    for word in ("is black", "is silent", "picture stands still"):
        raised = [line for line in said if word in line and not line.startswith("over")]
        ended = [line for line in said if word in line and line.startswith("over")]
        equal((len(raised), len(ended)), (1, 1), f"alarms that the programme {word}")
        check(": Phỏng vấn → " in raised[0], f"the alarm does not name its event: {raised[0]}")
    rows = {row["title"]: row for row in station.asrun()}
    faulty, clean = rows["Phỏng vấn"], rows["Sạch"]
    equal((faulty["frames_black"], faulty["frames_frozen"]), (75, 75), "black and frozen frames of the faulty clip")
    check(74 <= faulty["frames_silent"] <= 75, f"{faulty['frames_silent']} silent ones")  # its sound is cut in blocks
    equal((clean["frames_black"], clean["frames_silent"], clean["frames_frozen"]), (0, 0, 0), "of the clean one")
    lufs, peak = loudness_of(station.media / "faulty.mov")
    note(f"ffmpeg: {lufs} LUFS {peak} dBTP; the record: {faulty['loudness_mlufs']} {faulty['true_peak_mdb']}")
    check(abs(faulty["loudness_mlufs"] / 1000 - lufs) <= 0.3, "integrated loudness")
    check(abs(faulty["true_peak_mdb"] / 1000 - peak) <= 0.3, "true peak")


@case
def meant():
    """Nothing scheduled, a still, sound without picture, a clip without sound: no alarm of the programme"""
    station = Station(size="320x180")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=320x180", "-frames:v", "1",
                    str(station.media / "still.png")], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "10",
                    str(station.media / "sound.flac")], check=True)
    station.clip("mute.mp4", 8, 250, "--size 320x180 --acodec none")
    station.event(10, 10, "still.png")
    station.event(20, 10, "sound.flac")
    station.event(30, 10, "mute.mp4")
    station.write_calendar()
    station.free_run(50)
    equal([line for line in station.said.splitlines() if "programme" in line], [], "alarms of the programme")
    still = next(row for row in station.asrun() if row["media"] == "still.png")
    equal((still["frames_frozen"], still["actual_start_frame"]), (0, station.frame(T0 + timedelta(seconds=10))),
          "the still")


if __name__ == "__main__":
    main()
