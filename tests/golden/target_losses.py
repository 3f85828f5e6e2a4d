# SPDX-License-Identifier: MIT
# Golden values of losses of rows beside targets: python tests/golden/target_losses.py (made with torch 2.15.0).
#
# Rows a and targets b are given by formulas, none of them of length 1: losses of unit vectors normalize here. `u_gradient`
# is the gradient for the normalized rows. Values and norms of z's gradient were also computed by other projects' code
# (lightly 1.6.0, solo-learn) and are asserted: MoCo v3 and NNCLR one direction, BYOL one direction, SimSiam.
import torch
import torch.nn.functional as F
from golden_file import golden_file

file = golden_file("target_losses", "Rows a, targets b, as in the script; z = a, u = a/|a|.")

i, j, k = (torch.arange(float(n)) for n in (6, 5, 7))
a = torch.sin(1 + 0.7 * i[:, None] + 1.3 * j)
b = torch.sin(1 + 0.7 * i[:, None] + 1.3 * j + 0.4) + 0.1 * torch.cos(i[:, None] * j)
bank = F.normalize(torch.sin(2 + 0.9 * k[:, None] + 0.5 * j), dim=1)
file.case("inputs", a=a, b=b, unit_a=F.normalize(a, dim=1), unit_b=F.normalize(b, dim=1), bank=bank)
own = torch.arange(6)


def in_batch(u, t, temperature):
    return F.cross_entropy(u @ t.T / temperature, own)


def found_by_target(u, t, temperature):
    return F.cross_entropy(t @ u.T / temperature, own)


def info_nce(u, t, temperature):
    logits = torch.cat([(u * t).sum(1, keepdim=True), u @ bank.T], 1) / temperature
    return F.cross_entropy(logits, torch.zeros(6, dtype=torch.long))


def negative_cosine(u, t, temperature):
    return -(u * t).sum(1).mean()


def case(name, loss, temperature, weight, offset, published, published_norm):
    z = a.clone().requires_grad_()
    u = F.normalize(z, dim=1)
    u.retain_grad()
    value = weight * loss(u, F.normalize(b, dim=1), temperature) + offset
    value.backward()
    if published:
        assert abs(value.item() - published) < 1e-11 and abs(z.grad.norm().item() - published_norm) < 1e-8, name
    print(f"{name}: {value.item():.12f}, gradient of norm {z.grad.norm().item():.9f}")
    file.case(name, temperature=temperature, weight=weight, offset=offset, value=value, z_gradient=z.grad,
              u_gradient=u.grad)


case("moco_v3", in_batch, 0.2, 0.4, 0, 0.281108832184, 0.178221971)
case("nnclr", found_by_target, 0.1, 1, 0, 0.656424980811, 0.839604935)
case("simsiam", negative_cosine, 1, 1, 0, -0.924125569632, 0.098942820)
case("byol", negative_cosine, 1, 2, 2, 0.151748860736, 0.197885641)
case("moco_v2", info_nce, 0.2, 1, 0, 0.316386913223, 0.284682679)
file.write()
