#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kills.py TRAINED [--kills N] [--seed S]: a training by each method that TRAINED knows is killed at random moments, by one
signal or another, and started again on another number of threads; it ends with the bits of one that nobody killed. Fails
where it does not, or where it says anything else. N kills are shared among the methods."""
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


def hear_interrupts():    # which a shell keeps from what it starts in the background
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(program, method, folder, threads):
    return subprocess.Popen([program, method, folder, str(threads)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, preexec_fn=hear_interrupts)


def whole_run(program, method, folder):
    begin = time.monotonic()
    process = started(program, method, folder, 2)
    said = process.communicate()[0].strip()
    if process.returncode != 0:
        sys.exit(f"{method}: a run that nobody killed ended with {process.returncode}: {said}")
    return said, time.monotonic() - begin


def killed_runs(program, method, kills, draw, root):
    """How often each signal has killed a run, and how many runs came to their end."""
    expected, seconds = whole_run(program, method, root / "alone")
    killed, finished = dict.fromkeys(SIGNALS, 0), 0
    while sum(killed.values()) < kills:
        folder = root / f"run{finished}"
        while True:
            process = started(program, method, folder, draw.choice((1, 2, 3)))
            patience = draw.uniform(0, seconds / 2) if sum(killed.values()) < kills else None
            try:
                said = process.communicate(timeout=patience)[0].strip()
            except subprocess.TimeoutExpired:
                sent = draw.choice(SIGNALS)
                process.send_signal(sent)
                process.communicate()
                killed[sent] += process.returncode == -sent
                continue
            if (process.returncode, said) != (0, expected):
                sys.exit(f"{method}: after {sum(killed.values())} kills a run ended with {process.returncode}: {said}; "
                         f"expected {expected}")
            left = sorted(f.name for f in folder.iterdir())
            if left != ["last.checkpoint"]:
                sys.exit(f"{method}: after {sum(killed.values())} kills the folder holds {left}")
            finished += 1
            break
    return killed, finished


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    draw = random.Random(options.seed)
    methods = subprocess.run([options.program, "methods"], capture_output=True, text=True, check=True).stdout.split()
    share = -(-options.kills // len(methods))
    root = pathlib.Path(tempfile.mkdtemp())
    for method in methods:
        killed, finished = killed_runs(options.program, method, share, draw, root / method)
        by_signal = ", ".join(f"{count} {sent.name}" for sent, count in killed.items())
        print(f"{method}: {sum(killed.values())} kills ({by_signal}), {finished} runs to their end: the same bits each time",
              flush=True)
    shutil.rmtree(root)


main()
