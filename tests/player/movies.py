# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tracks of a movie (MP4, QuickTime) another edit list, as editing programs and telephones write them."""

import struct

HOLDS = {b"moov", b"trak", b"edts", b"mdia"}


def parse(data):
    """[[type, payload or boxes]]"""
    boxes, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        payload = data[at + 8:at + size]
        boxes.append([kind, parse(payload) if kind in HOLDS else payload])
        at += size
    return boxes


def join(boxes):
    parts = [(kind, join(inside) if isinstance(inside, list) else inside) for kind, inside in boxes]
    return b"".join(struct.pack(">I4s", len(inside) + 8, kind) + inside for kind, inside in parts)


def find(boxes, *path):
    for kind in path:
        boxes = next(inside for name, inside in boxes if name == kind)
    return boxes


def edit(path, edits):
    """@edits: (seconds, where in the media they begin in seconds, or None for nothing); the file's index lies at its end."""
    tree = parse(path.read_bytes())
    movie = find(tree, b"moov")
    scale, = struct.unpack_from(">I", find(movie, b"mvhd"), 12)
    length = struct.pack(">I", round(sum(seconds for seconds, _ in edits) * scale))
    for kind, track in movie:
        if kind != b"trak":
            continue
        own_scale, = struct.unpack_from(">I", find(track, b"mdia", b"mdhd"), 12)
        # What ffmpeg wrote begins where the coder's delay ends.
        start, = struct.unpack_from(">i", find(track, b"edts", b"elst"), 12)
        body = struct.pack(">II", 0, len(edits))
        for seconds, begins in edits:
            body += struct.pack(">Iii", round(seconds * scale), -1 if begins is None else start + round(begins * own_scale),
                                1 << 16)
        find(track, b"edts")[0][1] = body
        track[0][1] = track[0][1][:20] + length + track[0][1][24:]
    movie[0][1] = movie[0][1][:16] + length + movie[0][1][20:]
    path.write_bytes(join(tree))
    return path
