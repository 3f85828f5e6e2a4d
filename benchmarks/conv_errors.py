#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of convolutions, ours and PyTorch's in float, against PyTorch in double, on the layers of ResNet-18 and the small encoder.

    benchmarks/conv_errors.py --work FOLDER [--isa avx2] [--json FILE]

64 images of normal random numbers, weights with He's deviation; PyTorch with channels last, as everywhere in these comparisons.
Of each pass (forward, gradient to the input, gradient of the weights) the root mean square of the error, relative to that of the
result. Exits with 1 where a direct kernel has more than twice PyTorch's error, or Winograd more than 1e-5 (5e-5 for the weights).
Needs g++ and a Python with torch.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES, BLOCK = 64, 32
LIMIT = {"y": 1e-5, "dx": 1e-5, "dw": 5e-5}


def build(work):
    program = work / "conv_errors"
    subprocess.run(["g++", "-std=c++20", "-O2", f"-I{ROOT}/benchmarks", f"-I{ROOT}/include", ROOT / "benchmarks/conv_errors.cpp",
                    "-o", program, "-lpthread"], check=True)
    return program


def blocked(x, rows=False):
    """(n, c, h, w) to blocks of 32 channels, each (n, h, w, 32); images keep their channels in a row."""
    rows_of = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
    if rows:
        return rows_of.numpy()
    padded = F.pad(rows_of, (0, -x.shape[1] % BLOCK))
    return padded.reshape(len(padded), -1, BLOCK).transpose(0, 1).numpy()


def unblocked(file, like):
    n, c, h, w = like.shape
    values = torch.from_numpy(np.fromfile(file, np.float32)).reshape(-1, n * h * w, BLOCK)
    return values.transpose(0, 1).reshape(n * h * w, -1)[:, :c].reshape(n, h, w, c).permute(0, 3, 1, 2)


def passes(x, w, dy, layer):
    x, w = (t.detach().clone(memory_format=torch.channels_last).requires_grad_() for t in (x, w))
    y = F.conv2d(x, w, stride=layer["stride"], padding=layer["kernel"] // 2)
    y.backward(dy)
    return {"y": y.detach(), "dx": x.grad, "dw": w.grad}


def ours(program, work, index, like, words):
    """None where the algorithm does not take the layer."""
    done = subprocess.run([program, f"--layer={index}", f"--folder={work}", *words], check=True, capture_output=True, text=True)
    if not done.stdout:
        return None
    n, c, h, w = like["dw"].shape
    weights = torch.from_numpy(np.fromfile(work / "dw", np.float32)).reshape(n, h, w, c).permute(0, 3, 1, 2)
    return {"y": unblocked(work / "y", like["y"]), "dw": weights,
            "dx": unblocked(work / "dx", like["dx"]) if c >= BLOCK else None}


def error(found, exact):
    return float(((found.double() - exact) ** 2).mean().sqrt() / (exact ** 2).mean().sqrt())


def measure(program, work, index, layer, words):
    torch.manual_seed(index)
    size, kernel, rows = layer["size"], layer["kernel"], layer["channels"] < BLOCK
    x = torch.randn(IMAGES, layer["channels"], size, size)
    w = torch.randn(layer["filters"], layer["channels"], kernel, kernel) * (2 / (layer["channels"] * kernel ** 2)) ** 0.5
    dy = torch.randn_like(F.conv2d(x[:1], w, stride=layer["stride"], padding=kernel // 2).expand(IMAGES, -1, -1, -1))
    blocked(x, rows).tofile(work / "x")
    w.permute(0, 2, 3, 1).contiguous().numpy().tofile(work / "w")
    blocked(dy).tofile(work / "dy")
    exact = passes(x.double(), w.double(), dy.double(), layer)
    sides = {"torch": passes(x, w, dy, layer), "direct": ours(program, work, index, exact, words),
             "winograd": ours(program, work, index, exact, [*words, "--winograd=1"])}
    return {side: {k: error(found[k], exact[k]) for k in exact if found[k] is not None}
            for side, found in sides.items() if found}


def too_large(found):
    direct = [k for k, e in found["direct"].items() if e > 2 * found["torch"][k]]
    return direct + [f"{k} by Winograd" for k, e in found.get("winograd", {}).items() if e > LIMIT[k]]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--isa", choices=["portable", "avx2", "avx512"], help="otherwise the best of this machine")
    arguments.add_argument("--json", type=pathlib.Path)
    a = arguments.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    program = build(a.work)
    words = [f"--isa={a.isa}"] if a.isa else []
    layers = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    table, failed = [], False
    for index, layer in enumerate(layers):
        found = measure(program, a.work, index, layer, words)
        table.append({"layer": layer["name"], **found})
        print(f"{layer['name']:26}", *(f"{side} " + " / ".join(f"{e:.1e}" for e in errors.values()) for side, errors in found.items()),
              sep="  ", flush=True)
        for name in too_large(found):
            failed = True
            print(f"  too large: {name}")
    if a.json:
        a.json.write_text(json.dumps({"torch": torch.__version__, "layers": table}, indent=1) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
