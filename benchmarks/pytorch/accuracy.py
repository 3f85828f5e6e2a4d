# SPDX-License-Identifier: MIT
"""PyTorch's side of the accuracies: trains the small convolutional encoder on the embedded Fashion-MNIST subset and writes
its features, for the same probe that reads ours (benchmarks/accuracy.py).

    python3 benchmarks/pytorch/accuracy.py --method simclr --seed 0 --data examples/data --out FOLDER [--epochs 20] [--threads 2]
                                           [--batch 256] [--width 32] [--images 10000]
    FOLDER/train.npy, FOLDER/test.npy: rows x features, float32; the line printed last: {"method": "simclr", "loss": 4.9, ...}

The recipe of benchmarks/accuracy_run.cpp: batches of 256 images, SGD with momentum 0.9 and decay 5e-4 on every weight, warm-up
over a twentieth of the steps, then a cosine. SimCLR: temperature 0.5, rate 0.24. Supervised contrastive: temperature 0.1, rate
0.1. Cross-entropy: one view, rate 0.1. Views: crops of 0.3 to 1 of the area, flips, brightness and contrast. With --method
random nothing is trained.
"""
import argparse
import gzip
import json
import math
import pathlib
import time
import typing

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from simclr_step import small_encoder

MEAN, DEVIATION, BATCH = 0.286, 0.353, 256


def read_idx(path):
    data = gzip.open(path).read()
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape).copy())


def crop_boxes(n, size, least=0.3):
    """Ten tries per image for a box inside it, as torchvision's RandomResizedCrop; the whole image where none fits."""
    area = torch.empty(n, 10).uniform_(least, 1) * size * size
    ratio = torch.exp(torch.empty(n, 10).uniform_(math.log(3 / 4), math.log(4 / 3)))
    width, height = torch.round((area * ratio).sqrt()), torch.round((area / ratio).sqrt())
    fits = (width <= size) & (height <= size)
    first = fits.float().argmax(1, keepdim=True)
    width = torch.where(fits.any(1), width.gather(1, first)[:, 0], torch.tensor(float(size)))
    height = torch.where(fits.any(1), height.gather(1, first)[:, 0], torch.tensor(float(size)))
    left = torch.floor(torch.rand(n) * (size - width + 1))
    top = torch.floor(torch.rand(n) * (size - height + 1))
    return left, top, width, height


def resized_crops(x, boxes, flip):
    """n x c x size x size: the boxes (left, top, width, height) of x back at its own size, bilinearly; flipped where flip is set.

    Coordinates are cut to the box before they are read, so that nothing outside it is seen, as in torchvision's crop and resize.
    """
    n, size = len(x), x.shape[-1]
    left, top, width, height = (box[:, None] for box in boxes)
    steps = (torch.arange(size) + 0.5) / size
    across = torch.where(flip[:, None], steps.flip(0), steps)
    column = (left + across * width - 0.5).clamp(left, left + width - 1)
    row = (top + steps * height - 0.5).clamp(top, top + height - 1)
    grid = torch.stack([column[:, None, :].expand(n, size, size), row[:, :, None].expand(n, size, size)], 3)
    return F.grid_sample(x, (2 * grid + 1) / size - 1, padding_mode="border", align_corners=False)


def contrasted(x, factor):
    mean = x.mean((2, 3), keepdim=True)
    return (mean + (x - mean) * factor).clamp(0, 1)


def view(images):
    """uint8 n x 1 x 28 x 28 -> floats: a random crop back to 28 x 28, a flip, brightness and contrast in random order, normalized."""
    n, size = len(images), images.shape[-1]
    x = resized_crops(images.float() / 255, crop_boxes(n, size), torch.rand(n) < 0.5)
    brightness, contrast = (torch.empty(n, 1, 1, 1).uniform_(0.6, 1.4) for _ in range(2))
    y = torch.where(torch.rand(n, 1, 1, 1) < 0.5, contrasted((x * brightness).clamp(0, 1), contrast),
                    (contrasted(x, contrast) * brightness).clamp(0, 1))
    x = torch.where(torch.rand(n, 1, 1, 1) < 0.8, y, x)
    return ((x - MEAN) / DEVIATION).contiguous(memory_format=torch.channels_last)


def encoder(width=32):
    """Answers with 4 · width features."""
    return nn.Sequential(*small_encoder(width)).to(memory_format=torch.channels_last)


def contrastive(z, labels, temperature):
    """Mean over anchors of the mean over their positives of -log softmax (Khosla et al. 2020, L_out)."""
    z = F.normalize(z, dim=1)
    log_p = ((z / temperature) @ z.T).fill_diagonal_(-1e9).log_softmax(1)
    positive = (labels[:, None] == labels[None]).float().fill_diagonal_(0)
    return -((positive * log_p).sum(1) / positive.sum(1)).mean()


