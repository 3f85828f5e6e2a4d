# SPDX-License-Identifier: MIT
# Golden values of transposed convolutions: python tests/golden/transposed_conv2d.py (made with torch 2.15.0,
# numpy 2.4.6).
#
# Inputs are multiples of 1/8, so that every product and sum is exact in float, but for the case `rounded`. Case name:
# kernel, stride, padding, output padding, then height x width x channels. PyTorch's weight (c, k, r, s) is stored as
# (c, r, s, k).
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(14)
file = golden_file("transposed_conv2d", "settings: kernel, stride, padding, output padding.")


def case(height, width, channels, filters, kernel, stride, padding, extra, bias, rows, grid=8):
    x = normal(rows, channels, height, width, grid=grid).requires_grad_()
    weight = normal(channels, filters, kernel, kernel, grid=grid).requires_grad_()
    offset = normal(filters, grid=grid).requires_grad_() if bias else None
    y = F.conv_transpose2d(x, weight, offset, stride, padding, extra)
    dy = normal(*y.shape, grid=grid)
    y.backward(dy)
    name = f"k{kernel}_s{stride}_p{padding}_o{extra}_{height}x{width}x{channels}" if grid else "rounded"
    file.case(name, settings=[kernel, stride, padding, extra], x=x, weight=weight)
    if bias:
        file.case(name, bias=offset)
    file.case(name, y=y, dy=dy, dx=x.grad, dweight=weight.grad)
    if bias:
        file.case(name, dbias=offset.grad)


case(4, 3, 3, 2, kernel=4, stride=2, padding=1, extra=0, bias=False, rows=2)     # DCGAN's
case(3, 4, 2, 3, kernel=3, stride=2, padding=1, extra=1, bias=True, rows=2)
case(5, 3, 7, 2, kernel=3, stride=1, padding=1, extra=0, bias=True, rows=2)
case(1, 1, 5, 2, kernel=4, stride=1, padding=0, extra=0, bias=False, rows=3)     # a code as a first image
case(3, 2, 1, 2, kernel=2, stride=3, padding=0, extra=2, bias=False, rows=2)     # some pixels get nothing
case(3, 2, 2, 2, kernel=3, stride=2, padding=1, extra=1, bias=True, rows=2, grid=None)
file.write()
