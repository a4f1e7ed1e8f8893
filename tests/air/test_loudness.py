# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on air is as loud as is wanted: clips from -40 to -8 LUFS through the real daemon, the recording measured by
ffmpeg's ebur128."""

import json
import re
import subprocess
import wave

import numpy as np

from station import Station
from tap import case, check, equal, main, note

RATE, SECONDS = 48000, 3
LEVELS = np.linspace(-40, -8, 20)


def noise(seed, crest_db=0):
    """Stereo noise of a voice's spectrum; @crest_db: how far four clicks in it stand out."""
    random = np.random.default_rng(seed)
    white = random.standard_normal((SECONDS * RATE, 2))
    spectrum = np.fft.rfft(white, axis=0)
    hz = np.fft.rfftfreq(len(white), 1 / RATE)
    spectrum *= (1 / np.sqrt(1 + (hz / 800) ** 2))[:, None]
    sound = np.fft.irfft(spectrum, axis=0)
    sound /= np.abs(sound).max()
    if crest_db:
        sound /= 10 ** (crest_db / 20)
        sound[RATE // 2::RATE // 2 + 77][:4] = 1
    return sound


def measure(samples):
    """(LUFS, dBTP), by ffmpeg."""
    done = subprocess.run(["ffmpeg", "-hide_banner", "-nostdin", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0",
                           "-af", "ebur128=peak=true", "-f", "null", "-"],
                          input=samples.astype("<f4").tobytes(), capture_output=True, check=True)
    text = done.stderr.decode()
    text = text[text.rindex("Summary:"):]
    return [float(re.search(rf"{what}:\s+(-?[\d.]+|-inf)", text)[1]) for what in ("I", "Peak")]


def write(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.clip(np.round(samples * 32768), -32768, 32767).astype("<i2").tobytes())


def at_level(sound, lufs):
    """@sound made as loud as that; what would pass full scale is pressed together, as in a loud master."""
    loudness, _ = measure(sound)
    louder = sound * 10 ** ((lufs - loudness) / 20)
    if np.abs(louder).max() < 0.8:
        return louder
    for _ in range(3):
        loudness, _ = measure(np.tanh(louder))
        louder = louder * 10 ** ((lufs - loudness) / 20)
    return np.tanh(louder)


def listed(station):
    done = station.ctl("media", "list", "--json", timeout=600)
    return {clip["path"]: clip for clip in map(json.loads, done.stdout.splitlines())}


def aired(station, recording, number):
    begin = recording.first_sample(number * SECONDS * 25)
    return recording.sound[begin:begin + SECONDS * RATE]


@case
def twenty_clips():
    """twenty clips from -40 to -8 LUFS come out at -23, no true peak above -1 dBTP, also as AAC"""
    station = Station(size="64x36")
    station.outputs += "[output aac]\ntype=file\npath=aac\n"
    (station.dir / "aac").mkdir()
    for number, lufs in enumerate(LEVELS):
        name = f"c{number}.wav"
        write(station.media / name, at_level(noise(number, (0, 0, 12, 18)[number % 4]), lufs))
        station.event(number * SECONDS, SECONDS, name)
    station.write_calendar()
    station.free_run(len(LEVELS) * SECONDS)
    clips, recording = listed(station), station.recording()
    worst, highest, limited = 0.0, -99.0, 0
    for number, lufs in enumerate(LEVELS):
        clip = clips[f"c{number}.wav"]
        check(abs(clip["loudness_lufs"] - lufs) < 0.2, f"{clip['path']}: made {clip['loudness_lufs']}, not {lufs}")
        loudness, peak = measure(aired(station, recording, number))
        reasons = [r for r in clip["reasons"] if "limited on air" in r or "and no more, and stays below" in r]
        note(f"{lufs:6.1f} LUFS {clip['true_peak_dbtp']:6.1f} dBTP -> {loudness:6.1f} LUFS {peak:5.1f} dBTP, "
             f"{len(reasons)} reasons")
        check(abs(loudness + 23) <= 0.5 or reasons, f"{clip['path']}: {loudness} LUFS on air, and no word why")
        check(peak <= -1, f"{clip['path']}: {peak} dBTP on air")
        limited += clip["true_peak_dbtp"] + clip["air_gain_db"] > -1
        worst, highest = max(worst, abs(loudness + 23) if not reasons else 0), max(highest, peak)
    note(f"at most {worst:.2f} LU away, {highest:.1f} dBTP; {limited} had peaks above that")
    check(limited >= 2, "the limiter had nothing to do")
    coded = sorted((station.dir / "aac").rglob("*.ts"))
    sound = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(coded[0]), "-f", "f32le", "-ac", "2", "pipe:1"],
                           capture_output=True, check=True).stdout
    loudness, peak = measure(np.frombuffer(sound, "<f4"))
    note(f"as AAC: {loudness:.1f} LUFS, {peak:.1f} dBTP")
    check(abs(loudness + 23) <= 0.5 and peak <= -1, f"as AAC {loudness} LUFS, {peak} dBTP")


@case
def left_alone():
    """clips to be left alone are, to the bit; silence stays silence; what is too short to be measured is not raised"""
    station = Station(size="64x36")
    station.extra_config = "[sound]\nas-is=raw/*;*-music.wav\n"
    loud = at_level(noise(50), -9)
    right = at_level(noise(51), -23)
    blip = 0.05 * noise(52)[:RATE // 3]
    sounds = {"raw/a.wav": loud, "night-music.wav": loud, "right.wav": right, "silent.wav": np.zeros_like(loud),
              "blip.wav": blip}
    (station.media / "raw").mkdir()
    for number, (name, sound) in enumerate(sounds.items()):
        write(station.media / name, sound)
        station.event(number * SECONDS, SECONDS, name)
    station.write_calendar()
    station.free_run(len(sounds) * SECONDS)
    recording, clips = station.recording(), listed(station)
    for number, (name, sound) in enumerate(sounds.items()):
        heard = np.round(aired(station, recording, number) * 32768).astype(int)
        wanted = np.clip(np.round(sound * 32768), -32768, 32767).astype(int)
        if name == "right.wav":
            check(abs(clips[name]["air_gain_db"]) < 0.06, f"{name}: {clips[name]['air_gain_db']} dB")
            wanted = np.round(sound * 32768 * 10 ** (clips[name]["air_gain_db"] / 20)).astype(int)
        inner = slice(300, len(wanted) - 300)  # a crossfade is at either end
        differing = int(np.abs(heard[inner] - wanted[inner][:len(heard[inner])]).max())
        check(differing <= (1 if name == "right.wav" else 0), f"{name}: off by {differing}")
    equal([clips[name]["air_gain_db"] for name in ("silent.wav", "blip.wav")], [0, 0], "gain")


if __name__ == "__main__":
    main()
