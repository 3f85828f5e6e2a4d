# SPDX-License-Identifier: MIT
# Golden values of SGD: python tests/golden/sgd.py (made with torch 2.14.1, numpy 2.4.6).
#
# conv2d(1 -> 3, 3 x 3, padding 1, no bias), batch_norm, relu, global average pool, linear(3 -> 4), cross-entropy;
# three steps of torch.optim.SGD on three batches of six 5 x 4 images. initial/<path> are the parameters before;
# batch0, batch1, batch2 have x and labels. Per case: settings (momentum, nesterov, weight decay, decay of 1-d
# parameters too), rates, and after each step step<i>/<path>, its .momentum (the optimizer's buffer) and .gradient,
# running statistics and the loss.
#
# torch's rule: g += decay * w; v = momentum * v + g (first step: v = g); w -= rate * (g + momentum * v if nesterov
# else v).
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(13)
file = golden_file("sgd")
names = {"0": "conv", "1": "bn", "5": "fc"}
net = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                    nn.Flatten(), nn.Linear(3, 4))
for parameter in net.parameters():
    parameter.data = normal(*parameter.shape, grid=64) / 2
net[1].weight.data += 1
batches = [(normal(6, 1, 5, 4, grid=64), torch.randint(0, 4, (6,))) for _ in range(3)]
rates = [0.125, 0.25, 0.0625]    # exact in float


def path(name):
    """conv.weight, bn.weight, bn.bias, bn.running_mean, bn.running_var, fc.weight, fc.bias"""
    number, _, rest = name.partition(".")
    return f"{names[number]}.{rest}"


def case(name, momentum, nesterov=False, decay=0.0, decay_all=True):
    model = copy.deepcopy(net)
    plain = [p for p in model.parameters() if p.ndim == 1 and not decay_all]
    decayed = [p for p in model.parameters() if p.ndim > 1 or decay_all]
    groups = [{"params": decayed, "weight_decay": decay}] + ([{"params": plain, "weight_decay": 0.0}] if plain else [])
    optimizer = torch.optim.SGD(groups, rates[0], momentum, nesterov=nesterov)
    file.case(name, settings=[momentum, nesterov, decay, decay_all], rates=rates)
    for step, (x, labels) in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = rates[step]
        loss = F.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        file.add(f"{name}/step{step}/loss", loss)
        for parameter_name, p in model.named_parameters():
            file.add(f"{name}/step{step}/{path(parameter_name)}", p)
            if name == "momentum":
                file.add(f"{name}/step{step}/{path(parameter_name)}.gradient", p.grad)
            if momentum:
                file.add(f"{name}/step{step}/{path(parameter_name)}.momentum", optimizer.state[p]["momentum_buffer"])
        for statistic in ("running_mean", "running_var"):
            file.add(f"{name}/step{step}/bn.{statistic}", getattr(model[1], statistic))


for name, p in net.named_parameters():
    file.add(f"initial/{path(name)}", p)
for number, (x, labels) in enumerate(batches):
    file.case(f"batch{number}", x=x, labels=labels)
case("plain", 0.0)
case("momentum", 0.9)
case("nesterov", 0.9, nesterov=True)
case("decay", 0.9, decay=0.125)
case("decay_of_weights", 0.9, nesterov=True, decay=0.125, decay_all=False)
file.write()
