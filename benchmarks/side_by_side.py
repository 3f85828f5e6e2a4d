#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""This library beside PyTorch, in the same minutes on the same threads: ratios of the shortest times, above 1 where we are faster.

    benchmarks/side_by_side.py --json FILE [--only simclr_small,nt_xent_512] [--rounds 5] [--seconds 10] [--threads 2]
                               [--more]            # also torch.compile and bf16 autocast, in columns of their own
                               [--cifar10 FOLDER]  # also epoch_cifar10_slim18, on 12,800 of its images

Needs g++, git, Eigen's and zlib's headers and a Python with torch and torchvision (--python); installs nothing. Our programs are built from
a clean clone of the last commit with plain -O2. Bursts of both sides alternate; the machine's peak of fused multiply-adds is
probed before and after each, and a burst whose probe is below 90 % of the best counts for nothing: a busy host halves it.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = {"simclr_resnet18": "resnet18", "simclr_small": "small", "simclr_resnet50": "resnet50", "simclr_slim18": "slim18",
         "simclr_mlp": "mlp"}
FEW_VIEWS = {"simclr_resnet18_32_views": "simclr_resnet18"}
LOSSES = ["nt_xent_512", "nt_xent_2048", "nt_xent_16384", "sup_con_16384"]
VIEWS = ["augment_32", "augment_96", "augment_224"]
OURS = ["no_flags", "nt_xent_131072_peak_mb", "resnet18_compile", "step_overhead", "peak_memory_ratio"]
CIFAR10 = "epoch_cifar10_slim18"
PLAIN, FULL = ["-O2"], ["-O3", "-march=native"]


def fail(text):
    sys.exit("side_by_side: " + text)


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