class At(typing.NamedTuple):
    """Where a run is: the step that is made, its epoch, and the share of all steps before it."""
    step: int
    epoch: int
    progress: float


def nothing(at):
    pass


def fit(groups, rate, count, epochs, loss_of, batch=BATCH, before_update=nothing, after_update=nothing):
    """SGD on loss_of(indices, at) of batches of images, with warm-up and a cosine.

    groups: parameters, or torch's groups of them; one with "steady": True keeps the base rate. Answers with the first step's
    loss, the last epoch's mean loss and the seconds.
    """
    groups = list(groups)
    if not isinstance(groups[0], dict):
        groups = [{"params": groups}]
    optimizer = torch.optim.SGD(groups, rate, momentum=0.9, weight_decay=5e-4)
    per_epoch = count // batch
    steps = epochs * per_epoch
    warm_up = max(1, steps // 20)

    def factor(i):
        return (i + 1) / warm_up if i < warm_up else 0.5 * (1 + math.cos(math.pi * (i - warm_up) / max(1, steps - warm_up)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, [(lambda i: 1) if g.get("steady") else factor for g in groups])
    first, mean = 0.0, 0.0
    start = time.perf_counter()
    for epoch in range(epochs):
        total = 0.0
        for i, k in enumerate(torch.randperm(count)[:per_epoch * batch].split(batch), epoch * per_epoch):
            at = At(i, epoch, i / steps)
            loss = loss_of(k, at)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            before_update(at)
            optimizer.step()
            schedule.step()
            after_update(at)
            first, total = loss.item() if i == 0 else first, total + loss.item()
        mean = total / per_epoch
        print(f"epoch {epoch + 1}: loss {mean:.4f}, {time.perf_counter() - start:.0f} s", flush=True)
    return {"first_loss": first, "loss": mean, "seconds": time.perf_counter() - start}


def write_features(net, parts, mean, deviation, folder):
    """FOLDER/NAME.npy for each part: features of plain images in the phase of inference; returns the last part's."""
    folder.mkdir(parents=True, exist_ok=True)
    net.eval()
    for name, images in parts.items():
        with torch.no_grad():
            features = torch.cat([net(((part.float() / 255 - mean) / deviation).contiguous(memory_format=torch.channels_last))
                                  for part in images.split(500)])
        np.save(folder / f"{name}.npy", features.numpy())
    return features


def read_request(methods):
    """What the command line asks for, and the images: training images, their labels, test images, their labels."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--method", required=True, choices=methods)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--epochs", type=int, default=20)
    arguments.add_argument("--batch", type=int, default=BATCH)
    arguments.add_argument("--width", type=int, default=32)
    arguments.add_argument("--images", type=int, help="train on the first so many")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    a = arguments.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    images, test = (read_idx(a.data / f"{part}-images-idx3-ubyte.gz").unsqueeze(1) for part in ("train", "t10k"))
    labels, truth = (read_idx(a.data / f"{part}-labels-idx1-ubyte.gz").long() for part in ("train", "t10k"))
    a.images = a.images or len(images)
    return a, images, labels, test, truth


def main():
    a, images, labels, test, truth = read_request(("simclr", "sup_con", "cross_entropy", "random"))
    net = encoder(a.width)
    features = 4 * a.width
    if a.method == "cross_entropy":
        last = nn.Linear(features, 10)
    else:
        last = nn.Sequential(nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, 128))

    def loss_of(k, _):
        if a.method == "cross_entropy":
            return F.cross_entropy(last(net(view(images[k]))), labels[k])
        z = last(net(torch.cat([view(images[k]), view(images[k])]).contiguous(memory_format=torch.channels_last)))
        if a.method == "simclr":
            return contrastive(z, torch.arange(len(k)).repeat(2), 0.5)
        return contrastive(z, labels[k].repeat(2), 0.1)

    rate = 0.24 if a.method == "simclr" else 0.1
    epochs = 0 if a.method == "random" else a.epochs
    trained = fit([*net.parameters(), *last.parameters()], rate, a.images, epochs, loss_of, a.batch)
    seen = write_features(net, {"train": images, "test": test}, MEAN, DEVIATION, a.out)
    end_to_end = None
    if a.method == "cross_entropy":
        with torch.no_grad():
            end_to_end = (last(seen).argmax(1) == truth).float().mean().item() * 100
    print(json.dumps({"method": a.method, "seed": a.seed, **trained, "end_to_end": end_to_end, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
