# SPDX-License-Identifier: MIT
# Five steps of SwAV (with its queues) and of DINO on views of two sizes: python tests/golden/multi_crop.py
#
# One network sees two global views of 6 x 6 and two local ones of 4 x 4, a pass for each size, global views first:
# batch statistics of each pass, running statistics moved by both. PyTorch gives the gradients; assignments, centers,
# queues, the optimizer (SGD, momentum 0.9, no decay, share of the rate 1 - step/10) and teachers are written out here.
# Losses and order of a step follow main_swav.py of facebookresearch/swav and main_dino.py of facebookresearch/dino, but
# for: heads see each size by itself, too; a queue fills from the first step on and is used when it is full; the
# teacher's temperature moves by step.
import math

import numpy
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(31)
file = golden_file("multi_crop", "Views and local views of 5 steps. Case name: initial/, losses, final/.")
n, d, steps, rate, length = 6, 4, 5, 0.05, 14


class network:
    """Convolution, batch-norm, relu, mean over pixels, linear, rows of length 1."""

    def __init__(self):
        self.weights = {"encoder.0.weight": normal(3, 2, 3, 3) / 2, "encoder.1.weight": 1 + normal(3) / 4,
                        "encoder.1.bias": normal(3) / 4, "head.0.weight": normal(d, 3), "head.0.bias": normal(d) / 4}
        self.statistics = {"encoder.1.running_mean": torch.zeros(3), "encoder.1.running_var": torch.ones(3)}
        self.begin()

    def begin(self):
        self.velocity = {k: torch.zeros_like(w) for k, w in self.weights.items()}
        for w in self.weights.values():
            w.requires_grad_()

    def one_size(self, x):
        w, s = self.weights, self.statistics
        x = F.conv2d(x, w["encoder.0.weight"], padding=1)
        x = F.batch_norm(x, s["encoder.1.running_mean"], s["encoder.1.running_var"], w["encoder.1.weight"],
                         w["encoder.1.bias"], training=True)
        x = F.linear(F.relu(x).mean(dim=(2, 3)), w["head.0.weight"], w["head.0.bias"])
        return F.normalize(x, dim=1)

    def __call__(self, *sizes):
        return torch.cat([self.one_size(x) for x in sizes])

    def update(self, by):
        with torch.no_grad():
            for k, w in self.weights.items():
                self.velocity[k].mul_(0.9).add_(w.grad)
                w.sub_(by * self.velocity[k])
                w.grad = None

    def follow(self, other, momentum):
        with torch.no_grad():
            for k, w in self.weights.items():
                w.mul_(momentum).add_((1 - momentum) * other.weights[k])

    def state(self):
        return {k: v.detach().clone() for k, v in (self.weights | self.statistics).items()}


class matrix(network):
    """One weight, of directions or not."""

    def __init__(self, outputs, directions):
        self.weights, self.statistics, self.directions = {"0.weight": normal(outputs, d)}, {}, directions
        self.begin()

    def __call__(self, x):
        w = self.weights["0.weight"]
        return x @ (F.normalize(w, dim=1) if self.directions else w).T


def sinkhorn(scores, epsilon=0.05, rounds=3):
    q = numpy.exp(scores.numpy() / epsilon).T    # (k, rows)
    q /= q.sum()
    for _ in range(rounds):
        q /= q.sum(axis=1, keepdims=True) * q.shape[0]
        q /= q.sum(axis=0, keepdims=True) * q.shape[1]
    return torch.as_tensor((q * q.shape[1]).T)


def pairs(targets, s, tau):
    """The mean over all pairs of a target's view and another view."""
    terms = [-(t * F.log_softmax(view / tau, dim=1)).sum(dim=1).mean()
             for i, t in enumerate(targets) for v, view in enumerate(s.chunk(4)) if v != i]
    return sum(terms) / len(terms)


class swav:
    def __init__(self):
        self.online, self.prototypes = network(), matrix(5, False)
        self.parts = {"main": self.online, "prototypes": self.prototypes}
        self.queues = [torch.zeros(0, d), torch.zeros(0, d)]

    def step(self, x, local, step):
        with torch.no_grad():
            w = self.prototypes.weights["0.weight"]
            w.copy_(F.normalize(w, dim=1))
        z = self.online(x, local)
        s = self.prototypes(z)
        targets = []
        for i, queue in enumerate(self.queues):
            scores = s.chunk(4)[i].detach()
            if len(queue) == length:
                scores = torch.cat([queue @ w.detach().T, scores])
            targets.append(sinkhorn(scores)[-n:])
            self.queues[i] = torch.cat([queue, z.chunk(4)[i].detach()])[-length:]
        loss = pairs(targets, s, 0.1)
        loss.backward()
        for part in self.parts.values():
            part.update(rate * (1 - step / 10))
        return loss.item()


class dino:
    def __init__(self):
        self.student, self.last_layer = network(), matrix(7, True)
        self.teacher, self.teacher_last_layer = network(), matrix(7, True)
        self.parts = {"main": self.student, "last_layer": self.last_layer, "teacher": self.teacher,
                      "teacher_last_layer": self.teacher_last_layer}
        self.center = torch.zeros(7)

    def step(self, x, local, step):
        progress = step / steps
        tau = 0.07 if progress >= 0.5 else 0.04 + 0.03 * progress / 0.5
        s = self.last_layer(self.student(x, local))
        with torch.no_grad():
            t = self.teacher_last_layer(self.teacher(x))
            targets = F.softmax((t - self.center) / tau, dim=1).chunk(2)
        loss = pairs(targets, s, 0.1)
        self.center = 0.9 * self.center + 0.1 * t.mean(dim=0)
        loss.backward()
        self.student.update(rate * (1 - step / 10)), self.last_layer.update(rate * (1 - step / 10))
        momentum = 1 - 0.1 * 0.5 * (1 + math.cos(math.pi * progress))
        self.teacher.follow(self.student, momentum), self.teacher_last_layer.follow(self.last_layer, momentum)
        return loss.item()


def state(m):
    return {f"{part}/{k.removeprefix('0.') if part != 'main' and part != 'teacher' else k}": v
            for part, net in m.parts.items() for k, v in net.state().items()}


x, local = normal(steps * 2 * n, 2, 6, 6, grid=64), normal(steps * 2 * n, 2, 4, 4, grid=64)
file.add("views", x), file.add("local_views", local)
for kind in (swav, dino):
    m = kind()
    initial = state(m)
    losses = [m.step(*at, step) for step, at in enumerate(zip(x.chunk(steps), local.chunk(steps)))]
    print(kind.__name__, losses)
    kept = {f"queue_{i}": q for i, q in enumerate(m.queues)} if kind is swav else {"center": m.center}
    file.case(kind.__name__, **{f"initial/{k}": v for k, v in initial.items()}, losses=losses,
              **{f"final/{k}": v for k, v in (state(m) | kept).items()})
file.write()
