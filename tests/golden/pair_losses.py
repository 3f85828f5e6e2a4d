# SPDX-License-Identifier: MIT
# The pairwise losses of the library, each as its definition reads, in float64; imported by nt_xent.py and sup_con.py.
import torch
import torch.nn.functional as F

infinity = float("inf")


def pairs(ids):
    """positive[i, j]: j is another row with the same id; other[i, j]: j is any other row."""
    other = ~torch.eye(len(ids), dtype=torch.bool)
    return (ids[:, None] == ids[None]) & other, other


def mean_over(rows, positive, anchors):
    """Mean over the anchors that have positives, or over all of them (those without count as 0)."""
    having = positive.any(1)
    if not having.any():
        return rows.sum() * 0
    return torch.where(having, rows, 0.0).sum() / (having.sum() if anchors == "with_positives" else len(rows))


def sup_con_out(u, ids, temperature, anchors="with_positives"):
    """Khosla et al. 2020, eq. 2; with ids of samples and two views each it is NT-Xent (Chen et al. 2020, eq. 1)."""
    positive, other = pairs(ids)
    s = u @ u.T / temperature
    lse = torch.logsumexp(s.masked_fill(~other, -infinity), 1)
    count = positive.sum(1).clamp(min=1)
    return mean_over(lse - torch.where(positive, s, 0.0).sum(1) / count, positive, anchors)


def sup_con_in(u, ids, temperature, anchors="with_positives"):
    """Khosla et al. 2020, eq. 3: the mean over positives stands inside the logarithm."""
    positive, other = pairs(ids)
    s = u @ u.T / temperature
    having = positive.any(1)
    lse = torch.logsumexp(s.masked_fill(~other, -infinity), 1)
    of_positives = torch.logsumexp(s.masked_fill(~positive & having[:, None], -infinity), 1)
    return mean_over(lse - of_positives + positive.sum(1).clamp(min=1).log(), positive, anchors)


def with_gradients(loss, z, *arguments, **options):
    """Value, gradient for the embeddings z as given, gradient for the normalized rows u."""
    z = z.clone().requires_grad_()
    u = F.normalize(z, dim=1)
    u.retain_grad()
    value = loss(u, *arguments, **options)
    value.backward()
    return {"value": value, "z_gradient": z.grad, "u_gradient": u.grad}


def measures(z, ids):
    """Contrastive top-1 accuracy and the mean similarity of positive and of negative pairs (ordered pairs i, j).

    An anchor's candidates are all other rows. Among those of the largest similarity, the share that is positive counts,
    so ties count fractionally. The mean is over the anchors that have positives.
    """
    u = F.normalize(z, dim=1)
    positive, other = pairs(ids)
    s = (u @ u.T).masked_fill(~other, -infinity)
    best = s == s.max(1, keepdim=True).values
    behind = s.max(1, keepdim=True).values - s
    assert (best | (behind > 1e-5)).all(), "nearly equal similarities: a float could choose another neighbor"
    share = (best & positive).sum(1) / best.sum(1)
    having = positive.any(1)
    negative = other & ~positive
    mean = lambda which: s[which].mean() if which.any() else torch.tensor(0.0)
    accuracy = share[having].mean() if having.any() else torch.tensor(0.0)
    return {"accuracy": accuracy, "positive_similarity": mean(positive), "negative_similarity": mean(negative)}
