#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""failing_calls.py TRAINED SHIM [--every]: calls of the system by which checkpoints are kept and read fail, in a run that
begins and in one that goes on. The run ends with one sentence that names the file, or with the right bits; what was saved
before is whole, and the next run ends with the right bits. Of each call the first and the sixth are tried; --every: each one
that a run makes, by each method that TRAINED knows; by its first method with every errno, once and from then on."""
import argparse
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ERRORS = {"open": (errno.EMFILE, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EINTR),
          "read": (errno.EIO, errno.ESTALE, errno.EINTR),
          "write": (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG, errno.EINTR),
          "fsync": (errno.EIO, errno.ENOSPC, errno.EINVAL, errno.EINTR),
          "close": (errno.EIO, errno.ENOSPC, errno.EINTR),
          "rename": (errno.EACCES, errno.ENOSPC, errno.EXDEV),
          "mkdir": (errno.EACCES, errno.ENOSPC, errno.EROFS),
          "flock": (errno.EWOULDBLOCK, errno.ENOLCK, errno.EINTR)}
FEW = {"open": (errno.EMFILE, errno.EINTR), "read": (errno.EIO,), "write": (errno.ENOSPC, errno.EINTR),
       "fsync": (errno.EIO, errno.EINTR), "close": (errno.EIO, errno.EINTR), "rename": (errno.ENOSPC,),
       "mkdir": (errno.EACCES,), "flock": (errno.EWOULDBLOCK,)}
EPOCHS, STOP = "3", "6"    # 12 steps; what goes on was stopped in the second epoch


class Trial:
    """A method's runs, and what became of them."""

    def __init__(self, program, shim, method, root):
        self.program, self.shim, self.method, self.root = program, shim, method, root
        self.met = self.tried = self.refused = 0
        self.expected = self.healthy(root / "alone")
        self.run(root / "stopped", more=(STOP,))

    def run(self, folder, more=(), faults=None):
        environment = dict(os.environ) | (faults or {})
        command = [self.program, self.method, folder, "2", EPOCHS, *more]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def healthy(self, folder):
        code, said, complaint = self.run(folder)
        if code != 0:
            sys.exit(f"{self.method}: without a fault the run ended with {code}: {said} {complaint}")
        return said

    def begun(self, name, goes_on):
        folder = self.root / name
        if goes_on:
            shutil.copytree(self.root / "stopped", folder)
        return folder

    def faulty(self, folder, call, at=0, number=0, ever=False):
        """The run, and how often it made the call."""
        count = self.root / "count"
        count.unlink(missing_ok=True)
        done = self.run(folder, faults={
            "LD_PRELOAD": self.shim, "FAILING_CALL": call, "FAILING_AT": str(at), "FAILING_WITH": str(number),
            "FAILING_PATH": str(folder), "FAILING_EVER": "1" if ever else "", "FAILING_COUNT": str(count)})
        return done, int(count.read_text())

    def calls(self, call, goes_on):
        folder = self.begun("counted", goes_on)
        done, count = self.faulty(folder, call)
        if done != (0, self.expected, ""):
            sys.exit(f"{self.method}: watched, the run ended with {done}, expected {self.expected}")
        shutil.rmtree(folder)
        return count

    def fault(self, call, at, number, goes_on, ever):
        folder = self.begun("faulty", goes_on)
        (code, said, complaint), count = self.faulty(folder, call, at, number, ever)
        what = (f"{self.method}, {'going on' if goes_on else 'beginning'}: {call} number {at}{' and later ones' if ever else ''}"
                f" with {errno.errorcode[number]}")
        in_a_sentence = code == 1 and said.startswith("error: ") and "\n" not in said and str(folder) in said
        if complaint or not (in_a_sentence or (code, said) == (0, self.expected)):
            sys.exit(f"{what}: the run ended with {code}: {said} {complaint}")
        if goes_on and not (folder / "last.checkpoint").exists():
            sys.exit(f"{what}: the checkpoint is gone")
        again = self.run(folder)
        if again != (0, self.expected, ""):
            sys.exit(f"after {what} the next run ended with {again}, expected {self.expected}")
        left = sorted(f.name for f in folder.iterdir())
        if left != ["last.checkpoint"]:
            sys.exit(f"after {what} and a next run the folder holds {left}")
        shutil.rmtree(folder)
        self.tried += 1
        self.met += count >= at
        self.refused += code == 1

    def faults(self, every, errors, ever):
        for call, numbers in errors.items():
            for goes_on in (False, True):
                count = self.calls(call, goes_on)
                for at in range(1, count + 1) if every else sorted({1, 6} & set(range(1, count + 1))):
                    for number in numbers:
                        self.fault(call, at, number, goes_on, False)
                        if ever and number != errno.EINTR:    # which is there to be tried again
                            self.fault(call, at, number, goes_on, True)
        if self.met < self.tried:
            sys.exit(f"only {self.met} of {self.tried} faults were met: the calls are not watched any more")
        print(f"{self.method}: {self.tried} faults, {self.refused} ended the run by a sentence; each next run had the right "
              "bits", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shim")
    parser.add_argument("--every", action="store_true")
    options = parser.parse_args()
    root = pathlib.Path(tempfile.mkdtemp())
    methods = subprocess.run([options.program, "methods"], capture_output=True, text=True, check=True).stdout.split()
    for i, method in enumerate(methods):
        all_of_it = options.every and i == 0
        trial = Trial(options.program, options.shim, method, root / method)
        trial.faults(options.every, ERRORS if all_of_it else FEW, all_of_it)
    shutil.rmtree(root)


main()
