# SPDX-License-Identifier: MIT
# Golden values of max pooling: python tests/golden/max_pool.py (made with torch 2.14.1, numpy 2.4.6).
#
# No window holds its maximum twice, except in the case `ties`: there PyTorch gives the gradient to the first in row
# order.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(8)
file = golden_file("max_pool", "settings: kernel, stride, padding.")


def case(name, x, kernel, stride, padding):
    x = x.requires_grad_()
    y = F.max_pool2d(x, kernel, stride, padding)
    dy = normal(*y.shape, grid=64)
    y.backward(dy)
    file.case(name, settings=[kernel, stride, padding], x=x, y=y, dy=dy, dx=x.grad)


def distinct(*shape):
    count = torch.Size(shape).numel()
    return (torch.randperm(count).reshape(shape) - count // 2) / 64


case("k2_s2_p0_7x7x3", distinct(2, 3, 7, 7), 2, 2, 0)
case("k3_s2_p1_11x6x1", distinct(3, 1, 11, 6), 3, 2, 1)
case("k3_s2_p1_negative", distinct(2, 3, 5, 3) - 4, 3, 2, 1)    # padding must not win against negative pixels
case("k3_s1_p0_5x3x7", distinct(2, 7, 5, 3), 3, 1, 0)
case("ties", torch.zeros(1, 1, 4, 4), 2, 2, 0)
file.write()
