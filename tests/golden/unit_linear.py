# SPDX-License-Identifier: MIT
# Golden values of unit_linear: python tests/golden/unit_linear.py (made with torch 2.15.0, numpy 2.4.6).
#
# PyTorch's weight_norm with g fixed at 1, as DINO's last layer: the gradient is that of v.
import torch
from golden_file import golden_file, normal

torch.manual_seed(23)
file = golden_file("unit_linear")


def case(name, rows, channels, outputs, scale=1.0):
    layer = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(channels, outputs, bias=False))
    g, v = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
    g.data.fill_(1)
    g.requires_grad = False
    v.data.copy_(normal(outputs, channels, grid=64) * scale)
    x = normal(rows, channels).requires_grad_()
    y = layer(x)
    dy = normal(*y.shape, grid=64)
    y.backward(dy)
    file.case(name, x=x, weight=v, y=y, dy=dy, dx=x.grad, dweight=v.grad)


case("6_7_5", 6, 7, 5)
case("long_rows", 4, 33, 3, scale=64.0)
case("short_rows", 3, 5, 9, scale=2.0**-10)
file.write()
