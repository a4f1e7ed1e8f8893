# SPDX-License-Identifier: GPL-3.0-or-later
"""Subtitles on air, where they are wanted: beside a clip and within it, each on just its frames, also from a join."""

import subprocess
from datetime import timedelta

from station import T0, Station
from tap import case, equal, main

SRT = "1\n00:00:00,400 --> 00:00:00,801\nĐồng bằng\n\n2\n00:00:01,000 --> 00:00:01,200\nCửu Long\n"
SHOWN = [(10, 21), (25, 30)]


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, words)], check=True)


def station_with_clips(burn):
    """Two clips of two seconds, grey: one with its subtitles beside it, one that carries them in two languages."""
    station = Station(size="320x180")
    station.extra_config = f"[subtitles]\nburn={burn}\nlanguages=vi\n"
    grey = ["-f", "lavfi", "-i", "color=gray:s=320x180:r=25:d=2"]
    (station.dir / "en.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nEnglish\n", encoding="utf-8")
    (station.dir / "vi.srt").write_text(SRT, encoding="utf-8")
    ffmpeg(*grey, "-c:v", "ffv1", station.media / "beside.mkv")
    (station.media / "beside.srt").write_text(SRT, encoding="utf-8")
    ffmpeg(*grey, "-i", station.dir / "en.srt", "-i", station.dir / "vi.srt", "-map", "0", "-map", "1", "-map", "2", "-c:v",
           "ffv1", "-c:s", "srt", "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=vie",
           station.media / "within.mkv")
    station.event(0, 2, "beside.mkv")
    station.event(2, 2, "within.mkv")
    station.write_calendar()
    return station


def written(recording, first, length):
    """[from, to) of the frames of the slot on which something is drawn."""
    drawn = [k for k in range(length) if int(recording.luma[first + k].max()) - int(recording.luma[first + k].min()) > 60]
    starts = [k for k in drawn if k - 1 not in drawn]
    return [(k, next(j for j in range(k, length + 1) if j not in drawn)) for k in starts]


@case
def burnt_in():
    """beside and within, on their frames"""
    station = station_with_clips("on")
    recording = station.free_run(4).recording(keep_luma=True)
    equal(written(recording, 0, 50), SHOWN, "beside")
    equal(written(recording, 50, 50), SHOWN, "within")
    joined = station_with_clips("on")
    recording = joined.free_run(1, at=T0 + timedelta(seconds=2, milliseconds=600)).recording(keep_luma=True)
    equal(written(recording, 0, 25), [(0, 6), (10, 15)], "within, joined at 0.6 s")


@case
def not_wanted():
    """nothing is drawn unless the configuration says so"""
    recording = station_with_clips("off").free_run(4).recording(keep_luma=True)
    equal(written(recording, 0, 50) + written(recording, 50, 50), [], "off")


if __name__ == "__main__":
    main()
