# SPDX-License-Identifier: MIT
# Golden values of spectral normalization: python tests/golden/spectral_norm.py (made with torch 2.15.0, numpy 2.4.6).
#
# Five steps of gradient descent by Miyato et al. 2018, algorithm 1, written out in numpy: each makes one power
# iteration, y = x·Ŵᵀ + b or a convolution by Ŵ, and moves W by the gradient of Σ y·dy through σ, u and v held. PyTorch's
# own hook is asked whether the first step is the same. Case `linear`, and `conv` with a 3 × 3 kernel, stride 2.
import numpy
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(16)
file = golden_file("spectral_norm", "settings: rate, steps.")
rate, steps = 0.05, 5


def unit(v):
    return v / numpy.linalg.norm(v)


def case(name, x, weight, apply, bias):
    x, w, b = x, weight.clone(), bias
    u = unit(numpy.ones(len(w)))
    dy = normal(*apply(x, w, b).shape, grid=64)
    file.case(name, settings=[rate, steps], x=x, dy=dy, weight=w, bias=b)
    for step in range(1, steps + 1):
        matrix = w.reshape(len(w), -1).numpy()
        v = unit(matrix.T @ u)
        u = unit(matrix @ v)
        sigma = u @ matrix @ v
        # the gradient of the layer with Ŵ for a weight, then through Ŵ = W / (uᵀWv)
        scaled = (w / sigma).requires_grad_()
        y = apply(x, scaled, b)
        slope, = torch.autograd.grad(y, scaled, dy)
        along = float((slope * scaled.detach()).sum())
        gradient = (slope - along * torch.as_tensor(numpy.outer(u, v)).reshape(w.shape)) / sigma
        if step == 1:
            check(apply, x, w, b, dy, y, gradient)
        w = w - rate * gradient
        file.case(f"{name}_{step}", y=y.detach(), dweight=gradient, weight_u=u, after=w)


def check(apply, x, w, b, dy, y, gradient):
    """PyTorch's spectral_norm from the same u, one iteration."""
    layer = torch.nn.Linear(w.shape[1], w.shape[0]) if w.ndim == 2 else torch.nn.Conv2d(w.shape[1], w.shape[0], 3)
    layer.weight.data.copy_(w)
    layer = torch.nn.utils.spectral_norm(layer, n_power_iterations=1)
    layer.weight_u.copy_(torch.as_tensor(unit(numpy.ones(len(w)))))
    layer.train()(torch.zeros(1, w.shape[1], *w.shape[2:]) if w.ndim == 4 else torch.zeros(1, w.shape[1]))
    out = apply(x, layer.weight, b)
    theirs, = torch.autograd.grad(out, layer.weight_orig, dy)
    assert torch.allclose(out, y) and torch.allclose(theirs, gradient), "PyTorch disagrees"


case("linear", normal(3, 5), normal(4, 5), F.linear, normal(4))
case("conv", normal(2, 2, 5, 4), normal(3, 2, 3, 3), lambda x, w, b: F.conv2d(x, w, b, 2, 1), normal(3))
file.write()
