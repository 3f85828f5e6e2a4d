# SPDX-License-Identifier: MIT
# Five steps of methods with twins, queues and targets in plain numpy: python tests/golden/update_rules.py
#
# Nets of linear layers and relus without normalization, so that the order of a step is all that there is to see: which
# weights made the targets, when a twin follows, when a queue is read and written, which rate moves what. Gradients are
# written by hand; those of the first step are asserted against finite differences with targets held. SGD with momentum
# 0.9, no decay; the schedule's share of the rate is 1 - step/10.
import numpy as np
from golden_file import golden_file

file = golden_file("update_rules", "Case name: initial/, views of 5 steps, losses, final/; part/path of a weight.")
n, d, steps, rate, share = 6, 4, 5, 0.2, lambda step: 1 - step / 10


def draw(random, *shape):
    return random.standard_normal(shape).astype(np.float32).astype(float)


def linear(random, inputs, outputs):
    return {"weight": draw(random, outputs, inputs) / 2, "bias": draw(random, outputs) / 4}


class net:
    """Linear layers by their paths, a relu behind all whose path is in `relus`; rows of length 1 at the end or not."""

    def __init__(self, layers, relus, unit):
        self.layers, self.relus, self.unit = layers, relus, unit
        self.velocity = {p: {k: 0 * w for k, w in l.items()} for p, l in layers.items()}

    def forward(self, x):
        self.tape = []
        for path, l in self.layers.items():
            y = x @ l["weight"].T + l["bias"]
            self.tape.append((path, x, y))
            x = np.maximum(y, 0) if path in self.relus else y
        self.out = x
        return unit(x) if self.unit else x

    def backward(self, dy):
        if self.unit:
            u, length = unit(self.out), np.linalg.norm(self.out, axis=1, keepdims=True)
            dy = (dy - u * (u * dy).sum(1, keepdims=True)) / length
        self.gradients = {}
        for path, x, y in reversed(self.tape):
            dy = dy * (y > 0) if path in self.relus else dy
            self.gradients[path] = {"weight": dy.T @ x, "bias": dy.sum(0)}
            dy = dy @ self.layers[path]["weight"]
        return dy

    def update(self, by):
        for path, l in self.layers.items():
            for k in l:
                self.velocity[path][k] = 0.9 * self.velocity[path][k] + self.gradients[path][k]
                l[k] -= by * self.velocity[path][k]

    def follow(self, other, momentum):
        for path, l in self.layers.items():
            for k in l:
                l[k] = momentum * l[k] + (1 - momentum) * other.layers[path][k]

    def weights(self):
        return {f"{p}.{k}": w.copy() for p, l in self.layers.items() for k, w in l.items()}


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def main_net(random, unit_rows=False):
    return net({"encoder.0": linear(random, 5, 7), "head.0": linear(random, 7, d)}, ["encoder.0"], unit_rows)


def predictor_net(random, unit_rows):
    return net({"0": linear(random, d, 3), "2": linear(random, 3, d)}, ["0"], unit_rows)


def view(x, v):
    return x[v * n : (v + 1) * n]


def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def cross_entropy(s, at):
    return -np.log(softmax(s)[np.arange(n), at]).mean()


def cosine_loss(p, t):
    """Minus the mean cosine and its gradient for p."""
    u, w, length = unit(p), unit(t), np.linalg.norm(p, axis=1, keepdims=True)
    along = (u * w).sum(1, keepdims=True)
    return -along.mean(), (u * along - w) / length / n


class byol:
    views, momentum = 2, lambda self, step: 1 - 0.1 * 0.5 * (1 + np.cos(np.pi * step / steps))

    def __init__(self, random):
        self.online, self.predictor, self.target = main_net(random), predictor_net(random, False), main_net(random)
        self.parts = {"": self.online, "predictor": self.predictor, "target": self.target}

    def targets(self, x, step):
        t = self.target.forward(x)
        return [view(t, 1), view(t, 0)]

    def loss(self, x, targets):
        p = self.predictor.forward(self.online.forward(x))
        found = [cosine_loss(view(p, v), targets[v]) for v in range(2)]
        return 4 + 2 * sum(f[0] for f in found), 2 * np.concatenate([f[1] for f in found])

    def step(self, x, step):
        value, dp = self.loss(x, self.targets(x, step))
        self.online.backward(self.predictor.backward(dp))
        self.predictor.update(rate * share(step)), self.online.update(rate * share(step))
        self.target.follow(self.online, self.momentum(step))
        return value


class moco_v3(byol):
    tau = 0.5

    def __init__(self, random):
        self.online, self.predictor, self.key = main_net(random), predictor_net(random, True), main_net(random)
        self.parts = {"": self.online, "predictor": self.predictor, "key": self.key}

    def loss(self, x, targets):
        q, value, dq = self.predictor.forward(self.online.forward(x)), 0, []
        for v in range(2):
            s = view(q, v) @ targets[v].T / self.tau
            value += 2 * self.tau * cross_entropy(s, np.arange(n))
            dq.append(2 * (softmax(s) - np.eye(n)) @ targets[v] / n)
        return value, np.concatenate(dq)

    def step(self, x, step):
        self.key.follow(self.online, self.momentum(step))    # before keys are made, by the query's old weights
        k = unit(self.key.forward(x))
        value, dq = self.loss(x, [view(k, 1), view(k, 0)])
        self.online.backward(self.predictor.backward(dq))
        self.predictor.update(rate * share(step)), self.online.update(rate * share(step))
        return value

    def targets(self, x, step):
        k = unit(self.key.forward(x))
        return [view(k, 1), view(k, 0)]


