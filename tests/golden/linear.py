# SPDX-License-Identifier: MIT
# Golden values of linear layers: python tests/golden/linear.py (made with torch 2.14.1, numpy 2.4.6).
#
# Inputs are multiples of 1/16, so that every product and sum is exact in float; the case `rounded` has full
# precision.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(5)
file = golden_file("linear", "Case name: rows, inputs, outputs.")


def case(rows, inputs, outputs, bias, grid=16):
    x = normal(rows, inputs, grid=grid).requires_grad_()
    weight = normal(outputs, inputs, grid=grid).requires_grad_()
    offset = normal(outputs, grid=grid).requires_grad_() if bias else None
    y = F.linear(x, weight, offset)
    dy = normal(*y.shape, grid=grid)
    y.backward(dy)
    name = f"{rows}_{inputs}_{outputs}" if grid else "rounded"
    file.case(name, x=x, weight=weight)
    if bias:
        file.case(name, bias=offset)
    file.case(name, y=y, dy=dy, dx=x.grad, dweight=weight.grad)
    if bias:
        file.case(name, dbias=offset.grad)


case(2, 3, 5, bias=True)
case(6, 7, 1, bias=True)
case(3, 1, 4, bias=False)
case(5, 33, 9, bias=False)
case(1, 16, 8, bias=True)
case(4, 16, 10, bias=True, grid=None)
file.write()
