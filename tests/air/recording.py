# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a recording back: for every output frame, which frame of which clip it shows and what its sound is.

Decoding is ffmpeg's, on purpose another program than the one under test. Everything is kept in order of presentation;
times are taken from the packets, so that a hole in the time stamps is seen even where decoding hides it.
"""

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np

import coded


def _ffprobe(path, *what):
    text = subprocess.run(["ffprobe", "-v", "error", "-of", "json", *what, str(path)], check=True, capture_output=True,
                          text=True).stdout
    return json.loads(text)


class Recording:
    """@rate: of the house, a Fraction. @paths: one file, or the segments of one recording in order."""

    def __init__(self, paths, rate, keep_luma=False, align=True):
        self.paths = [paths] if isinstance(paths, (str, Path)) else list(paths)
        self.rate = Fraction(rate)
        self.seen, self.heard, self.chroma = [], [], []
        self.video_pts, self.audio_pts = [], []  # seconds, as Fractions; audio: (pts, duration) of each packet
        self.luma = [] if keep_luma else None
        self.width = self.height = 0
        sound = []
        for path in self.paths:
            self._read_picture(path)
            sound.append(self._read_sound(path))
            self._read_times(path)
        self.samples = sum(len(s) for s in sound)  # as recorded
        self.sound = np.concatenate(sound) if sound else np.zeros((0, 2), np.float32)
        if align:
            self.sound = self._aligned(self.sound)
        self._listen()

    def _aligned(self, sound):
        """The sound from the first picture on: an encoder's priming precedes it, with earlier time stamps."""
        shown = _ffprobe(self.paths[0], "-select_streams", "a:0", "-show_entries", "frame=pts_time",
                         "-read_intervals", "%+#2")
        if not self.video_pts or not shown.get("frames"):
            return sound
        early = round((self.video_pts[0] - Fraction(shown["frames"][0]["pts_time"])) * coded.RATE)
        return sound[early:] if early >= 0 else np.concatenate([np.zeros((-early, 2), np.float32), sound])

    def first_sample(self, k):
        """Of output frame @k: floor, as the head counts."""
        return int(Fraction(k) * coded.RATE / self.rate)

    def _read_picture(self, path):
        streams = _ffprobe(path, "-select_streams", "v:0", "-show_streams")["streams"]
        if not streams:
            return
        self.width, self.height = streams[0]["width"], streams[0]["height"]
        w, h = self.width, self.height
        chroma = ((w + 1) // 2) * ((h + 1) // 2)
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:v:0", "-f", "rawvideo",
                   "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "pipe:1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as decoder:
            while len(data := decoder.stdout.read(w * h + 2 * chroma)) == w * h + 2 * chroma:
                luma = np.frombuffer(data, np.uint8, w * h).reshape(h, w)
                seen = coded.read(luma)
                self.seen.append(seen)
                self.chroma.append(self._ring_chroma(data, seen, w, h))
                if self.luma is not None:
                    self.luma.append(luma.copy())

    @staticmethod
    def _ring_chroma(data, seen, w, h):
        """(U, V) in the middle of the ring's left edge."""
        if seen.kind != "clip":
            return None
        cw, ch = (w + 1) // 2, (h + 1) // 2
        left, top, right, bottom = seen.area
        x = int((left + 0.5 * (right - left) / coded.COLUMNS) / 2)
        y = (top + bottom) // 4
        u = data[w * h + y * cw + x]
        v = data[w * h + cw * ch + y * cw + x]
        return u, v

    @staticmethod
    def _read_sound(path):
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a:0?", "-f", "f32le", "-ac", "2",
                   "-ar", str(coded.RATE), "pipe:1"]
        data = subprocess.run(command, capture_output=True, check=False).stdout
        return np.frombuffer(data[:len(data) // 8 * 8], np.float32).reshape(-1, 2)

    def _read_times(self, path):
        shown = _ffprobe(path, "-show_entries", "packet=codec_type,pts,duration:stream=codec_type,time_base")
        base = {s["codec_type"]: Fraction(s["time_base"]) for s in shown["streams"]}
        video = [p["pts"] * base["video"] for p in shown["packets"] if p["codec_type"] == "video" and "pts" in p]
        audio = [(p["pts"] * base["audio"], p.get("duration", 0) * base["audio"])
                 for p in shown["packets"] if p["codec_type"] == "audio" and "pts" in p]
        self.video_pts += sorted(video)
        self.audio_pts += audio

    def _listen(self):
        for k in range(len(self.seen)):
            first, end = self.first_sample(k), self.first_sample(k + 1)
            if end > len(self.sound):
                break
            self.heard.append(coded.ear(end - first).listen(self.sound[first:end]))

    def off_grid(self, tolerance=Fraction(1, 900)):
        """Output frames whose time stamp is off the grid k / rate, relative to the first. (Matroska counts in ms.)"""
        if not self.video_pts:
            return []
        t0 = self.video_pts[0]
        return [k for k, t in enumerate(self.video_pts) if abs(t - t0 - k / self.rate) > tolerance]

    def by_output_frame(self):
        """[(Seen, was recorded)] from output frame 0 on, by the time stamps: one that a starved recorder lost shows what
        stood before it."""
        placed = []
        for seen, pts in zip(self.seen, self.video_pts):
            lost = round(pts * self.rate) - len(placed)
            placed += [(placed[-1][0] if placed else seen, False)] * lost + [(seen, True)]
        return placed

    def audio_holes(self, tolerance=Fraction(2, 1000)):
        """Indices of audio packets that do not adjoin the one before."""
        return [i for i in range(1, len(self.audio_pts))
                if abs(self.audio_pts[i][0] - self.audio_pts[i - 1][0] - self.audio_pts[i - 1][1]) > tolerance]

    def runs(self):
        """[(kind, clip, first output frame, length, first clip frame, last clip frame)], adjoining like ones joined."""
        out = []
        for k, s in enumerate(self.seen):
            key = (s.kind, s.clip if s.kind == "clip" else -1)
            if out and out[-1][0:2] == key:
                out[-1] = (*key, out[-1][2], out[-1][3] + 1, out[-1][4], s.frame)
            else:
                out.append((*key, k, 1, s.frame, s.frame))
        return out
