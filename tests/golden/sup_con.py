# SPDX-License-Identifier: MIT
# Golden values of supervised contrastive losses: python tests/golden/sup_con.py (made with torch 2.14.1,
# pytorch-metric-learning 2.9.0, numpy 2.4.6).
#
# Rows are view-major, labels given per row. L_out and L_in are equations 2 and 3 of Khosla et al. 2020, as means over
# the anchors that have positives or (..._all) over all anchors. Where every anchor has a positive, and some pair is
# negative, pytorch-metric-learning's SupConLoss must agree with L_out; it is not needed to run this.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal
from pair_losses import measures, pairs, sup_con_in, sup_con_out, with_gradients

torch.manual_seed(2)
file = golden_file("sup_con", "out: L_out, in: L_in; _all: mean over all anchors.")


def sup_contrast(features, labels, temperature, base_temperature=0.07):
    """The formula of SupContrast's losses.py, restated: plain mean over all anchors, times temperature / base."""
    u = F.normalize(features, dim=1)
    logits = u @ u.T / temperature
    logits = logits - logits.max(1, keepdim=True).values.detach()
    positive, other = pairs(labels)
    log_probability = logits - (logits.exp() * other).sum(1, keepdim=True).log()
    count = positive.sum(1)
    mean = (positive * log_probability).sum(1) / torch.where(count < 1, 1, count)
    return (-temperature / base_temperature * mean).mean()


def agree_with_metric_learning(z, labels, temperature, value):
    positive, other = pairs(labels)
    if not positive.any(1).all() or not (other & ~positive).any():
        return "defines it otherwise"
    try:
        from pytorch_metric_learning.losses import SupConLoss
    except ImportError:
        return "not installed"
    other_value = SupConLoss(temperature=temperature)(z, labels)
    assert abs(other_value - value) < 1e-10 * max(1, value), (other_value, value)
    return "agrees"


def case(name, z, labels, temperatures, everything_at=None):
    positive, _ = pairs(labels)
    file.case(name, z=z, labels=labels, **measures(z, labels), chance=torch.tensor(len(z) - 1.0).log())
    file.add(f"{name}/anchors_without_positives", (~positive.any(1)).sum())
    for t in temperatures:
        out = with_gradients(sup_con_out, z, labels, t)
        inside = with_gradients(sup_con_in, z, labels, t)
        for form, result in (("out", out), ("in", inside)):
            if len(z) > 50:
                result.pop("u_gradient")    # keeps the file small
            file.case(f"{name}_{form}_at_{t}", temperature=t, **result)
        if t == everything_at:
            all_out = with_gradients(sup_con_out, z, labels, t, anchors="all")
            all_in = with_gradients(sup_con_in, z, labels, t, anchors="all")
            for form, result in (("out", all_out), ("in", all_in)):
                result.pop("u_gradient")
                file.case(f"{name}_{form}_all_at_{t}", temperature=t, **result)
            assert abs(sup_contrast(z, labels, t) - all_out["value"] * t / 0.07) < 1e-12
            file.case(f"{name}_sup_contrast_at_{t}", temperature=t, value=sup_contrast(z, labels, t),
                      z_gradient=all_out["z_gradient"] * t / 0.07)
        value = out["value"].detach()
        print(f"{name} at {t}: {value:.6f}; metric learning {agree_with_metric_learning(z, labels, t, value)}")


def clusters(labels, d, noise):
    return (normal(int(labels.max()) + 1, d)[labels] + noise * normal(len(labels), d)).float().double()


views = torch.tensor([0, 1, 2, 1, 0, 2]).repeat(2)
case("m12_d5", clusters(views, 5, 0.6), views, (0.5, 0.1), everything_at=0.1)
three = torch.tensor([1, 0, 1, 3]).repeat(3)
case("m12_v3_d4", clusters(three, 4, 1.25), three, (0.1,))
lonely = torch.tensor([0, 1, 1, 2, 2, 3, 2])    # one view, rows 0 and 5 have no positive
case("some_lonely", clusters(lonely, 4, 0.6), lonely, (0.5, 0.1), everything_at=0.1)
case("all_lonely", normal(4, 3), torch.arange(4), (0.1,), everything_at=0.1)    # value 0, gradient 0
case("one_class", normal(5, 3), torch.zeros(5, dtype=torch.long), (0.5,))    # no negatives at all
axes = torch.eye(3)[torch.tensor([0, 1, 2, 0, 0, 1])]    # exact ties: rows 0, 3, 4 and 1, 5 coincide
case("ties", axes, torch.tensor([0, 0, 1, 1, 0, 2]), (0.5,))
many = torch.randint(0, 7, (100,))
case("m100_d3", clusters(many, 3, 0.4), many, (0.1,))    # more rows than a tile has
file.write()
