# SPDX-License-Identifier: MIT
# Golden values of NT-Xent: python tests/golden/nt_xent.py (made with torch 2.14.1, lightly 1.6.0, numpy 2.4.6).
#
# Rows are view-major: row v*N + i is view v of sample i. Value = mean over all M = V*N rows (Chen et al. 2020, eq.
# 1), with more than two views the mean over each anchor's positives first. Where there are two views, lightly's
# NTXentLoss must agree; it is not needed to run this.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal
from pair_losses import measures, sup_con_out, with_gradients

torch.manual_seed(1)
file = golden_file("nt_xent", "Case name: rows of one view, views, dimensions.")


def agree_with_others(z, views, temperature, value):
    s = F.normalize(z, dim=1) @ F.normalize(z, dim=1).T / temperature
    n = len(z) // views
    if views == 2:    # cross-entropy over the row without itself, the target is the other view
        target = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
        other = F.cross_entropy(s.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf")), target)
        assert abs(other - value) < 1e-12 * max(1, value)
        try:
            from lightly.loss import NTXentLoss
        except ImportError:
            return "not installed"
        assert abs(NTXentLoss(temperature)(z[:n], z[n:]) - value) < 1e-12 * max(1, value)
        return "agrees"
    return "has no more than two views"


def case(name, z, views, temperatures):
    ids = torch.arange(len(z) // views).repeat(views)
    file.case(name, z=z, views=views, **measures(z, ids), chance=torch.tensor(len(z) - 1.0).log())
    for t in temperatures:
        result = with_gradients(sup_con_out, z, ids, t)
        value = result["value"].detach()
        print(f"{name} at {t}: {value:.6f}; lightly {agree_with_others(z, views, t, value)}")
        file.case(f"{name}_at_{t}", temperature=t, **result)


def close_views(n, views, d, noise):
    return (normal(n, d).repeat(views, 1) + noise * normal(views * n, d)).float().double()


case("n5_v2_d7", close_views(5, 2, 7, 0.5), 2, (0.5, 0.1, 0.05, 0.01))
case("n1_v2_d3", normal(2, 3), 2, (0.5,))
case("n4_v3_d5", close_views(4, 3, 5, 0.7), 3, (0.5, 0.1, 0.01))
case("n51_v2_d3", close_views(51, 2, 3, 0.3), 2, (0.1,))    # more rows than a tile has
case("collapsed", torch.eye(6)[2].repeat(8, 1), 2, (0.5,))    # every pair is a tie
file.write()
