# SPDX-License-Identifier: GPL-3.0-or-later
"""The code that test clips carry: which clip, which frame, which sample.

Picture: a bright ring around the whole picture (so that a reader finds the active area inside letter- or
pillarbox bars by itself) and, inside it, 8 x 6 black or white cells: a sync row, 10 bits of clip id, 18 bits of
frame number and a 12-bit checksum. Ten cells across a 200-pixel-wide portrait still leave 20 pixels each, so the code
survives any scaling and encoding that a broadcaster would call watchable. The checksum makes a wrong reading
practically impossible, and a cell that is neither black nor white tells of a blended picture.

Sound: the left channel is a sine whose frequency names the clip, the right one two sines of fixed frequencies. All
start with phase 0 at sample 0, so the phases seen in one output frame give the position in the clip to a fraction of
a sample; three incommensurable periods together make it unambiguous over many seconds. Nothing is drawn or played at
a particular time only: every single frame and every stretch of 20 ms can be judged alone.

No clock, no randomness, no file: only the code itself. coded-clip writes it, recording.py reads it.
"""

import functools

import numpy as np

COLUMNS, ROWS = 10, 8  # cells, ring included
SYNC = (1, 0, 1, 0, 1, 1, 0, 0)
ID_BITS, FRAME_BITS, CHECK_BITS = 10, 18, 12
MAX_ID, MAX_FRAME = (1 << ID_BITS) - 1, (1 << FRAME_BITS) - 1

RING = (200, 100, 160)  # Y, U, V: bright and warm, so that exchanged or shifted chroma planes show too
WHITE, BLACK = (190, 128, 128), (40, 128, 128)

RATE = 48000  # of the house
RIGHT_HZ = (48000 / 311, 48000 / 131)
LEFT_BASE_HZ, LEFT_STEP_HZ, LEFT_TONES = 430.0, 60.0, 27
LEFT_LEVEL, RIGHT_LEVEL = 0.4, 0.2


def left_hz(clip_id):
    """The frequency that names a clip. Ids that differ by a multiple of 27 sound alike."""
    return LEFT_BASE_HZ + LEFT_STEP_HZ * (clip_id % LEFT_TONES)


def _checksum(clip_id, frame):
    value = (clip_id << FRAME_BITS) | frame
    crc = 0xABC
    for bit in range(ID_BITS + FRAME_BITS - 1, -1, -1):
        crc ^= ((value >> bit) & 1) << (CHECK_BITS - 1)
        crc = ((crc << 1) ^ 0x80F) & 0xFFF if crc & 0x800 else (crc << 1) & 0xFFF
    return crc


def _bits(clip_id, frame):
    word = (((clip_id << FRAME_BITS) | frame) << CHECK_BITS) | _checksum(clip_id, frame)
    count = ID_BITS + FRAME_BITS + CHECK_BITS
    return list(SYNC) + [(word >> (count - 1 - i)) & 1 for i in range(count)]


def draw(clip_id, frame, zoom=4):
    """One picture as planar YUV 4:4:4 bytes of COLUMNS*zoom x ROWS*zoom pixels, to be scaled up without filtering."""
    planes = np.empty((3, ROWS, COLUMNS), np.uint8)
    planes[:] = np.array(RING, np.uint8)[:, None, None]
    cells = np.array(_bits(clip_id, frame), bool).reshape(ROWS - 2, COLUMNS - 2)
    for p in range(3):
        planes[p, 1:-1, 1:-1] = np.where(cells, WHITE[p], BLACK[p])
    return planes.repeat(zoom, axis=1).repeat(zoom, axis=2).tobytes()


def sound(clip_id, first_sample, count, rate=RATE, channels=2):
    """Samples [first_sample, first_sample + count) as float32, shape (count, channels)."""
    t = (np.arange(first_sample, first_sample + count, dtype=np.float64)) / rate
    left = LEFT_LEVEL * np.sin(2 * np.pi * left_hz(clip_id) * t)
    right = sum(RIGHT_LEVEL * np.sin(2 * np.pi * hz * t) for hz in RIGHT_HZ)
    if channels == 1:
        return left.astype(np.float32)[:, None]
    out = np.zeros((count, channels), np.float32)
    out[:, 0], out[:, 1] = left, right
    return out


