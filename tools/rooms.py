#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rooms of include/contrastive: who includes whom, and nobody upwards.

  rooms.py                 every arrow between rooms with its number of includes; fails where one runs upwards, and where
                           a header does not begin with core/compiler.hpp or with one that does
  rooms.py --svg FILE      also draws them
  rooms.py --check FILE    also fails where FILE is not that drawing

The floors stand in rooms.txt beside this file. An include may go to a lower floor or stay in its room; to a neighbor on
the same floor it may not.
"""
import argparse
import collections
import pathlib
import re
import sys

TOOLS = pathlib.Path(__file__).resolve().parent
ROOT = TOOLS.parent / "include" / "contrastive"
INCLUDE = re.compile(r"\s*#\s*(?:include|define\s+CONTRASTIVE_KERNELS)\s+<contrastive/([^>]+)>")


def floors_of(text):
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [line for line in lines if line]


def room_of(path, rooms):
    """The innermost named folder that holds the file."""
    folder = path.parent
    while folder.as_posix() != "." and folder.as_posix() not in rooms:
        folder = folder.parent
    return folder.as_posix() if folder.as_posix() != "." or path.parent == folder else None


def includes():
    """(file, included file, line) of every include of the library's own headers."""
    for file in sorted(ROOT.rglob("*")):
        if file.suffix not in (".hpp", ".inl"):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if found := INCLUDE.match(line):
                yield file.relative_to(ROOT), pathlib.PurePath(found[1]), number


def arrows_between(rooms):
    """(from, to) -> the includes, and what is wrong with some of them."""
    arrows, wrong = collections.defaultdict(list), []
    for file, other, number in includes():
        ends = [room_of(file, rooms), room_of(other, rooms)]
        for end, path in zip(ends, (file, other)):
            if end is None:
                wrong.append(f"{path}: its folder is no room of tools/rooms.txt: give it a floor there")
        if not (ROOT / other).exists():
            wrong.append(f"{file}:{number}: there is no {other}")
        if None not in ends and ends[0] != ends[1]:
            arrows[tuple(ends)].append(f"{file}:{number}: <contrastive/{other}>")
    return arrows, wrong


def upwards(arrows, floor):
    for (start, end), found in sorted(arrows.items()):
        if floor[end] >= floor[start]:
            where = "upwards" if floor[end] > floor[start] else "to its neighbor"
            for include in found:
                yield f"{include} runs {where}, from {start} (floor {floor[start]}) to {end} (floor {floor[end]})"


def without_compiler():
    """Headers that none of the library's stands before: they would accept any compiler and any option."""
    begun = {file for file, _, _ in includes()} | {pathlib.PurePath("core/compiler.hpp")}
    for file in sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.hpp")):
        if file not in begun:
            yield f"{file} includes no header of the library: let it begin with <contrastive/core/compiler.hpp>"


def without_implied(arrows):
    """The arrows that no longer way through other rooms says already."""
    after = collections.defaultdict(set)
    for start, end in arrows:
        after[start].add(end)

    def reaches(start, end, seen):
        return any(n == end or (n not in seen and not seen.add(n) and reaches(n, end, seen)) for n in after[start])

    return {(a, b) for a, b in arrows if not any(n != b and reaches(n, b, {a}) for n in after[a])}


# ---- the picture ---------------------------------------------------------------------------------------------------------

LINE, BOX, GAP, FLOOR, MARGIN = 6.4, 24, 26, 74, 20


def name_of(room):
    return "the doors" if room == "." else room


def places(floors, arrows):
    """room -> (left, top, width). On its floor a room stands above the middle of those that it stands on."""
    width = {r: len(name_of(r)) * LINE + 18 for f in floors for r in f}
    span = max(sum(width[r] + GAP for r in f) for f in floors)
    middle, at = {}, {}
    for number, rooms in enumerate(floors):
        below = {r: [middle[b] for a, b in arrows if a == r and b in middle] for r in rooms}
        rooms = sorted(rooms, key=lambda r: (sum(below[r]) / len(below[r]) if below[r] else span / 2, r))
        room_for_each = (span - sum(width[r] for r in rooms)) / (len(rooms) + 1)
        left = MARGIN + room_for_each
        for r in rooms:
            at[r] = left, MARGIN + (len(floors) - 1 - number) * FLOOR, width[r]
            middle[r] = left + width[r] / 2
            left += width[r] + room_for_each
    return at, span + 2 * MARGIN, len(floors) * FLOOR - FLOOR + BOX + 2 * MARGIN


def drawing(floors, arrows):
    drawn = without_implied(arrows)
    at, width, height = places(floors, drawn)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="monospace" font-size="{LINE * 1.66:.1f}">',
        "<!-- Made by tools/rooms.py. Solid: what a room stands on; faint: what that implies already. -->",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#456"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
    ]

    def line(start, end, style):
        x, y, w = at[start]
        u, v, k = at[end]
        x, u, y = x + w / 2, u + k / 2, y + BOX
        bend = (v - y) / 2
        out.append(f'<path d="M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {u:.0f} {v - bend:.0f} {u:.0f} {v:.0f}" '
                   f'fill="none" {style}><title>{start} on {end}</title></path>')

    down = sorted(arrow for arrow in arrows if at[arrow[0]][1] < at[arrow[1]][1])
    for arrow in down:
        if arrow not in drawn:
            line(*arrow, 'stroke="#e4e8ee"')
    for arrow in down:
        if arrow in drawn:
            line(*arrow, 'stroke="#456" marker-end="url(#tip)"')
    for room, (x, y, w) in sorted(at.items()):
        out.append(f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{BOX}" rx="3" fill="#f4f6fa" stroke="#456"/>'
                   f'<text x="{x + w / 2:.0f}" y="{y + 16:.0f}" text-anchor="middle">{name_of(room)}</text>')
    return "\n".join(out) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE")
    asked = parser.parse_args()

    floors = floors_of((TOOLS / "rooms.txt").read_text(encoding="utf-8"))
    floor = {room: number for number, rooms in enumerate(floors) for room in rooms}
    arrows, wrong = arrows_between(floor)
    wrong += upwards(arrows, floor)
    wrong += without_compiler()

    for room in (room for rooms in reversed(floors) for room in rooms):
        on = sorted((floor[b], b, len(found)) for (a, b), found in arrows.items() if a == room)
        print(f"{floor[room]} {room:<22}" + ", ".join(f"{b} {count}" for _, b, count in on))
    print(f"{len(floor)} rooms on {len(floors)} floors, {len(arrows)} arrows")
    if asked.svg:
        asked.svg.write_text(drawing(floors, arrows), encoding="utf-8")
    if asked.check and (not asked.check.exists() or asked.check.read_text(encoding="utf-8") != drawing(floors, arrows)):
        wrong.append(f"{asked.check} shows other rooms: tools/rooms.py --svg {asked.check}")
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
