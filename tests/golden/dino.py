# SPDX-License-Identifier: MIT
# Golden values of DINO: python tests/golden/dino.py (made with torch 2.15.0, numpy 2.4.6).
#
# Rows are view-major. Targets and centers follow algorithm 1 of Caron et al. 2021 (arXiv 2104.14294) in plain numpy, the
# loss is its equation 2 over all pairs of one of the first two views with another view, its gradient PyTorch's. The value
# of the case `pairs` is lightly 1.6.0's DINOLoss: 0.755441038661.
import numpy
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(22)
file = golden_file("dino", "Rows: view by view.")


def said(t, center, temperature):
    x = (t - center) / temperature
    x = numpy.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)


def case(name, s, t, views, center, teacher, temperature=0.1, lightly=None):
    s = s.clone().requires_grad_()
    targets = torch.as_tensor(said(t.numpy(), center.numpy(), teacher))
    value, pairs = 0, 0
    for i, q in enumerate(targets.chunk(2)):
        for j, x in enumerate(s.chunk(views)):
            if i != j:
                value = value - (q * F.log_softmax(x / temperature, dim=1)).sum(dim=1).mean()
                pairs += 1
    value = value / pairs
    value.backward()
    if lightly:
        assert abs(value.item() - lightly["value"]) < 1e-11, (name, value.item())
        for half, norm in zip(s.grad.chunk(2), lightly["gradients"]):
            assert abs(half.norm().item() - norm) < 1e-8, (name, half.norm().item())
    file.case(name, s=s, t=t, center=center, teacher=teacher, temperature=temperature, targets=targets, value=value,
              ds=s.grad)


i, j = torch.meshgrid(torch.arange(6.0), torch.arange(5.0), indexing="ij")
a = torch.sin(1 + 0.7 * i + 1.3 * j)
b = torch.sin(1 + 0.7 * i + 1.3 * j + 0.4) + 0.1 * torch.cos(i * j)
both = torch.cat([a, b])
case("pairs", both, both, 2, torch.zeros(5), 0.04,
     lightly={"value": 0.755441038661, "gradients": (1.307789103, 1.345100413)})
case("four_views", normal(12, 7, grid=64), normal(6, 7, grid=64), 4, normal(7, grid=64), 0.07)
case("collapsed", torch.full((8, 5), 0.25), torch.full((8, 5), 0.25), 2, torch.full((5,), 0.25), 0.04)

center, rows, centers = numpy.zeros(7), [], []
for step in range(5):
    t = normal(6, 7, grid=64)
    center = center * 0.9 + t.numpy().sum(axis=0) / len(t) * 0.1
    rows.append(t)
    centers.append(torch.as_tensor(center.copy()))
file.case("centers", momentum=0.9, rows=torch.stack(rows), centers=torch.stack(centers))
file.write()
