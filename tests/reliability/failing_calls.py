#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""failing_calls.py TRAINED SHIM [--every]: each call of the system by which checkpoints are kept fails once. The run ends
with one sentence that names the file, or with the right bits; what was saved before is whole, and the next run ends with
the right bits. --every: the first 25 of each call instead of two."""
import argparse
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ERRORS = {"open": (errno.EMFILE, errno.EACCES, errno.ENOSPC, errno.EINTR), "write": (errno.ENOSPC, errno.EIO, errno.EINTR),
          "fsync": (errno.EIO, errno.ENOSPC, errno.EINTR), "close": (errno.EIO, errno.EINTR),
          "rename": (errno.EACCES, errno.ENOSPC)}


def run(program, folder, shim=None, call="", at=0, number=0):
    environment = dict(os.environ)
    if shim:
        environment |= {"LD_PRELOAD": shim, "FAILING_CALL": call, "FAILING_AT": str(at), "FAILING_WITH": str(number),
                        "FAILING_PATH": str(folder)}
    done = subprocess.run([program, folder], capture_output=True, text=True, env=environment, timeout=120)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shim")
    parser.add_argument("--every", action="store_true")
    options = parser.parse_args()
    root = pathlib.Path(tempfile.mkdtemp())
    code, expected, _ = run(options.program, root / "alone")
    if code != 0:
        sys.exit(f"without a fault the run ended with {code}: {expected}")
    tried = refused = 0
    for call, numbers in ERRORS.items():
        for number in numbers:
            for at in range(1, 26) if options.every else (1, 6):
                folder = root / f"{call}-{number}-{at}"
                code, said, complaint = run(options.program, folder, options.shim, call, at, number)
                what = f"{call} number {at} with {errno.errorcode[number]}"
                in_a_sentence = code == 1 and said.startswith("error: ") and "\n" not in said and str(folder) in said
                if complaint or not (in_a_sentence or (code, said) == (0, expected)):
                    sys.exit(f"{what}: the run ended with {code}: {said} {complaint}")
                again = run(options.program, folder)
                if again != (0, expected, ""):
                    sys.exit(f"after {what} the next run ended with {again}, expected {expected}")
                tried += 1
                refused += code == 1
                shutil.rmtree(folder)
    if refused < tried / 3:
        sys.exit(f"only {refused} of {tried} faults were met: the calls are not watched any more")
    shutil.rmtree(root)
    print(f"{tried} faults, {refused} ended the run by a sentence; each next run had the right bits")


main()