class Seen:
    """What one output frame turned out to show."""

    __slots__ = ("kind", "clip", "frame", "area", "print")

    def __init__(self, kind, clip=-1, frame=-1, area=None, fingerprint=None):
        self.kind = kind  # "clip", "blend" (two pictures mixed), "black", "other" (slate, card, someone's film)
        self.clip, self.frame = clip, frame
        self.area = area  # left, top, right, bottom of the active picture
        self.print = fingerprint  # of "other": equal for equal pictures

    def __repr__(self):
        return f"{self.clip}#{self.frame}" if self.kind == "clip" else self.kind


def _active_area(luma):
    """Bounding box of what is bright enough to be the ring: most of a row's or column's length must be."""
    bright = (luma > 110).view(np.uint8)
    height, width = luma.shape
    columns = np.flatnonzero(bright.sum(axis=0, dtype=np.uint16) > 0.2 * height)
    rows = np.flatnonzero(bright.sum(axis=1, dtype=np.uint16) > 0.08 * width)
    if not len(columns) or not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def read(luma):
    """Reads one luma plane (2-D uint8)."""
    area = _active_area(luma)
    if area is None:
        kind = "black" if luma.max() < 48 and luma.mean() < 24 else "other"
        return Seen(kind, fingerprint=fingerprint(luma))
    left, top, right, bottom = area
    if right - left < 4 * COLUMNS or bottom - top < 4 * ROWS:
        return Seen("other", area=area, fingerprint=fingerprint(luma))
    return _read_cells(_means(luma, area), area, luma)


def _inner(begin, end, count):
    """(begins, ends) of the inner two fifths of @count cells side by side"""
    edges = [(begin + (n + side) * (end - begin) / count) for side in (0.3, 0.7) for n in range(count)]
    begins, ends = np.array(edges[:count]).astype(int), np.array(edges[count:]).astype(int)
    return begins, np.maximum(ends, begins + 1)


def _means(luma, area):
    """Of the inside of each cell"""
    left, top, right, bottom = area
    (x0, x1), (y0, y1) = _inner(left, right, COLUMNS), _inner(top, bottom, ROWS)
    cells = np.empty((ROWS, COLUMNS))
    for r in range(ROWS):
        sums = np.concatenate(([0], np.cumsum(luma[y0[r]:y1[r]].sum(axis=0, dtype=np.int64))))
        cells[r] = (sums[x1] - sums[x0]) / ((x1 - x0) * (y1[r] - y0[r]))
    return cells


def _read_cells(cells, area, luma):
    sync = np.array(SYNC, bool)
    row = cells[1, 1:-1]
    low, high = row[~sync].mean(), row[sync].mean()
    if high - low < 40 or row[~sync].max() > row[sync].min():
        return Seen("other", area=area, fingerprint=fingerprint(luma))
    scaled = (cells[2:-1, 1:-1].ravel() - low) / (high - low)
    bits = scaled > 0.5
    word = 0
    for bit in bits:
        word = (word << 1) | int(bit)
    check = word & 0xFFF
    frame = (word >> CHECK_BITS) & MAX_FRAME
    clip = (word >> (CHECK_BITS + FRAME_BITS)) & MAX_ID
    if check != _checksum(clip, frame):
        mixed = np.any(np.abs(scaled - 0.5) < 0.3)
        return Seen("blend" if mixed else "other", area=area, fingerprint=fingerprint(luma))
    if np.any(np.abs(scaled - 0.5) < 0.25):
        return Seen("blend", clip, frame, area)
    return Seen("clip", clip, frame, area)


