# SPDX-License-Identifier: MIT
"""PyTorch's side of SimCLR on CIFAR-10: a ResNet-18 of width 16 and all that a training needs, views included.

    python3 benchmarks/pytorch/cifar10.py --data cifar-10-batches-bin [--epochs 1] [--images 50000] [--threads 2] [--out FOLDER]
    {"method": "cifar10", "seconds": 165.0, "loss": 5.1, "end_to_end": null, "torch": "2.15.0"}

The recipe of benchmarks/accuracy_run.cpp --method=cifar10. Views are made for a whole batch at once, the fastest way that torch
has: bilinear crops by grid_sample, color changes in a fixed order, hue by a rotation of the colors' plane. With --out the
features of all images are written as .npy.
"""
import argparse
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from accuracy import contrastive, crop_boxes, fit, resized_crops, write_features
from simclr_step import slim18

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.247, 0.2435, 0.2616]).view(1, 3, 1, 1)
GRAY = torch.tensor([0.2989, 0.587, 0.114]).view(1, 3, 1, 1)
YIQ = torch.tensor([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])


def read(folder, names):
    records = torch.from_numpy(np.concatenate([np.fromfile(folder / n, np.uint8).reshape(-1, 3073) for n in names]))
    return records[:, 1:].reshape(-1, 3, 32, 32).contiguous()


def factors(n, strength):
    return torch.empty(n, 1, 1, 1).uniform_(1 - strength, 1 + strength)


def color_jitter(x):
    n = len(x)
    x = (x * factors(n, 0.4)).clamp(0, 1)
    mean = (x * GRAY).sum(1, keepdim=True).mean((2, 3), keepdim=True)
    x = (mean + (x - mean) * factors(n, 0.4)).clamp(0, 1)
    gray = (x * GRAY).sum(1, keepdim=True)
    x = (gray + (x - gray) * factors(n, 0.4)).clamp(0, 1)
    turn = torch.empty(n).uniform_(-0.1, 0.1) * 2 * math.pi
    rotation = torch.eye(3).repeat(n, 1, 1)
    rotation[:, 1, 1] = rotation[:, 2, 2] = turn.cos()
    rotation[:, 2, 1] = turn.sin()
    rotation[:, 1, 2] = -turn.sin()
    matrix = torch.linalg.inv(YIQ) @ rotation @ YIQ
    return (matrix @ x.flatten(2)).view_as(x).clamp(0, 1)


def view(images):
    """uint8 n x 3 x 32 x 32 -> floats: crop of 0.2 to 1 of the area, flip, color jitter (p 0.8), gray (p 0.2), normalized."""
    n, size = len(images), images.shape[-1]
    x = resized_crops(images.float() / 255, crop_boxes(n, size, 0.2), torch.rand(n) < 0.5)
    x = torch.where(torch.rand(n, 1, 1, 1) < 0.8, color_jitter(x), x)
    x = torch.where(torch.rand(n, 1, 1, 1) < 0.2, (x * GRAY).sum(1, keepdim=True).expand_as(x), x)
    return (x - MEAN) / DEVIATION


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--epochs", type=int, default=1)
    arguments.add_argument("--images", type=int, default=50000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=pathlib.Path)
    a = arguments.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    images = read(a.data, [f"data_batch_{i}.bin" for i in range(1, 6)])[:a.images]
    net = slim18().to(memory_format=torch.channels_last)    # ends in the projection head

    def loss_of(k, _):
        z = net(torch.cat([view(images[k]), view(images[k])]).contiguous(memory_format=torch.channels_last))
        return contrastive(z, torch.arange(len(k)).repeat(2), 0.5)

    trained = fit(net.parameters(), 0.12, len(images), a.epochs, loss_of)
    if a.out:
        parts = {"train": images, "test": read(a.data, ["test_batch.bin"])}
        write_features(nn.Sequential(*list(net.children())[:-1]), parts, MEAN, DEVIATION, a.out)
    print(json.dumps({"method": "cifar10", **trained, "end_to_end": None, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
