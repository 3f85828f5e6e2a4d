# SPDX-License-Identifier: MIT
# Golden values of the rate's schedule: python tests/golden/schedule.py (made with torch 2.14.1, numpy 2.4.6).
#
# Linear warm-up over W steps, then a cosine down to `lowest` over the other T - W, per step i = 0 .. T - 1:
#     i < W: base * (i + 1) / W;  else lowest + (base - lowest) * (1 + cos(pi * (i - W) / (T - W))) / 2.
# The base rate is reached at step W - 1 and held at step W; `lowest` would be reached at step T. torch's LinearLR and
# CosineAnnealingLR, one after the other, must agree. settings: base, lowest, W, T.
import math

import torch
from golden_file import golden_file

file = golden_file("schedule")


def rate(i, base, lowest, warm_up, total):
    if i < warm_up:
        return base * (i + 1) / warm_up
    return lowest + (base - lowest) * 0.5 * (1 + math.cos(math.pi * (i - warm_up) / (total - warm_up)))


def torch_rates(base, lowest, warm_up, total):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], base)
    schedulers = torch.optim.lr_scheduler
    cosine = schedulers.CosineAnnealingLR(optimizer, total - warm_up, lowest)
    if warm_up > 1:
        linear = schedulers.LinearLR(optimizer, 1 / warm_up, 1, warm_up - 1)
        chosen = schedulers.SequentialLR(optimizer, [linear, cosine], [warm_up])
    else:
        chosen = cosine
    rates = []
    for _ in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        chosen.step()
    return rates


for base, lowest, warm_up, total in ((0.5, 0, 0, 7), (0.5, 0, 1, 8), (0.25, 0, 5, 20), (1.0, 0.001, 4, 17),
                                     (0.3, 0.03, 10, 11), (2.0, 0, 3, 50)):
    rates = [rate(i, base, lowest, warm_up, total) for i in range(total)]
    if warm_up != 1:    # with one step of warm-up torch's cosine would begin a step early
        assert all(abs(a - b) < 1e-12 for a, b in zip(rates, torch_rates(base, lowest, warm_up, total)))
    file.case(f"base{base}_lowest{lowest}_w{warm_up}_t{total}", settings=[base, lowest, warm_up, total], rates=rates)
file.write()
