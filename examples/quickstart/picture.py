#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""usage: picture.py FILE.png #RRGGBB

Exits with 0 when the picture has that colour in its corners and something else written on it.
"""
import struct
import sys
import zlib


def pixels(data):
    """Rows of (r, g, b) of an 8-bit RGB or RGBA picture without interlacing."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG file")
    at, packed = 8, b""
    while at < len(data):
        (length,), kind = struct.unpack(">I", data[at:at + 4]), data[at + 4:at + 8]
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours, _, _, interlace = struct.unpack(">IIBBBBB", body)
            if depth != 8 or colours not in (2, 6) or interlace:
                raise ValueError("an unexpected kind of PNG")
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    size = 3 if colours == 2 else 4
    raw = zlib.decompress(packed)
    before = bytearray(width * size)
    rows = []
    for y in range(height):
        line = bytearray(raw[y * (width * size + 1) + 1:(y + 1) * (width * size + 1)])
        unfilter(raw[y * (width * size + 1)], line, before, size)
        rows.append([tuple(line[x:x + 3]) for x in range(0, len(line), size)])
        before = line
    return rows


def unfilter(kind, line, before, size):
    """The five filters of PNG, undone in place."""
    for i in range(len(line)):
        left = line[i - size] if i >= size else 0
        up = before[i]
        corner = before[i - size] if i >= size else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            estimate = left + up - corner
            guess = min((left, up, corner), key=lambda c: abs(estimate - c))
        else:
            guess = 0
        line[i] = (line[i] + guess) & 255


def main():
    with open(sys.argv[1], "rb") as file:
        rows = pixels(file.read())
    wanted = tuple(bytes.fromhex(sys.argv[2].lstrip("#")))
    near = lambda p: all(abs(a - b) <= 6 for a, b in zip(p, wanted))
    corners = [rows[y][x] for y in (5, -6) for x in (5, -6)]
    written = sum(1 for row in rows for p in row if p == (255, 255, 255))
    if not all(map(near, corners)):
        sys.exit(f"the corners are {corners}, not {wanted}")
    if written < 1000:
        sys.exit("nothing is written on it")


main()
