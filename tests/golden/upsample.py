# SPDX-License-Identifier: MIT
# Golden values of enlarged images: python tests/golden/upsample.py (made with torch 2.15.0, numpy 2.4.6).
import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(15)
file = golden_file("upsample")

for mode in "nearest", "bilinear":
    for factor, shape in (2, (2, 3, 5, 3)), (3, (1, 2, 3, 4)), (2, (2, 1, 1, 2)):
        x = normal(*shape, grid=64).requires_grad_()
        y = F.interpolate(x, scale_factor=factor, mode=mode)    # align_corners=False
        dy = normal(*y.shape, grid=64)
        y.backward(dy)
        file.case(f"{mode}_{factor}_{shape[2]}x{shape[3]}x{shape[1]}", x=x, y=y, dy=dy, dx=x.grad)
file.write()
