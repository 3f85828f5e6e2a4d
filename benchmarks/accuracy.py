#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Accuracy beside PyTorch: the same encoder, epochs, optimizer and probe, on the embedded Fashion-MNIST subset.

    benchmarks/accuracy.py --work FOLDER [--seeds 0,1,2] [--methods simclr,sup_con,cross_entropy] [--epochs 20]
                           [--sides ours,torch] [--threads 2] [--jobs 1] [--cifar10 FOLDER]

Trains each method with each seed on both sides (benchmarks/accuracy_run.cpp and benchmarks/pytorch/accuracy.py: hours on two
cores; what FOLDER already has is not trained again), then reads labels off the features of the pooled last layer by the same
logistic regression: standardized with the labeled images, L2 1e-3 · ‖W‖², with all labels and with five class-balanced draws of
10 % and 1 %, which stand in FOLDER/draws.json and are the same for both. A third side is ours_without_winograd. Needs g++, Eigen,
zlib and a Python with torch.

With --cifar10 (the folder of data_batch_1.bin ... test_batch.bin) instead: SimCLR of a ResNet-18 of width 16, ours alone, for
12 epochs unless --epochs says otherwise; 200 nearest neighbors weighted by exp(cosine / 0.1) and the same regression.
"""
import argparse
import concurrent.futures
import itertools
import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "examples" / "data"
DRAWS = 5
sys.path.insert(0, str(ROOT / "benchmarks" / "pytorch"))
from accuracy import read_idx    # noqa: E402


def train(command, folder):
    """Runs a training whose last line is JSON; keeps it as result.json."""
    result = folder / "result.json"
    if not result.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print("training", folder, flush=True)
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"accuracy: {command[0]} failed:\n{done.stderr[-2000:]}")
        result.write_text(done.stdout.strip().splitlines()[-1])
    return json.loads(result.read_text())


def train_all(a, methods, sides, seeds):
    """Every training's last line, by (seed, method, side): whole seeds first, so that a part of them is worth something."""
    def one(seed, method, side):
        folder = a.work / side / f"{method}-{seed}"
        words = {"method": method, "seed": seed, "data": DATA, "out": folder, "epochs": a.epochs, "threads": a.threads}
        return train([*sides[side], *(f"--{k}={v}" for k, v in words.items())], folder)

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        runs = {key: pool.submit(one, *key) for key in itertools.product(seeds, methods, sides)}
        return {key: run.result() for key, run in runs.items()}


def build(work):
    program = work / "accuracy_run"
    if not program.exists():
        subprocess.run(["g++", "-std=c++20", "-O2", f"-I{ROOT}/benchmarks", f"-I{ROOT}/include", "-isystem", "/usr/include/eigen3",
                        ROOT / "benchmarks/accuracy_run.cpp", "-o", program, "-lpthread", "-lz"], check=True)
    return program


