# SPDX-License-Identifier: MIT
# Golden values of activations: python tests/golden/activations.py (made with torch 2.15.0, numpy 2.4.6).
#
# Cases `…` near zero, `…_far` where exp overflows a float, and `…_zero` at exactly 0 (PyTorch's choice of a slope
# there).
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(7)
file = golden_file("activations")

functions = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,                            # slope 0.01
    "leaky_relu_steep": lambda x: F.leaky_relu(x, 0.2),
    "gelu": F.gelu,                                        # by the error function
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "swish": F.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
slopes = {"tanh": lambda x: 1 / torch.cosh(x) ** 2}        # PyTorch's 1 − y² has lost its digits where y is near 1
inputs = {
    "": normal(1, 7, 2, 3, grid=64) * 1.5,
    "_far": torch.tensor([[-1000.0, -120, -90, -87, -60, -20, -12, -6, 6, 12, 20, 60, 87, 90, 120, 1000]]),
    "_zero": torch.zeros(1, 1),
}
for place, values in inputs.items():
    dy = normal(*values.shape, grid=64)
    for name, function in functions.items():
        x = values.clone().requires_grad_()
        y = function(x)
        y.backward(dy)
        dx = dy * slopes[name](values) if name in slopes else x.grad
        file.case(name + place, x=x, y=y, dy=dy, dx=dx)
file.write()
