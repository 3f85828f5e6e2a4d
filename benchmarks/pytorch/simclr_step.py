# SPDX-License-Identifier: MIT
"""PyTorch's side of a whole SimCLR step: forward, loss, backward, optimizer; the shortest of a burst, as one line of JSON.

    python3 benchmarks/pytorch/simclr_step.py --only simclr_resnet18 --threads 2 --seconds 20 [--views 128]
                                              [--mode fp32|bf16|compile] [--contiguous]
    {"key": "simclr_resnet18", "views": 128, "seconds": 1.61, "memory_mb": 900.0, "mode": "fp32", "torch": "2.15.0"}

The work of benchmarks/simclr_step.cpp on images that are floats already. Channels last unless --contiguous.
"""
import argparse
import json
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision


def resnet(build, features):
    net = build()
    net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    net.maxpool = nn.Identity()
    net.fc = head(features)
    return net


def head(features):
    hidden = min(features, 2048)
    return nn.Sequential(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 128))


def slim18():
    net = torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [2, 2, 2, 2])
    layers, channels = [], 16
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    for stage, width in enumerate((16, 32, 64, 128)):
        net.inplanes = channels
        layers.append(net._make_layer(torchvision.models.resnet.BasicBlock, width, 2, stride=1 if stage == 0 else 2))
        channels = width
    return nn.Sequential(*stem, *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head(128))


def small_encoder(width=32):
    layers, channels = [], 1
    for outputs, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
        for inputs, step in ((channels, stride), (outputs, 1)):
            layers += [nn.Conv2d(inputs, outputs, 3, step, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        channels = outputs
    return [*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()]


def mlp_encoder():
    layers, features = [nn.Flatten()], 28 * 28
    for width in (1024, 512):
        layers += [nn.Linear(features, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
        features = width
    return layers


WORK = {    # network, image, views
    "simclr_resnet18": (lambda: resnet(torchvision.models.resnet18, 512), (3, 32, 32), 128),
    "simclr_resnet50": (lambda: resnet(torchvision.models.resnet50, 2048), (3, 32, 32), 64),
    "simclr_slim18": (slim18, (3, 32, 32), 512),
    "simclr_small": (lambda: nn.Sequential(*small_encoder(), head(128)), (1, 28, 28), 512),
    "simclr_mlp": (lambda: nn.Sequential(*mlp_encoder(), head(512)), (1, 28, 28), 512),
}


def nt_xent(z, temperature=0.5):
    z = F.normalize(z, dim=1)
    n = len(z) // 2
    similarity = (z / temperature) @ z.T
    similarity.fill_diagonal_(-1e9)
    return F.cross_entropy(similarity, torch.arange(2 * n).roll(n))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", default="simclr_resnet18", choices=WORK)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--views", type=int, default=0)
    arguments.add_argument("--mode", default="fp32", choices=("fp32", "bf16", "compile"))
    arguments.add_argument("--contiguous", action="store_true")
    a = arguments.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    build, shape, views = WORK[a.only]
    views = a.views or views
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    net = build()
    images = torch.randint(0, 256, (views // 2, *shape), dtype=torch.uint8)
    x = torch.cat([images, images]).float() / 255
    if not a.contiguous:
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9)
    run = torch.compile(net) if a.mode == "compile" else net

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=a.mode == "bf16"):
            z = run(x)
        nt_xent(z.float()).backward()
        optimizer.step()

    step()
    best, steps, end = 1e30, 0, time.perf_counter() + a.seconds
    while steps < 2 or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        best, steps = min(best, time.perf_counter() - start), steps + 1
    print(json.dumps({"key": a.only, "views": views, "threads": a.threads, "seconds": best, "steps": steps,
                      "memory_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
                      "mode": a.mode, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