def draws(work, labels):
    """Indices of class-balanced labeled images: {"10": five lists, "1": five lists}."""
    file = work / "draws.json"
    if not file.exists():
        random = np.random.default_rng(1)
        of_class = [np.flatnonzero(labels.numpy() == c) for c in range(10)]
        found = {str(percent): [np.sort(np.concatenate([random.permutation(k)[:len(k) * percent // 100] for k in of_class])).tolist()
                                for _ in range(DRAWS)] for percent in (10, 1)}
        file.write_text(json.dumps(found))
    return json.loads(file.read_text())


def probe(train_features, labels, test_features, truth):
    """Percent of test images that a logistic regression on these labeled ones gets right."""
    mean, deviation = train_features.mean(0), train_features.std(0) + 1e-6
    a, b = (train_features - mean) / deviation, (test_features - mean) / deviation
    weight = torch.zeros(10, a.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, tolerance_change=1e-10, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = F.cross_entropy(F.linear(a, weight, bias), labels) + 1e-3 * (weight ** 2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return (F.linear(b, weight, bias).argmax(1) == truth).double().mean().item() * 100


def read_off(folder, labels, truth, subsets):
    known, asked = (torch.from_numpy(np.load(folder / f"{part}.npy")).double() for part in ("train", "test"))
    figures = {"100": [probe(known, labels, asked, truth)]}
    for percent, lists in subsets.items():
        figures[percent] = [probe(known[k], labels[k], asked, truth) for k in lists]
    return figures


def neighbors(known, labels, asked, truth, k=200, temperature=0.1):
    """Percent of test images whose nearest neighbors by cosine vote for the right class (Wu et al. 2018)."""
    a, b = F.normalize(known, dim=1), F.normalize(asked, dim=1)
    right = 0
    for part, answer in zip(b.split(1000), truth.split(1000)):
        nearest, which = (part @ a.T).topk(k)
        votes = torch.zeros(len(part), 10, dtype=a.dtype).scatter_add_(1, labels[which], (nearest / temperature).exp())
        right += (votes.argmax(1) == answer).sum().item()
    return right / len(truth) * 100


def cifar10(a):
    """Trains ours with every seed; prints and keeps kNN-200 and linear accuracy."""
    parts = [f"data_batch_{i}.bin" for i in range(1, 6)], ["test_batch.bin"]
    for name in itertools.chain(*parts):
        if not (a.cifar10 / name).exists():
            sys.exit(f"accuracy: there is no {a.cifar10 / name}; --cifar10 takes the folder of CIFAR-10's binary version")
    labels, truth = (torch.from_numpy(np.concatenate([np.fromfile(a.cifar10 / name, np.uint8)[::3073] for name in names])).long()
                     for names in parts)
    program = build(a.work)
    table = {}
    for seed in a.seeds.split(","):
        folder = a.work / "ours" / f"cifar10-{seed}"
        words = {"method": "cifar10", "seed": seed, "data": a.cifar10, "out": folder, "epochs": a.epochs, "threads": a.threads}
        result = train([program, *(f"--{k}={v}" for k, v in words.items())], folder)
        known, asked = (torch.from_numpy(np.load(folder / f"{part}.npy")).double() for part in ("train", "test"))
        table[seed] = {"neighbors": neighbors(known, labels, asked, truth), "linear": probe(known, labels, asked, truth), **result}
        print(json.dumps(table[seed]), flush=True)
    (a.work / "cifar10.json").write_text(json.dumps(table, indent=1))


def row(figures):
    """Mean over seeds of the mean over draws, and the standard error of that mean over seeds."""
    means = np.array([np.mean(f) for f in figures])
    error = means.std(ddof=1) / len(means) ** 0.5 if len(means) > 1 else float("nan")
    return float(means.mean()), float(error)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--seeds", default="0,1,2")
    arguments.add_argument("--methods", default="simclr,sup_con,cross_entropy")
    arguments.add_argument("--epochs", type=int, help="20 unless said otherwise, with --cifar10 12")
    arguments.add_argument("--threads", type=int, default=2, help="of each training")
    arguments.add_argument("--jobs", type=int, default=1, help="trainings beside each other")
    arguments.add_argument("--sides", default="ours,torch", help="and ours_without_winograd")
    arguments.add_argument("--cifar10", type=pathlib.Path)
    a = arguments.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    if a.epochs is None:
        a.epochs = 12 if a.cifar10 else 20
    if a.cifar10:
        return cifar10(a)
    labels, truth = (read_idx(DATA / f"{part}-labels-idx1-ubyte.gz").long() for part in ("train", "t10k"))
    subsets = draws(a.work, labels)
    program = build(a.work)
    programs = {"ours": [program], "ours_without_winograd": [program, "--winograd=0"],
                "torch": [sys.executable, ROOT / "benchmarks/pytorch/accuracy.py"]}
    unknown = [side for side in a.sides.split(",") if side not in programs]
    if unknown:
        arguments.error(f"there is no side {unknown[0]!r}; the sides are {', '.join(programs)}")
    sides = {side: programs[side] for side in a.sides.split(",")}
    methods, seeds = a.methods.split(","), a.seeds.split(",")
    results = train_all(a, methods, sides, seeds)
    torch.set_num_threads(1)    # probes are small
    table = {}
    for method, side in itertools.product(methods, sides):
        figures = [read_off(a.work / side / f"{method}-{seed}", labels, truth, subsets) for seed in seeds]
        shown = {percent: row([f[percent] for f in figures]) for percent in ("100", "10", "1")}
        if method == "cross_entropy":
            shown["end_to_end"] = row([results[seed, method, side]["end_to_end"] for seed in seeds])
        table[f"{method} {side}"] = shown
        print(f"{method:15} {side:22}" + "  ".join(f"{k} %: {m:.2f} ± {e:.2f}" for k, (m, e) in shown.items()), flush=True)
    (a.work / "accuracy.json").write_text(json.dumps(table, indent=1))


main()
