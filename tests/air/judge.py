# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a recording with what should have been on air, frame by frame and sample by sample. Pure."""

from dataclasses import dataclass, field
from fractions import Fraction

import coded

SETTLED = 480  # samples of an output frame after which a 5 ms crossfade is certainly over
SHOWN_FAULTS = 12


@dataclass
class Slot:
    """A stretch of air: @length output frames from output frame @at with clip @clip, from its picture @first on."""

    at: int
    length: int
    clip: int
    rate: Fraction = Fraction(25)
    frames: int = 1 << 30  # pictures the clip has; after the last one anything but it may follow
    first: Fraction = Fraction(0)
    sound: bool = True
    sound_frames: int | None = None  # output frames that have sound; None: all of them
    sound_tolerance: float = 1.5  # samples
    area: tuple | None = None  # left, top, right, bottom wanted, to 3 pixels
    ends_early_ok: bool = False  # a damaged clip: must show its frames rightly for as long as it lasts
    name: str = ""


@dataclass
class Verdict:
    faults: list = field(default_factory=list)
    worst_sound: float = 0.0  # samples
    worst_picture: float = 0.0  # clip frames away from the ideal
    repeated: int = 0

    def __str__(self):
        more = f" … and {len(self.faults) - SHOWN_FAULTS} more" if len(self.faults) > SHOWN_FAULTS else ""
        return "\n".join(self.faults[:SHOWN_FAULTS]) + more


def judge(recording, slots, house_rate=25, elsewhere=(), length=None, damaged=()):
    """@elsewhere: ids of clips that may be seen between the slots (filler). @damaged: output frames that show a clip whose
    picture is itself corrupt."""
    verdict = Verdict()
    fault = verdict.faults.append
    if length is not None and len(recording.seen) != length:
        fault(f"{len(recording.seen)} frames recorded, {length} wanted")
    if length is not None and recording.samples != recording.first_sample(length):
        fault(f"{recording.samples} samples recorded, {recording.first_sample(length)} wanted")
    for k in recording.off_grid()[:3]:
        fault(f"frame {k}: time stamp {float(recording.video_pts[k]):.4f} off the grid")
    for i in recording.audio_holes()[:3]:
        fault(f"audio packet {i}: a hole in the time stamps")
    covered = set()
    for slot in slots:
        covered.update(range(slot.at, slot.at + slot.length))
        _judge_picture(recording, slot, Fraction(house_rate), verdict)
        _judge_sound(recording, slot, Fraction(house_rate), verdict)
    for k, seen in enumerate(recording.seen):
        if seen.kind == "black":
            fault(f"frame {k}: black")
        elif seen.kind == "blend" and k not in damaged:
            fault(f"frame {k}: two pictures blended")
        elif k not in covered and seen.kind == "clip" and seen.clip not in elsewhere:
            fault(f"frame {k}: {seen}, where no such clip should be")
    return verdict


def _judge_picture(recording, slot, house_rate, verdict):
    fault = verdict.faults.append
    step = slot.rate / house_rate
    before = None
    for j in range(slot.length):
        k = slot.at + j
        ideal = slot.first + j * step
        if k >= len(recording.seen):
            fault(f"frame {k}: not recorded; wanted {slot.name} {slot.clip}#{float(ideal):.2f}")
            return
        seen = recording.seen[k]
        over = ideal > slot.frames - 1
        if seen.kind != "clip" or seen.clip != slot.clip:
            if over or slot.ends_early_ok:
                return
            fault(f"frame {k}: wanted {slot.name} {slot.clip}#{float(ideal):.2f}, saw {seen}")
            continue
        away = abs(Fraction(seen.frame) - min(ideal, Fraction(slot.frames - 1)))
        verdict.worst_picture = max(verdict.worst_picture, float(away))
        # The picture that begins before the middle of the output frame, and a little for time stamps in ms.
        if away > Fraction(60, 100) * max(1, step) and not (slot.ends_early_ok and before and seen.frame == before):
            fault(f"frame {k}: wanted {slot.name} {slot.clip}#{float(ideal):.2f}, saw #{seen.frame}")
        if before is not None and seen.frame < before:
            fault(f"frame {k}: {slot.name} {slot.clip} went back from #{before} to #{seen.frame}")
        if before is not None and seen.frame == before and step >= 1:
            verdict.repeated += 1
            if not over and not slot.ends_early_ok:
                fault(f"frame {k}: {slot.name} {slot.clip}#{before} repeated")
        before = seen.frame
        if slot.area and j == 0:
            if any(abs(a - b) > 3 for a, b in zip(seen.area, slot.area)):
                fault(f"frame {k}: {slot.name} fills {seen.area}, wanted {slot.area}")
            u, v = recording.chroma[k]
            if u > 118 or v < 138:
                fault(f"frame {k}: {slot.name}: colours {u},{v} are not those of the ring")


def _judge_sound(recording, slot, house_rate, verdict):
    fault = verdict.faults.append
    sounding = slot.length if slot.sound_frames is None else slot.sound_frames
    for j in range(slot.length):
        k = slot.at + j
        if k >= len(recording.seen) or recording.seen[k].kind != "clip" or recording.seen[k].clip != slot.clip:
            return
        begin, end = recording.first_sample(k), recording.first_sample(k + 1)
        lead = min(SETTLED, (end - begin) // 4)
        window = recording.sound[begin + lead:end]
        if len(window) < end - begin - lead:
            return
        heard = coded.ear(len(window)).listen(window)
        if not slot.sound or j > sounding:
            if heard.level > 1e-3:
                fault(f"frame {k}: {slot.name} {slot.clip}: {heard.level:.4f} of sound where silence was wanted")
            continue
        if j == sounding:
            continue  # the frame in which it ends
        if heard.tone != slot.clip % coded.LEFT_TONES:
            if not slot.ends_early_ok:
                fault(f"frame {k}: {slot.name} {slot.clip}: heard tone {heard.tone} level {heard.level:.3f}")
            continue
        wanted = slot.first * coded.RATE / slot.rate + (begin - recording.first_sample(slot.at)) + lead
        ahead, _ = coded.offset(heard, slot.clip, float(wanted))
        verdict.worst_sound = max(verdict.worst_sound, abs(ahead))
        if abs(ahead) > slot.sound_tolerance and not slot.ends_early_ok:
            fault(f"frame {k}: {slot.name} {slot.clip}: sound {ahead:+.2f} samples away")
