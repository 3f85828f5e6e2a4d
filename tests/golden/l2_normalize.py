# SPDX-License-Identifier: MIT
# Golden values of l2_normalize: python tests/golden/l2_normalize.py (made with torch 2.14.1, numpy 2.4.6).
#
# y = x / max(|x|, 1e-12), as torch.nn.functional.normalize; a row of zeros therefore has the gradient 1e12 · dy.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(10)
file = golden_file("l2_normalize")


def case(name, x):
    x = x.requires_grad_()
    y = F.normalize(x, dim=1)
    dy = normal(*x.shape, grid=64)
    y.backward(dy)
    file.case(name, x=x, y=y, dy=dy, dx=x.grad)


case("6_7", normal(6, 7))
case("3_1", normal(3, 1))                    # y = ±1, the gradient is 0 but for rounding
case("2_33", normal(2, 33))
case("scaled", normal(4, 5, grid=64) * torch.tensor([[2.0**-20], [2.0**20], [1.0], [2.0**-30]]))
case("zero_row", torch.zeros(1, 3))
file.write()
