# SPDX-License-Identifier: MIT
# Golden values of average pooling: python tests/golden/average_pool.py (made with torch 2.14.1, numpy 2.4.6).
#
# With padding, `…_counted` divides by the whole window (PyTorch's default), `…_inside` by its pixels inside the
# image. The case `global` is the mean of the whole image.
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(9)
file = golden_file("average_pool", "settings: kernel, stride, padding.")


def case(name, shape, settings, pool):
    x = normal(*shape, grid=64).requires_grad_()
    y = pool(x)
    dy = normal(*y.shape, grid=64)
    y.backward(dy)
    file.case(name, **({"settings": settings} if settings else {}), x=x, y=y, dy=dy, dx=x.grad)


case("k2_s2_p0_7x7x3", (2, 3, 7, 7), [2, 2, 0], lambda x: F.avg_pool2d(x, 2))
case("k3_s1_p0_5x3x3", (2, 3, 5, 3), [3, 1, 0], lambda x: F.avg_pool2d(x, 3, 1))
case("k3_s2_p1_counted", (2, 1, 11, 6), [3, 2, 1], lambda x: F.avg_pool2d(x, 3, 2, 1))
case("k3_s2_p1_inside", (2, 1, 11, 6), [3, 2, 1], lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
case("global", (2, 7, 5, 3), None, lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1))
file.write()
