# SPDX-License-Identifier: MIT
# Golden values of losses that compare two views: python tests/golden/view_losses.py (made with torch 2.14.1).
#
# Each loss as its definition reads, on one pair of views given by formulas: 6 samples of 5 numbers. Where lightly is
# installed, its classes must agree.
import torch
import torch.nn.functional as F
from golden_file import golden_file

file = golden_file("view_losses", "Views a and b by formulas, slices (d, A).")
i, j = torch.arange(6.0)[:, None], torch.arange(5.0)[None]
a = torch.sin(1 + 0.7 * i + 1.3 * j)
b = torch.sin(1 + 0.7 * i + 1.3 * j + 0.4) + 0.1 * torch.cos(i * j)
d, s = torch.arange(5.0)[:, None], torch.arange(3.0)[None]
slices = F.normalize(torch.cos(1.1 * d + 0.6 * s), dim=0)


def dcl(a, b, temperature, sigma=None):
    """Yeh et al. 2022: negatives are the 2(B - 1) rows of other samples; with sigma each positive has a weight."""
    u = F.normalize(torch.cat([a, b]), dim=1)
    n = len(a)
    s = u @ u.T / temperature
    same = torch.arange(2 * n) % n
    negative = same[:, None] != same[None]
    positive = (u[:n] * u[n:]).sum(1)
    weight = 2 - n * torch.softmax(positive.detach() / sigma, 0) if sigma else torch.ones(n)
    repulsion = torch.logsumexp(s.masked_fill(~negative, -float("inf")), 1)
    return (repulsion - (weight * positive / temperature).repeat(2)).mean()


def nt_xent(a, b, temperature):
    """Chen et al. 2020, eq. 1, the mean over all rows of both views."""
    u = F.normalize(torch.cat([a, b]), dim=1)
    s = (u @ u.T / temperature).fill_diagonal_(-float("inf"))
    return F.cross_entropy(s, torch.arange(2 * len(a)).roll(len(a)))


def barlow_twins(a, b, weight):
    """Zbontar et al. 2021, eq. 1, with batch-norm's deviations: biased, epsilon inside."""
    c = F.batch_norm(a, None, None, training=True).T @ F.batch_norm(b, None, None, training=True) / len(a)
    on = torch.diagonal(c)
    return (on - 1).square().sum() + weight * (c.square().sum() - on.square().sum())


def vicreg(a, b):
    """Bardes et al. 2022, eq. 6 as its code has it: half of each view's hinge."""

    def variance(x):
        return F.relu(1 - (x.var(0) + 1e-4).sqrt()).mean() / 2

    def covariance(x):
        c = torch.cov(x.T)
        return (c.square().sum() - torch.diagonal(c).square().sum()) / x.shape[1]

    return 25 * F.mse_loss(a, b) + 25 * (variance(a) + variance(b)) + covariance(a) + covariance(b)


def sigreg(views, slices, knots=17, t_max=3.0):
    """Balestriero & LeCun 2025: Epps and Pulley's statistic on slices, (v, n, d) views each by itself."""
    t = torch.linspace(0, t_max, knots)
    weight = torch.full((knots,), 2 * t_max / (knots - 1))
    weight[[0, -1]] /= 2
    window = torch.exp(-t.square() / 2)
    x = (views @ slices)[..., None] * t    # (v, n, A, k)
    error = (x.cos().mean(1) - window).square() + x.sin().mean(1).square()
    return (error @ (weight * window)).mean() * views.shape[1]


def lejepa(a, b, slices, weight):
    views = torch.stack([a, b])
    return weight * sigreg(views, slices) + (1 - weight) * (views.mean(0) - views).square().mean()


def case(name, loss, *arguments, **fields):
    x, y = a.clone().requires_grad_(), b.clone().requires_grad_()
    value = loss(x, y, *arguments)
    value.backward()
    file.case(name, value=value, gradient=torch.cat([x.grad, y.grad]), **fields)
    print(f"{name}: {value:.12f}, gradients {x.grad.norm():.9f} {y.grad.norm():.9f}")
    return value


file.add("z", torch.cat([a, b]))
file.add("slices", slices.T)
values = {
    "NTXentLoss": case("nt_xent", nt_xent, 0.5, temperature=0.5),
    "DCLLoss": case("dcl", dcl, 0.1, temperature=0.1),
    "DCLWLoss": case("dclw", dcl, 0.1, 0.5, temperature=0.1, sigma=0.5),
    "BarlowTwinsLoss": case("barlow_twins_lightly", barlow_twins, 5e-3, **{"lambda": 5e-3}),
    "VICRegLoss": case("vicreg", vicreg),
}
case("barlow_twins", barlow_twins, 0.0051, **{"lambda": 0.0051})
case("sigreg_stacked", lambda x, y: sigreg(torch.cat([x, y])[None], slices))
case("sigreg_views", lambda x, y: sigreg(torch.stack([x, y]), slices))
case("lejepa", lejepa, slices, 0.05, **{"lambda": 0.05})
try:
    import lightly.loss
    for name, value in values.items():
        assert abs(getattr(lightly.loss, name)()(a, b) - value) < 1e-10, name
    print("lightly agrees")
except ImportError:
    print("lightly is not installed")
file.write()
