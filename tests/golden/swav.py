# SPDX-License-Identifier: MIT
# Golden values of SwAV: python tests/golden/swav.py (made with torch 2.15.0, numpy 2.4.6).
#
# Rows are view-major: first all of view a, then all of view b. The assignments follow listing 1 of Caron et al. 2020
# (arXiv 2006.09882, appendix A.1) in plain numpy; the loss is equation 1 and its gradient PyTorch's. lightly 1.6.0 has
# SwaVLoss = 0.940161047841 for the case `scores` and 0.733212391300 for `unit_scores`.
import numpy
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(21)
file = golden_file("swav", "Rows: view a, then view b.")


def sinkhorn(scores, epsilon, rounds):
    q = numpy.exp(numpy.asarray(scores) / epsilon).T    # (k, n)
    q /= q.sum()
    outputs, samples = q.shape
    for _ in range(rounds):
        q /= q.sum(axis=1, keepdims=True)
        q /= outputs
        q /= q.sum(axis=0, keepdims=True)
        q /= samples
    return (q * samples).T    # (n, k)


def case(name, rows, temperature=0.1, epsilon=0.05, rounds=3, lightly=None, through=lambda rows: rows):
    rows = rows.clone().requires_grad_()
    s = through(rows)
    s.retain_grad()
    a, b = s.chunk(2)
    q_a, q_b = (torch.as_tensor(sinkhorn(x.detach().numpy(), epsilon, rounds)) for x in (a, b))
    value = 0
    for q, other in ((q_a, b), (q_b, a)):
        value = value - 0.5 * (q * F.log_softmax(other / temperature, dim=1)).sum(dim=1).mean()
    value.backward()
    if lightly:
        assert abs(value.item() - lightly["value"]) < 1e-11, (name, value.item())
        for half, norm in zip(rows.grad.chunk(2), lightly["gradients"]):    # for the rows before `through`
            assert abs(half.norm().item() - norm) < 1e-8, (name, half.norm().item())
    try:
        from lightly.loss import SwaVLoss
        other = SwaVLoss(temperature, rounds, epsilon)([a.detach(), b.detach()], [])
        assert abs(other.item() - value.item()) < 1e-12
        print(f"{name}: lightly agrees")
    except ImportError:
        print(f"{name}: lightly is not installed")
    file.case(name, s=s, temperature=temperature, epsilon=epsilon, rounds=rounds, assigned=torch.cat([q_a, q_b]),
              value=value, ds=s.grad)


i, j = torch.meshgrid(torch.arange(6.0), torch.arange(5.0), indexing="ij")
a = torch.sin(1 + 0.7 * i + 1.3 * j)
b = torch.sin(1 + 0.7 * i + 1.3 * j + 0.4) + 0.1 * torch.cos(i * j)
case("scores", torch.cat([a, b]),
     lightly={"value": 0.940161047841, "gradients": (1.222054974, 1.359312165)})
case("unit_scores", torch.cat([a, b]), through=lambda rows: F.normalize(rows, dim=1),
     lightly={"value": 0.733212391300, "gradients": (0.658020774, 0.753931593)})
cosines = F.normalize(normal(10, 16), dim=1) @ F.normalize(normal(13, 16), dim=1).T
for rounds in (1, 5):
    case(f"rounds_{rounds}", cosines.float().double(), rounds=rounds)
case("sharp", cosines.float().double(), epsilon=0.02)
case("collapsed", torch.full((8, 5), 0.25))
file.write()