class queue_of:
    def __init__(self, random, rows):
        self.rows, self.at = unit(draw(random, rows, d)), 0

    def push(self, rows):
        for r in rows:
            self.rows[self.at] = r
            self.at = (self.at + 1) % len(self.rows)


class nnclr:
    views, tau = 2, 0.5

    def __init__(self, random):
        self.online, self.predictor, self.queue = main_net(random), predictor_net(random, True), queue_of(random, 14)
        self.parts = {"": self.online, "predictor": self.predictor}

    def targets(self, x, step):
        u = unit(self.online.forward(x))
        near = self.queue.rows[(u @ self.queue.rows.T).argmax(1)]
        return [view(near, 1), view(near, 0)]

    def loss(self, x, targets):
        p, value, dp = self.predictor.forward(self.online.forward(x)), 0, []
        for v in range(2):
            s = targets[v] @ view(p, v).T / self.tau
            value += 0.5 * cross_entropy(s, np.arange(n))
            dp.append(0.5 * (softmax(s) - np.eye(n)).T @ targets[v] / n / self.tau)
        return value, np.concatenate(dp)

    def step(self, x, step):
        z = unit(self.online.forward(x))
        value, dp = self.loss(x, self.targets(x, step))
        self.online.backward(self.predictor.backward(dp))
        self.predictor.update(rate * share(step)), self.online.update(rate * share(step))
        self.queue.push(view(z, 0))
        return value


class moco:
    views, tau = 2, 0.5

    def __init__(self, random):
        self.online, self.key, self.queue = main_net(random, True), main_net(random, True), queue_of(random, 14)
        self.parts = {"": self.online, "key": self.key}

    def targets(self, x, step):
        return self.key.forward(view(x, 1))

    def loss(self, x, k):
        q = self.online.forward(view(x, 0))
        s = np.concatenate([(q * k).sum(1, keepdims=True), q @ self.queue.rows.T], 1) / self.tau
        w = softmax(s) - np.eye(15)[0]
        return cross_entropy(s, 0), (w[:, :1] * k + w[:, 1:] @ self.queue.rows) / n / self.tau

    def step(self, x, step):
        k = self.targets(x, step)
        value, dq = self.loss(x, k)
        self.online.backward(dq)
        self.online.update(rate * share(step))
        self.key.follow(self.online, 0.9)
        self.queue.push(k)
        return value


class fast_siam:
    views = 4

    def __init__(self, random):
        self.online, self.predictor = main_net(random), predictor_net(random, False)
        self.parts = {"": self.online, "predictor": self.predictor}

    def targets(self, x, step):
        z = self.online.forward(x)
        return [np.mean([view(z, u) for u in range(4) if u != v], 0) for v in range(4)]

    def loss(self, x, targets):
        p = self.predictor.forward(self.online.forward(x))
        found = [cosine_loss(view(p, v), targets[v]) for v in range(4)]
        return sum(f[0] for f in found) / 4, np.concatenate([f[1] for f in found]) / 4

    def step(self, x, step):
        value, dp = self.loss(x, self.targets(x, step))
        self.online.backward(self.predictor.backward(dp))
        self.predictor.update(rate), self.online.update(rate * share(step))    # the predictor's rate stays
        return value


def assert_gradients(m, x):
    held = m.targets(x, 0)
    dy = m.loss(x, held)[1]
    m.online.backward(m.predictor.backward(dy) if hasattr(m, "predictor") else dy)
    for part in [m.online] + ([m.predictor] if hasattr(m, "predictor") else []):
        for path, l in part.layers.items():
            w, g = l["weight"], part.gradients[path]["weight"].copy()
            for at in np.ndindex(w.shape):
                before, h = w[at], 1e-6
                w[at] = before + h
                above = m.loss(x, held)[0]
                w[at] = before - h
                slope = (above - m.loss(x, held)[0]) / (2 * h)
                w[at] = before
                assert abs(slope - g[at]) < 1e-7, (type(m).__name__, path, at, slope, g[at])


def state(m):
    all = {f"{part or 'main'}/{path}": w for part, net in m.parts.items() for path, w in net.weights().items()}
    return all | ({"queue": m.queue.rows.copy()} if hasattr(m, "queue") else {})


for seed, kind in enumerate([byol, moco_v3, nnclr, moco, fast_siam]):
    random = np.random.default_rng(seed)
    m, x = kind(random), [draw(random, kind.views * n, 5) for _ in range(steps)]
    initial = state(m)
    assert_gradients(m, x[0])
    losses = [m.step(x[s], s) for s in range(steps)]
    print(kind.__name__, losses)
    file.case(kind.__name__, **{f"initial/{k}": v for k, v in initial.items()}, views=np.concatenate(x), losses=losses,
              **{f"final/{k}": v for k, v in state(m).items()})
file.write()
