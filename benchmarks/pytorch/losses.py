# SPDX-License-Identifier: MIT
"""PyTorch's side of the losses: the shortest forward + backward, in seconds, as one line of JSON.

    python3 benchmarks/pytorch/losses.py --threads 2 --seconds 10 [--only nt_xent_512]
    {"nt_xent_512": 0.0021, ..., "threads": 2, "torch": "2.15.0"}

Inputs are n standard normal rows of 128 numbers; each call normalizes them, computes the loss (temperature 0.5) and the
gradient of the rows. fp32, eager. Each loss is written in two ways, the usual one and one with fewer n x n arrays; the faster
of both counts.
"""
import argparse
import json
import time

import torch
import torch.nn.functional as F


def nt_xent(z, labels, temperature=0.5):
    u = F.normalize(z, dim=1)
    s = u @ u.T / temperature
    s.fill_diagonal_(-1e9)
    return F.cross_entropy(s, labels)


def nt_xent_scaled(z, labels, temperature=0.5):  # the temperature divides n x d numbers
    u = F.normalize(z, dim=1)
    s = (u / temperature) @ u.T
    s.fill_diagonal_(-1e9)
    return F.cross_entropy(s, labels)


def sup_con(z, labels, temperature=0.5):
    u = F.normalize(z, dim=1)
    s = u @ u.T / temperature
    s.fill_diagonal_(-1e9)
    log_p = s - s.logsumexp(1, keepdim=True)
    same = (labels[:, None] == labels[None]).float()
    same.fill_diagonal_(0)
    return -((same * log_p).sum(1) / same.sum(1)).mean()


def sup_con_scaled(z, labels, temperature=0.5):  # and the positives are summed before the logarithm
    u = F.normalize(z, dim=1)
    s = (u / temperature) @ u.T
    s.fill_diagonal_(-1e9)
    same = (labels[:, None] == labels[None]).float()
    same.fill_diagonal_(0)
    return (s.logsumexp(1) - (same * s).sum(1) / same.sum(1)).mean()


def partners(rows):
    half = rows // 2
    return torch.cat([torch.arange(half, rows), torch.arange(half)])


def classes(rows):
    return torch.arange(rows) % 10


WORK = {
    "nt_xent_512": ((nt_xent, nt_xent_scaled), partners, 512),
    "nt_xent_2048": ((nt_xent, nt_xent_scaled), partners, 2048),
    "sup_con_512": ((sup_con, sup_con_scaled), classes, 512),
    "sup_con_2048": ((sup_con, sup_con_scaled), classes, 2048),
    "nt_xent_16384": ((nt_xent, nt_xent_scaled), partners, 16384),
    "sup_con_16384": ((sup_con, sup_con_scaled), classes, 16384),
}


def shortest(loss, labels_of, rows, seconds):
    torch.manual_seed(0)
    z = torch.randn(rows, 128, requires_grad=True)
    labels = labels_of(rows)
    best, calls, end = float("inf"), 0, time.perf_counter() + seconds
    while calls < 3 or time.perf_counter() < end:
        z.grad = None
        start = time.perf_counter()
        loss(z, labels).backward()
        if calls > 0:  # the first one is to warm up
            best = min(best, time.perf_counter() - start)
        calls += 1
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5, help="for each loss and size, and at least three calls")
    parser.add_argument("--only", default="", help="one key")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    found = {}
    for key, (ways, labels_of, rows) in WORK.items():
        if options.only in ("", key):
            found[key] = min(shortest(way, labels_of, rows, options.seconds / 2) for way in ways)
    print(json.dumps({**found, "threads": options.threads, "torch": torch.__version__.split("+")[0]}))


if __name__ == "__main__":
    main()