def fingerprint(luma):
    """A coarse picture of the picture: 8 x 8 means. Two slates agree, a slate and a card do not."""
    h, w = luma.shape
    rows = np.linspace(0, h, 9).astype(int)
    cols = np.linspace(0, w, 9).astype(int)
    return tuple(int(luma[rows[r]:rows[r + 1], cols[c]:cols[c + 1]].mean() / 4) for r in range(8) for c in range(8))


class Heard:
    """What one output frame's sound turned out to be."""

    __slots__ = ("level", "tone", "tone_level", "left_phase", "right_phase", "right_level")

    def __init__(self, level, tone, tone_level, left_phase, right_phase, right_level):
        self.level = level  # RMS of both channels
        self.tone = tone  # id modulo LEFT_TONES of the loudest name tone, or -1 for none
        self.tone_level = tone_level
        self.left_phase = left_phase  # cycles at the window's first sample
        self.right_phase = right_phase
        self.right_level = right_level


class Ear:
    """Listens to windows of one fixed length; the sines it compares with are made once."""

    def __init__(self, length):
        self.length = length
        t = np.arange(length) / RATE
        self.left = np.exp(-2j * np.pi * np.outer([left_hz(i) for i in range(LEFT_TONES)], t)) * (2 / length)
        basis = np.empty((length, 4))
        for i, hz in enumerate(RIGHT_HZ):
            basis[:, 2 * i], basis[:, 2 * i + 1] = np.sin(2 * np.pi * hz * t), np.cos(2 * np.pi * hz * t)
        self.right_fit = np.linalg.pinv(basis)
        self.left_fit = []
        for i in range(LEFT_TONES):
            pair = np.stack([np.sin(2 * np.pi * left_hz(i) * t), np.cos(2 * np.pi * left_hz(i) * t)], axis=1)
            self.left_fit.append(np.linalg.pinv(pair))

    def listen(self, window):
        """@window: (length, 2) float."""
        level = float(np.sqrt(np.mean(window ** 2)))
        if level < 1e-3:
            return Heard(level, -1, 0.0, 0.0, (0.0, 0.0), 0.0)
        tone = int(np.argmax(np.abs(self.left @ window[:, 0])))
        a, b = self.left_fit[tone] @ window[:, 0]
        tone_level = float(np.hypot(a, b))
        right = self.right_fit @ window[:, 1]
        phases = tuple(float(np.arctan2(right[2 * i + 1], right[2 * i]) / (2 * np.pi)) for i in range(2))
        right_level = float(np.hypot(right[0], right[1]))
        return Heard(level, tone if tone_level > 0.02 else -1, tone_level,
                     float(np.arctan2(b, a) / (2 * np.pi)), phases, right_level)


@functools.cache
def ear(length):
    """The one for windows of @length samples: to make it costs as much as to listen to forty."""
    return Ear(length)


def offset(heard, clip_id, expected_sample, reach=12000):
    """How far the sound heard is from @expected_sample of the clip (house samples): positive when it is ahead.

    Candidates agree with the left phase; the right channel's two phases choose among those within @reach samples.
    Returns (offset, disagreement in samples of the two right tones). Without a right channel (mono made stereo carries
    the left one on both) only the candidate nearest to 0 is meaningful, and disagreement is None.
    """
    period = RATE / left_hz(clip_id)
    fraction = (heard.left_phase * period - expected_sample) % period
    if heard.right_level < 0.03:
        return (fraction if fraction < period / 2 else fraction - period), None
    candidates = fraction + period * np.arange(-int(reach / period) - 1, int(reach / period) + 1)
    miss = np.zeros(len(candidates))
    for phase, hz in zip(heard.right_phase, RIGHT_HZ):
        p = RATE / hz
        d = (expected_sample + candidates - phase * p) % p
        miss += np.minimum(d, p - d) ** 2
    # Far candidates must fit clearly better than near ones: a lossy codec bends phases by a sample or so.
    best = int(np.argmin(miss + (candidates / reach) ** 2))
    return float(candidates[best]), float(np.sqrt(miss[best] / 2))
