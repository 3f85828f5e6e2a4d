# SPDX-License-Identifier: MIT
# Golden values of losses of two sets of rows: python tests/golden/two_sets.py (made with torch 2.15).
#
# q and k have unit rows, row i of k belongs to row i of q. info_nce: cross-entropy of q k^T / 0.2 (MoCo v3's, one
# direction); both_directions: CLIP's at 0.1, the mean of rows and columns; sigmoid: SigLIP's at t = 10, b = -10.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(1)
file = golden_file("two_sets", "Case name: rows of either set, five numbers each.")


def clip(q, k):
    s, own = q @ k.T / 0.1, torch.arange(len(q))
    return (F.cross_entropy(s, own) + F.cross_entropy(s.T, own)) / 2


def siglip(q, k, t, b):
    y = 2 * torch.eye(len(q)) - 1
    return -F.logsigmoid(y * (t * q @ k.T + b)).sum() / len(q)


def gradients(loss, q, k, *more):
    inputs = [x.clone().requires_grad_() for x in (q, k, *more)]
    value = loss(*inputs)
    value.backward()
    names = ("q_gradient", "k_gradient", "t_gradient", "b_gradient")
    return {"value": value, **{name: x.grad for name, x in zip(names, inputs)}}


for n in (6, 67):    # 67: more than a strip has anchors
    q = F.normalize(normal(n, 5), dim=1).float().double()
    k = F.normalize(q + 0.7 * normal(n, 5), dim=1).float().double()
    file.case(f"n{n}", q=q, k=k)
    for name, result in (("info_nce", gradients(lambda q, k: F.cross_entropy(q @ k.T / 0.2, torch.arange(n)), q, k)),
                         ("both_directions", gradients(clip, q, k)),
                         ("sigmoid", gradients(siglip, q, k, torch.tensor(10.0), torch.tensor(-10.0)))):
        print(f"n{n} {name}: {result['value'].item():.12f}")
        file.case(f"n{n}_{name}", **result)
file.write()