class Comparison:
    def __init__(self, options):
        self.options = options
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="side_by_side_"))
        self.source = self.work / "source"
        run("git", "clone", "-q", ROOT, self.source)
        self.built = {}
        self.probe_program = self.build("fma_probe", PLAIN)
        self.best_probe = 0
        first = last_json(run(self.probe_program, f"--threads={options.threads}"))
        self.isa = first["isa"]

    def command(self, source, flags, output):
        here = self.source
        return ["g++", "-std=c++20", *flags, f"-I{here}/benchmarks", f"-I{here}/include", "-isystem", self.options.eigen,
                here / "benchmarks" / f"{source}.cpp", "-o", output, "-lpthread", "-lz"]

    def build(self, source, flags):
        name = "_".join([source, *flags]).replace("-", "").replace("=", "_")
        if name not in self.built:
            run(*self.command(source, flags, self.work / name))
            self.built[name] = self.work / name
        return self.built[name]

    def probe(self, threads):
        return last_json(run(self.probe_program, f"--threads={threads}"))["gflops"]

    def burst(self, command, threads):
        """What the program says, and the lower of the probes around it."""
        before = self.probe(threads)
        found = last_json(run(*command))
        return found, min(before, self.probe(threads))

    def alternate(self, sides, threads):
        """The best of each side's quiet bursts: {side: [results]}."""
        rounds = {side: [] for side in sides}
        for _ in range(self.options.rounds):
            for side, command in sides.items():
                rounds[side].append(self.burst(command, threads))
        best = max(probe for bursts in rounds.values() for _, probe in bursts)
        quiet = {side: [found for found, probe in bursts if probe >= 0.9 * best] for side, bursts in rounds.items()}
        for side, bursts in quiet.items():
            if not bursts:
                print(f"  {side}: no quiet burst of {self.options.rounds}; the machine is busy", file=sys.stderr)
        self.best_probe = max(self.best_probe, best if threads == self.options.threads else 0)
        return quiet, best

    def compare(self, key):
        o = self.options
        threads = 1 if key in VIEWS else o.threads
        step = FEW_VIEWS.get(key, key)
        both = ["--only", step, "--threads", str(threads), "--seconds", str(o.seconds)]
        equal = [f"--only={step}", f"--threads={threads}", f"--seconds={o.seconds}"]
        if key in FEW_VIEWS:
            both, equal = [*both, "--views", "32"], [*equal, "--views=32"]
        if step in STEPS:
            ours = [self.build("simclr_step", [*PLAIN, f"-DSTEP={STEPS[step]}"]), *equal]
            theirs = [o.python, self.source / "benchmarks/pytorch/simclr_step.py", *both]
        elif key in LOSSES:
            ours = [self.build("loss_step", PLAIN), *equal]
            theirs = [o.python, self.source / "benchmarks/pytorch/losses.py", *both]
        else:
            ours = [self.build("augment_step", PLAIN), *both]
            theirs = [o.python, self.source / "benchmarks/pytorch/augment.py", *both]
        sides = {"ours": ours, "pytorch": theirs}
        if step in STEPS and o.more:
            sides |= {mode: [*theirs, "--mode", mode] for mode in ("compile", "bf16")}
        quiet, peak = self.alternate(sides, threads)
        value = (lambda found: found["seconds"]) if step in STEPS else (lambda found: found[key])
        shortest = (lambda found: max(map(value, found))) if key in VIEWS else (lambda found: min(map(value, found)))
        figures = {side: shortest(found) for side, found in quiet.items() if found}
        row = {"peak_gflops": peak, "threads": threads, "quiet_bursts": {side: len(found) for side, found in quiet.items()}, **figures}
        for side in figures:
            if side != "ours" and "ours" in figures:
                better = figures["ours"] / figures[side] if key in VIEWS else figures[side] / figures["ours"]
                row["ratio" if side == "pytorch" else f"ratio_{side}"] = round(better, 3)
        if key == "simclr_resnet18" and quiet["ours"] and quiet["pytorch"]:
            memory = [max(found["memory_mb"] for found in quiet[side]) for side in ("ours", "pytorch")]
            row["memory_mb"], row["peak_memory_ratio"] = memory, round(memory[0] / memory[1], 3)
        return row

    def no_flags(self):
        o = self.options
        arguments = [f"--threads={o.threads}", f"--seconds={o.seconds}"]
        quiet, peak = self.alternate({"plain": [self.build("simclr_step", [*PLAIN, "-DSTEP=resnet18"]), *arguments],
                                      "full": [self.build("simclr_step", [*FULL, "-DSTEP=resnet18"]), *arguments]}, o.threads)
        seconds = {side: min(found["seconds"] for found in bursts) for side, bursts in quiet.items() if bursts}
        ratio = round(seconds["full"] / seconds["plain"], 3) if len(seconds) == 2 else None
        return {"peak_gflops": peak, **seconds, "ratio": ratio}

    def epoch(self):
        """Seconds of an epoch of SimCLR, views included, as a share of 50,000 images."""
        o, images = self.options, 12800
        ours = [self.build("accuracy_run", PLAIN), "--method=cifar10", f"--data={o.cifar10}", "--epochs=1", f"--images={images}",
                f"--threads={o.threads}", f"--out={self.work}"]
        theirs = [o.python, self.source / "benchmarks/pytorch/cifar10.py", "--data", o.cifar10, "--images", str(images),
                  "--threads", str(o.threads)]
        quiet, peak = self.alternate({"ours": ours, "pytorch": theirs}, o.threads)
        seconds = {side: min(found["seconds"] for found in bursts) * 50000 / images for side, bursts in quiet.items() if bursts}
        row = {"peak_gflops": peak, **seconds}
        return {**row, "ratio": round(seconds["pytorch"] / seconds["ours"], 3)} if len(seconds) == 2 else row

    def step_overhead(self):
        found = last_json(run(self.build("step_profile", [*PLAIN, "-DSTEP=resnet18"]), "--threads=1"))
        return {"step_overhead_percent": found["step_overhead_percent"], "seconds": found["seconds"]}

    def large_loss(self):
        found = last_json(run(self.build("loss_step", PLAIN), "--only=nt_xent_131072", "--seconds=0", f"--threads={self.options.threads}"))
        return {"mb": found["peak_mb"]}

    def compile_time(self):
        row = {}
        for name, flags in {"native": [*PLAIN, "-march=native", "-DCONTRASTIVE_NATIVE"], "all": PLAIN}.items():
            seconds, megabytes = [], []
            for _ in range(5):
                command = self.command("simclr_step", [*flags, "-DSTEP=resnet18", "-c"], self.work / "unit.o")
                done = subprocess.run(["/usr/bin/time", "-f", "%U %M", *map(str, command)], capture_output=True, text=True)
                user, kilobytes = done.stderr.strip().splitlines()[-1].split()
                seconds.append(float(user)), megabytes.append(float(kilobytes) / 1024)
            row[name] = {"seconds": min(seconds), "mb": round(min(megabytes), 1)}
        return row


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--json", required=True)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--python", default=sys.executable)
    arguments.add_argument("--eigen", default="/usr/include/eigen3")
    arguments.add_argument("--more", action="store_true")
    arguments.add_argument("--cifar10", help="folder of data_batch_1.bin ... test_batch.bin")
    options = arguments.parse_args()
    for tool in ("g++", "git"):
        if not shutil.which(tool):
            fail(f"needs {tool}")
    if not pathlib.Path(options.eigen, "Eigen/Core").exists():
        fail(f"needs Eigen's headers; there are none in {options.eigen}: name their folder with --eigen")
    versions = subprocess.run([options.python, "-c", "import torch, torchvision; print(torch.__version__, torchvision.__version__)"],
                              capture_output=True, text=True)
    if versions.returncode != 0:
        fail(f"needs torch and torchvision; {options.python} has neither or only one: name another Python with --python")
    everything = [*STEPS, *FEW_VIEWS, *LOSSES, *VIEWS, *OURS, *([CIFAR10] if options.cifar10 else [])]
    keys = options.only.split(",") if options.only else everything
    for key in keys:
        if key not in everything:
            fail(f"there is no figure '{key}'; there are {', '.join(everything)}")

    comparison = Comparison(options)
    torch, torchvision = versions.stdout.split()
    result = {"isa": comparison.isa, "pytorch": torch, "torchvision": torchvision, "threads": options.threads,
              "settings": "channels last, eager, fp32; ours -O2", "figures": {}}
    special = {"no_flags": comparison.no_flags, "nt_xent_131072_peak_mb": comparison.large_loss,
               "resnet18_compile": comparison.compile_time, "step_overhead": comparison.step_overhead, CIFAR10: comparison.epoch}
    for key in keys:
        if key == "peak_memory_ratio":    # comes with simclr_resnet18
            continue
        print(key, flush=True)
        result["figures"][key] = special[key]() if key in special else comparison.compare(key)
        print("  ", json.dumps(result["figures"][key]), flush=True)
        result["peak_gflops"] = comparison.best_probe
        pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n")    # after every figure: a run may be stopped
    shutil.rmtree(comparison.work)


main()
