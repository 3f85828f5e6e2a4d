# SPDX-License-Identifier: MIT
# Golden values of t-SimCNE: python tests/golden/t_simcne.py (made with torch 2.15).
#
# Rows are view-major: row v*N + i is view v of sample i. Mean over all rows of -log of the similarity to the other
# views (their mean) plus log of the sum over all other rows, s = 1/(1 + |z_i - z_j|^2) (Böhm et al. 2023, eq. 4).
import torch
from golden_file import golden_file, normal
from pair_losses import pairs

torch.manual_seed(1)
file = golden_file("t_simcne", "Case name: rows of one view, views, dimensions.")


def t_simcne(z, ids):
    positive, other = pairs(ids)
    s = 1 / (1 + ((z[:, None] - z[None]) ** 2).sum(-1))
    attraction = torch.where(positive, s.log(), 0.0).sum(1) / positive.sum(1)
    return (torch.where(other, s, 0.0).sum(1).log() - attraction).mean(), s, positive, other


def case(name, z, views):
    z = z.clone().requires_grad_()
    value, s, positive, other = t_simcne(z, torch.arange(len(z) // views).repeat(views))
    value.backward()
    print(f"{name}: {value.item():.12f}, norms of the views' gradients {[g.norm().item() for g in z.grad.chunk(views)]}")
    nearest = s.masked_fill(~other, -1.0).max(1, keepdim=True).values
    file.case(name, z=z, views=views, value=value, z_gradient=z.grad, chance=torch.tensor(len(z) - 1.0).log(),
              accuracy=((s == nearest) & positive).any(1).double().mean(), positive_similarity=s[positive].mean(),
              negative_similarity=s[other & ~positive].mean())


i, j = torch.arange(6.0)[:, None], torch.arange(5.0)[None]    # waves, not random numbers: easy to compare elsewhere
a, b = torch.sin(1 + 0.7 * i + 1.3 * j), torch.sin(1.4 + 0.7 * i + 1.3 * j) + 0.1 * torch.cos(i * j)
case("waves", torch.cat([a, b]), 2)
for n, views, d, extent, apart in ((5, 2, 2, 1, 0.3), (4, 3, 2, 5, 0.5), (51, 2, 2, 30, 0.5)):
    z = extent * normal(n, d).repeat(views, 1) + apart * normal(views * n, d)
    case(f"n{n}_v{views}_d{d}", z.float().double(), views)
file.write()
