#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of a whole SimCLR step's gradients, ours and PyTorch's in float, against PyTorch in double.

    benchmarks/gradients.py --work FOLDER [--only resnet18,small] [--seeds 0,1,2] [--views 64]

Same weights (PyTorch's initialization), same random images. Of each parameter the root mean square of the error, relative to that
of the gradient; printed: the error of all gradients as one vector, its ratio to PyTorch's, and the worst parameter.
Needs g++, Eigen, zlib and a Python with torch, torchvision and safetensors.
"""
import argparse
import copy
import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks" / "pytorch"))
from simclr_step import WORK, nt_xent    # noqa: E402


def our_name(net, name):
    """conv1.weight -> encoder.conv1.weight; fc.0.weight, or what is last in a sequence, -> head.0.weight"""
    head = "fc" if hasattr(net, "fc") else str(len(net) - 1)
    first, rest = name.split(".", 1)
    return f"head.{rest}" if first == head else f"encoder.{name}"


def gradients(net, x):
    net.zero_grad(set_to_none=True)
    nt_xent(net(x)).backward()
    return {our_name(net, name): p.grad.double() for name, p in net.named_parameters()}


def build(work, key):
    program = work / f"gradients_{key}"
    subprocess.run(["g++", "-std=c++20", "-O2", f"-DSTEP={key}", f"-I{ROOT}/benchmarks", f"-I{ROOT}/include", "-isystem",
                    "/usr/include/eigen3", ROOT / "benchmarks/gradients.cpp", "-o", program, "-lpthread", "-lz"], check=True)
    return program


def ours(work, program, net, x, winograd):
    files = {name: work / name for name in ("weights.safetensors", "images.bin", "gradients.safetensors")}
    state = {our_name(net, k): v.contiguous() for k, v in net.state_dict().items()}
    save_file(state, files["weights.safetensors"])
    x.permute(0, 2, 3, 1).contiguous().numpy().astype(np.float32).tofile(files["images.bin"])
    subprocess.run([program, *(f"--{word}={file}" for word, file in zip(("weights", "images", "out"), files.values())),
                    f"--winograd={int(winograd)}"], check=True)
    return {k: v.double() for k, v in load_file(files["gradients.safetensors"]).items()}


def errors(found, exact):
    """Relative root mean square of the error of all gradients together, and of each parameter."""
    def relative(names):
        error = sum(((found[k] - exact[k]) ** 2).sum() for k in names)
        return float((error / sum((exact[k] ** 2).sum() for k in names)).sqrt())
    return relative(exact), {k: relative([k]) for k in exact}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--only", default="resnet18,small")
    arguments.add_argument("--seeds", default="0,1,2")
    arguments.add_argument("--views", type=int, default=64)
    a = arguments.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    table = []
    for key in a.only.split(","):
        program = build(a.work, key)
        make, shape, _ = WORK[f"simclr_{key}"]
        for seed in a.seeds.split(","):
            torch.manual_seed(int(seed))
            net, x = make(), torch.randn(a.views, *shape)
            exact = gradients(copy.deepcopy(net).double(), x.double())
            sides = {"ours": ours(a.work, program, net, x, True), "without winograd": ours(a.work, program, net, x, False),
                     "pytorch": gradients(copy.deepcopy(net).to(memory_format=torch.channels_last),
                                          x.to(memory_format=torch.channels_last))}
            found = {side: errors(g, exact) for side, g in sides.items()}
            for side, (whole, each) in found.items():
                worst = max(each, key=each.get)
                row = {"net": key, "seed": int(seed), "side": side, "error": whole, "ratio": whole / found["pytorch"][0],
                       "worst": each[worst], "of": worst}
                table.append(row)
                print(f"{key:10} seed {seed} {side:17} {whole:.2e}  {row['ratio']:5.2f} × PyTorch's   worst {each[worst]:.2e} "
                      f"({worst})", flush=True)
    (a.work / "gradients.json").write_text(json.dumps(table, indent=1))


main()
