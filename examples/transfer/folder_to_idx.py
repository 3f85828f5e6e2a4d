#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pictures in folders, one folder for each class, as IDX files of 64 × 64 colors.

    folder_to_idx.py PICTURES OUT

PICTURES/train and PICTURES/val have a folder for each class, numbered in the order of their names. The pictures come in
a mixed order, the same every time, so that the first few are of all classes. Writes
OUT/{train,val}-images-idx4-ubyte and -labels-idx1-ubyte. Needs Pillow.
"""
import pathlib
import random
import struct
import sys

from PIL import Image

SIDE = 64


def pack(source: pathlib.Path, out: pathlib.Path, part: str) -> None:
    folders = sorted(f for f in (source / part).iterdir() if f.is_dir())
    pictures = [(p, label) for label, folder in enumerate(folders) for p in sorted(folder.rglob("*.JPEG"))]
    random.Random(1).shuffle(pictures)
    pixels = b"".join(Image.open(p).convert("RGB").resize((SIDE, SIDE)).tobytes() for p, _ in pictures)
    labels = bytes(label for _, label in pictures)
    header = bytes([0, 0, 8])  # unsigned bytes
    (out / f"{part}-images-idx4-ubyte").write_bytes(
        header + b"\4" + struct.pack(">4I", len(labels), SIDE, SIDE, 3) + pixels)
    (out / f"{part}-labels-idx1-ubyte").write_bytes(header + b"\1" + struct.pack(">I", len(labels)) + labels)
    print(f"{part}: {len(labels)} pictures of {len(folders)} classes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for name in ("train", "val"):
        pack(pathlib.Path(sys.argv[1]), target, name)
