#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Accuracy beside PyTorch and lightly: the same encoder, epochs, optimizer and probe, on the embedded Fashion-MNIST subset.

    benchmarks/accuracy.py --work FOLDER [--seeds 0,1,2] [--methods simclr,sup_con,cross_entropy] [--epochs 20] [--batch 256]
                           [--width 32] [--sides ours,torch] [--threads 2] [--jobs 1] [--cifar10 FOLDER]
    benchmarks/accuracy.py --work FOLDER --methods random,moco,byol,simsiam,barlow_twins,vicreg,swav,dino,nnclr
                           --epochs 8 --batch 128 --width 16 --threads 1 --jobs 2

Trains each method with each seed on both sides: hours on two cores; what FOLDER already has is not trained again. The other side
of the first three is plain PyTorch (benchmarks/accuracy_run.cpp beside benchmarks/pytorch/accuracy.py), that of the methods is
lightly (methods_run.cpp beside pytorch/methods.py); random is the untrained encoder. Then labels are read off the features of the
pooled last layer: by 200 nearest neighbors that vote by exp(cosine / 0.1), and by the same logistic regression, standardized with
the labeled images, L2 1e-3 · ‖W‖², with all labels and with five class-balanced draws of 10 % and 1 %, which stand in
FOLDER/draws.json and are the same for both. A third side is ours_without_winograd. Needs g++, Eigen, zlib and a Python with torch,
for the methods also lightly (pytorch/methods.py says how it is installed).

With --cifar10 (the folder of data_batch_1.bin ... test_batch.bin) instead: SimCLR of a ResNet-18 of width 16, ours alone, for
12 epochs unless --epochs says otherwise; the same neighbors and the same regression.
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
METHODS = {    # our program, and the one beside it
    **dict.fromkeys(("simclr", "sup_con", "cross_entropy", "random"), ("accuracy_run", "accuracy.py")),
    **dict.fromkeys(("moco", "byol", "simsiam", "barlow_twins", "vicreg", "swav", "dino", "nnclr"), ("methods_run", "methods.py")),
}
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
    require_one_recipe(a)
    commands = {(method, side): command(a, method, side) for method, side in itertools.product(methods, sides)}

    def one(seed, method, side):
        folder = a.work / side / f"{method}-{seed}"
        words = {"method": method, "seed": seed, "data": DATA, "out": folder, "threads": a.threads, "batch": a.batch,
                 "epochs": 0 if method == "random" else a.epochs}
        return train([*commands[method, side], *(f"--{k}={v}" for k, v in words.items())], folder)

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        runs = {key: pool.submit(one, *key) for key in itertools.product(seeds, methods, sides)}
        return {key: run.result() for key, run in runs.items()}


def require_one_recipe(a):
    """A folder has trainings of one recipe."""
    file, recipe = a.work / "recipe.json", {"epochs": a.epochs, "batch": a.batch, "width": a.width}
    if file.exists() and json.loads(file.read_text()) != recipe:
        sys.exit(f"accuracy: {a.work} has trainings of another recipe, {file.read_text()}; choose another --work")
    file.write_text(json.dumps(recipe))


def command(a, method, side):
    ours, other = METHODS[method]
    if side == "torch":
        return [sys.executable, ROOT / "benchmarks/pytorch" / other, f"--width={a.width}"]
    program = build(a.work, ours, method if ours == "methods_run" else None, a.width)
    return [program, "--winograd=0"] if side == "ours_without_winograd" else [program]


def build(work, name, method=None, width=32):
    program = work / "_".join(filter(None, (name, method, str(width))))
    if not program.exists():
        print("building", program, flush=True)
        defined = [f"-DWIDTH={width}", *([f"-DMETHOD={method}"] if method else [])]
        subprocess.run(["g++", "-std=c++20", "-O2", *defined, f"-I{ROOT}/benchmarks", f"-I{ROOT}/include",
                        "-isystem", "/usr/include/eigen3", ROOT / f"benchmarks/{name}.cpp", "-o", program, "-lpthread", "-lz"],
                       check=True)
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
    figures["kNN"] = [neighbors(known, labels, asked, truth)]
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
    program = build(a.work, "accuracy_run")
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


def difference(ours, other):
    """Of two means of seeds that have nothing in common, and its standard error."""
    return ours[0] - other[0], (ours[1] ** 2 + other[1] ** 2) ** 0.5


def line(name, side, shown):
    words = (f"{k}{' %' if k.isdigit() else ''}: {m:.2f} ± {e:.2f}" for k, (m, e) in shown.items())
    print(f"{name:15} {side:22}" + "  ".join(words), flush=True)


def tabulate(a, methods, sides, seeds, results):
    """Prints and keeps means and standard errors over seeds of every method and side, and ours minus the other's."""
    labels, truth = (read_idx(DATA / f"{part}-labels-idx1-ubyte.gz").long() for part in ("train", "t10k"))
    subsets = draws(a.work, labels)
    torch.set_num_threads(1)    # probes are small
    table = {}
    for method, side in itertools.product(methods, sides):
        figures = [read_off(a.work / side / f"{method}-{seed}", labels, truth, subsets) for seed in seeds]
        shown = {name: row([f[name] for f in figures]) for name in ("100", "10", "1", "kNN")}
        if method == "cross_entropy":
            shown["end_to_end"] = row([results[seed, method, side]["end_to_end"] for seed in seeds])
        table[f"{method} {side}"] = shown
        line(method, side, shown)
        if side == "torch" and f"{method} ours" in table:
            line(method, "ours - torch", {k: difference(table[f"{method} ours"][k], shown[k]) for k in shown})
    (a.work / "accuracy.json").write_text(json.dumps(table, indent=1))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--seeds", default="0,1,2")
    arguments.add_argument("--methods", default="simclr,sup_con,cross_entropy", help="of " + ", ".join(METHODS))
    arguments.add_argument("--epochs", type=int, help="20 unless said otherwise, with --cifar10 12")
    arguments.add_argument("--batch", type=int, default=256)
    arguments.add_argument("--width", type=int, default=32, help="of the encoder, which has 4 times as many features")
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
    methods, sides, seeds = (text.split(",") for text in (a.methods, a.sides, a.seeds))
    for what, asked, known in ("method", methods, METHODS), ("side", sides, ("ours", "torch", "ours_without_winograd")):
        for name in set(asked) - set(known):
            arguments.error(f"there is no {what} {name!r}; there are {', '.join(known)}")
    tabulate(a, methods, sides, seeds, train_all(a, methods, sides, seeds))


main()
