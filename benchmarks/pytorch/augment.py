# SPDX-License-Identifier: MIT
# torchvision's views per second on the work of benchmarks/augment_step.cpp, one line of JSON:
#
#     python benchmarks/pytorch/augment.py [--only augment_32] [--seconds 3] [--threads 1]
#     {"augment_32": 3100.0, "augment_32_pil_v1": 3100.0, "augment_32_tensor_v2": 1700.0, ...}
#
# SimCLR's views of color images without blur: random resized crop (0.08 ... 1), flip, color jitter (0.4, 0.4, 0.4, 0.1
# with probability 0.8), grayscale (0.2). Two ways: torchvision.transforms on PIL images, then ToTensor, and
# torchvision.transforms.v2 on uint8 tensors, which stay bytes. Neither normalizes, though augment_step does: what others
# do less is in their favor. The faster way of each size is the figure; the best of bursts of some 0.5 s counts (shorter
# ones would choose light draws).
import argparse
import json
import time

import torch
import torchvision
import torchvision.transforms as v1
import torchvision.transforms.v2 as v2
from PIL import Image

SIZES = {"augment_32": (32, 32), "augment_96": (96, 96), "augment_224": (256, 224)}


def simclr(module, size):
    jitter = module.ColorJitter(0.4, 0.4, 0.4, 0.1)
    return [module.RandomResizedCrop(size, scale=(0.08, 1.0)), module.RandomHorizontalFlip(),
            module.RandomApply([jitter], 0.8), module.RandomGrayscale(0.2)]


def views_per_second(transform, images, seconds, burst=0.4):
    """Of the best burst, each of as many views as fill it."""
    count, took = 1, 0.0
    while took < burst:
        count *= 2
        start = time.perf_counter()
        for i in range(count):
            transform(images[i % len(images)])
        took = time.perf_counter() - start
    best, end = took, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for i in range(count):
            transform(images[i % len(images)])
        best = min(best, time.perf_counter() - start)
    return count / best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=SIZES, help="one size")
    parser.add_argument("--seconds", type=float, default=3, help="for each way and size")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    result = {}
    for key, (stored, size) in SIZES.items():
        if options.only not in (None, key):
            continue
        pixels = torch.randint(0, 256, (64, stored, stored, 3), dtype=torch.uint8)
        pil = [Image.fromarray(p.numpy()) for p in pixels]
        tensors = [p.permute(2, 0, 1).contiguous() for p in pixels]
        ways = {"pil_v1": (v1.Compose([*simclr(v1, size), v1.ToTensor()]), pil),
                "tensor_v2": (v2.Compose(simclr(v2, size)), tensors)}
        for way, (transform, images) in ways.items():
            result[f"{key}_{way}"] = round(views_per_second(transform, images, options.seconds), 1)
        result[key] = max(result[f"{key}_{way}"] for way in ways)
    print(json.dumps({**result, "threads": options.threads, "torch": torch.__version__,
                      "torchvision": torchvision.__version__}))


if __name__ == "__main__":
    main()
