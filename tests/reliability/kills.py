#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kills.py TRAINED [--kills N] [--seed S]: a training that is killed at random moments, by one signal or another, and
started again ends with the bits of one that nobody killed. Fails where it does not, or where it says anything else."""
import argparse
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGABRT)


def started(program, folder):
    return subprocess.Popen([program, folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def whole_run(program, folder):
    begin = time.monotonic()
    process = started(program, folder)
    said = process.communicate()[0].strip()
    if process.returncode != 0:
        sys.exit(f"a run that nobody killed ended with {process.returncode}: {said}")
    return said, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    root = pathlib.Path(tempfile.mkdtemp())
    expected, seconds = whole_run(options.program, root / "alone")
    killed = finished = 0
    while killed < options.kills:
        folder = root / f"run{finished}"
        while True:
            process = started(options.program, folder)
            patience = draw.uniform(0, seconds / 2) if killed < options.kills else None
            try:
                said = process.communicate(timeout=patience)[0].strip()
            except subprocess.TimeoutExpired:
                process.send_signal(draw.choice(SIGNALS))
                process.communicate()
                killed += process.returncode < 0
                continue
            if (process.returncode, said) != (0, expected):
                sys.exit(f"seed {options.seed}: after {killed} kills a run ended with {process.returncode}: {said}; "
                         f"expected {expected}")
            left = sorted(f.name for f in folder.iterdir())
            if left != ["last.checkpoint"]:
                sys.exit(f"seed {options.seed}: after {killed} kills the folder holds {left}")
            finished += 1
            break
    shutil.rmtree(root)
    print(f"{killed} kills (seed {options.seed}), {finished} runs to their end: the same bits each time")


main()
