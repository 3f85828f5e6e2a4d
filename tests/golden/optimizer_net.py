# SPDX-License-Identifier: MIT
# What adam.py and lars.py share: a small net, four batches, and the record of an optimizer's steps.
#
# conv2d(1 -> 3, 3 x 3, padding 1, no bias), batch_norm, relu, global average pool, linear(3 -> 4), cross-entropy; four
# steps on four batches of six 5 x 4 images. initial/<path> are the parameters before; batch0 ... batch3 have x and
# labels. Per case: settings, and step<i>/<path> after the first and the last step. Weights are what has two dimensions or more: the rest
# decays (and adapts) only where a case says so.
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from golden_file import normal

torch.manual_seed(17)
names = {"0": "conv", "1": "bn", "5": "fc"}
net = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                    nn.Flatten(), nn.Linear(3, 4))
for parameter in net.parameters():
    parameter.data = normal(*parameter.shape, grid=64) / 2
net[1].weight.data += 1
net[5].bias.data.zero_()    # what is zero must be able to leave it
batches = [(normal(6, 1, 5, 4, grid=64), torch.randint(0, 4, (6,))) for _ in range(4)]
rates = [0.125, 0.25, 0.0625, 0.125]    # exact in float


def path(name):
    """conv.weight, bn.weight, bn.bias, fc.weight, fc.bias"""
    number, _, rest = name.partition(".")
    return f"{names[number]}.{rest}"


def start(file):
    file.add("rates", rates)
    for name, p in net.named_parameters():
        file.add(f"initial/{path(name)}", p)
    for number, (x, labels) in enumerate(batches):
        file.case(f"batch{number}", x=x, labels=labels)


def case(file, name, settings, decay, decay_all, optimizer_of):
    """optimizer_of(groups): an optimizer of two groups, of which the second neither decays nor adapts."""
    model = copy.deepcopy(net)
    plain = [p for p in model.parameters() if p.ndim == 1 and not decay_all]
    decayed = [p for p in model.parameters() if p.ndim > 1 or decay_all]
    groups = [{"params": decayed, "weight_decay": decay}] + ([{"params": plain, "weight_decay": 0.0}] if plain else [])
    optimizer = optimizer_of(groups)
    file.case(name, settings=settings)
    for step, (x, labels) in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = rates[step]
        optimizer.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
        for parameter_name, p in model.named_parameters() if step in (0, 3) else ():
            file.add(f"{name}/step{step}/{path(parameter_name)}", p)
