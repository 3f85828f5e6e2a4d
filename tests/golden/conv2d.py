# SPDX-License-Identifier: MIT
# Golden values of convolutions: python tests/golden/conv2d.py (made with torch 2.14.1, numpy 2.4.6).
#
# Inputs are multiples of 1/8, so that every product and sum is exact in float: a right kernel gives equality. The
# case `rounded` has inputs of full float precision instead. Case name: kernel, stride, padding, then height x width x
# channels.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(4)
file = golden_file("conv2d", "settings: kernel, stride, padding.")


def case(height, width, channels, filters, kernel, stride, padding, bias, rows, grid=8):
    x = normal(rows, channels, height, width, grid=grid).requires_grad_()
    weight = normal(filters, channels, kernel, kernel, grid=grid).requires_grad_()
    offset = normal(filters, grid=grid).requires_grad_() if bias else None
    y = F.conv2d(x, weight, offset, stride, padding)
    dy = normal(*y.shape, grid=grid)
    y.backward(dy)
    name = f"k{kernel}_s{stride}_p{padding}_{height}x{width}x{channels}" if grid else "rounded"
    file.case(name, settings=[kernel, stride, padding], x=x, weight=weight)
    if bias:
        file.case(name, bias=offset)
    file.case(name, y=y, dy=dy, dx=x.grad, dweight=weight.grad)
    if bias:
        file.case(name, dbias=offset.grad)


case(5, 3, 1, 2, kernel=1, stride=1, padding=0, bias=True, rows=6)
case(5, 3, 7, 4, kernel=1, stride=2, padding=0, bias=False, rows=2)      # the shortcut of a residual block
case(5, 3, 3, 4, kernel=3, stride=1, padding=1, bias=False, rows=2)
case(7, 7, 3, 3, kernel=3, stride=2, padding=1, bias=True, rows=2)
case(7, 7, 1, 2, kernel=3, stride=3, padding=2, bias=False, rows=2)
case(11, 6, 1, 2, kernel=3, stride=2, padding=0, bias=True, rows=2)      # (6 - 3) / 2 is no integer: rounded down
case(5, 3, 7, 2, kernel=3, stride=1, padding=0, bias=False, rows=3)
case(7, 5, 1, 2, kernel=5, stride=1, padding=2, bias=True, rows=2)
case(11, 6, 2, 2, kernel=7, stride=2, padding=3, bias=False, rows=2)     # the stem for photographs
case(7, 7, 2, 2, kernel=2, stride=2, padding=0, bias=True, rows=2)       # the last row and column are never read
case(11, 6, 1, 3, kernel=4, stride=3, padding=1, bias=False, rows=2)
case(5, 3, 1, 3, kernel=2, stride=1, padding=1, bias=False, rows=2)      # the output is larger than the input
case(5, 3, 2, 2, kernel=3, stride=1, padding=1, bias=True, rows=2, grid=None)
file.write()
