# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes packets and clock references out of MPEG transport streams, as cutting and faulty multiplexers do."""

import random

PACKET = 188
PICTURE = 0x100  # where ffmpeg puts them, with the clock
TICKS = 90000


def read(path):
    data = path.read_bytes()
    return [bytearray(data[at:at + PACKET]) for at in range(0, len(data), PACKET)]


def write(path, packets, before=b""):
    """@before: what stands before each packet, as in a camera's"""
    path.write_bytes(b"".join(before + bytes(packet) for packet in packets))
    return path


def pid(packet):
    return (packet[1] & 31) << 8 | packet[2]


def without_pictures(packets, count):
    """Those of the first @count pictures are gone, and with them the clock."""
    seen, kept = 0, []
    for packet in packets:
        seen += pid(packet) == PICTURE and bool(packet[1] & 0x40)
        if pid(packet) != PICTURE or seen > count:
            kept.append(packet)
    return kept


def has_clock(packet):
    return bool(packet[3] & 0x20) and packet[4] >= 7 and bool(packet[5] & 0x10)


def without_clock(packets, count):
    """Of the first @count references"""
    out = []
    for packet in packets:
        packet = bytearray(packet)
        if has_clock(packet) and count > 0:
            packet[5] &= 0xef
            packet[6:12] = b"\xff" * 6
            count -= 1
        out.append(packet)
    return out


def with_clock_ahead(packets, seconds):
    """The clock shows so much more, the stamps do not."""
    out = []
    for packet in packets:
        packet = bytearray(packet)
        if has_clock(packet):
            clock = (int.from_bytes(packet[6:10], "big") << 1 | packet[10] >> 7) + round(seconds * TICKS)
            packet[6:10] = (clock >> 1 & 0xffffffff).to_bytes(4, "big")
            packet[10] = (clock & 1) << 7 | packet[10] & 0x7f
        out.append(packet)
    return out


def scrambled(packets):
    """What is no table is encrypted, or looks like it."""
    cipher = random.Random(5)
    out = []
    for packet in packets:
        packet = bytearray(packet)
        if pid(packet) in (PICTURE, PICTURE + 1) and packet[3] & 0x10:
            begin = 5 + packet[4] if packet[3] & 0x20 else 4
            packet[3] |= 0x80
            packet[begin:] = cipher.randbytes(PACKET - begin)
        out.append(packet)
    return out


TABLE = 0x1000


def naming_no_clock(packets):
    """The programme's table says that there is none."""
    out = []
    for packet in packets:
        packet = bytearray(packet)
        if pid(packet) == TABLE:
            table = packet[5:8 + ((packet[6] & 15) << 8 | packet[7])]
            table[8:10] = b"\xff\xff"
            table[-4:] = _check(table[:-4])
            packet[5:5 + len(table)] = table
        out.append(packet)
    return out


def _check(data):
    check = 0xffffffff
    for byte in data:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ 0x04c11db7 if check & 0x80000000 else check << 1) & 0xffffffff
    return check.to_bytes(4, "big")


def without_picture(packets, number):
    """All of one picture is gone, and the next one as it was."""
    seen, kept = -1, []
    for packet in packets:
        seen += pid(packet) == PICTURE and bool(packet[1] & 0x40)
        if pid(packet) != PICTURE or seen != number:
            kept.append(packet)
    return kept


def with_pulldown(video):
    """Of an elementary stream of MPEG-2 at 24 pictures a second one of 30, of which every other one, in order of showing,
    has its first field repeated."""
    out, at, first, following, number = bytearray(video), 0, 0, 0, 0
    while (at := out.find(b"\0\0\1", at)) >= 0:
        code, kind = out[at + 3], out[at + 4] >> 4
        if code == 0xb3:
            out[at + 7] = out[at + 7] & 0xf0 | 4
        elif code == 0xb8:
            first = following
        elif code == 0:
            number = first + (out[at + 4] << 2 | out[at + 5] >> 6)
            following = max(following, number + 1)
        elif code == 0xb5 and kind == 1:
            out[at + 5] &= 0xf7
        elif code == 0xb5 and kind == 8:
            out[at + 7] = out[at + 7] & 0x7d | (number % 4 in (0, 3)) << 7 | (number % 2 == 0) << 1
            out[at + 8] |= 0x80
        at += 3
    return bytes(out)


def pcm_as_on_disc(stream, frame_bytes, bytes_a_second):
    """Of a program stream by ffmpeg, whose packets of PCM break groups of samples: each holds whole groups, and says where
    in it a unit of a six-hundredth of a second begins, and when."""
    out, sound, at, rest = bytearray(), bytearray(), 0, 0
    places, begun = [], None
    while (at := stream.find(b"\0\0\1\xbd", at)) >= 0:
        end = at + 6 + int.from_bytes(stream[at + 4:at + 6], "big")
        body = at + 9 + stream[at + 8]
        if stream[body] == 0xa0:
            places.append((at, body, end))
            sound += stream[body + 7:end]
            if begun is None:
                begun = _stamp(stream, at + 9)
        at = end
    out += stream
    for at, body, end in places:
        head = 7 + (end - body - 7) % frame_bytes
        data = sound[rest:rest + end - body - head]
        unit = -rest % (bytes_a_second // 600)
        new = stream[body:body + 2] + (4 + unit).to_bytes(2, "big") + stream[body + 4:body + 7] + data
        spare = end - body - len(new)
        out[body:end] = b"\xff" * spare + new
        out[at + 8] += spare
        _write_stamp(out, at + 9, begun + (rest + unit) * TICKS // bytes_a_second)
        rest += len(data)
    return bytes(out)


def _stamp(data, at):
    return (data[at] >> 1 & 7) << 30 | data[at + 1] << 22 | data[at + 2] >> 1 << 15 | data[at + 3] << 7 | data[at + 4] >> 1


def _write_stamp(data, at, stamp):
    data[at:at + 5] = bytes((0x21 | stamp >> 29 & 14, stamp >> 22 & 255, stamp >> 14 & 254 | 1, stamp >> 7 & 255,
                             stamp << 1 & 254 | 1))
