# SPDX-License-Identifier: MIT
# Golden values of RandomResizedCrop's arithmetic: python tests/golden/crop_parameters.py (made with torch 2.14.1,
# torchvision 0.29.2, numpy 2.4.6).
#
# try/draws has a row per try: image height and width, the share of its area, the aspect ratio (width / height);
# try/size the crop's height and width and 1 if it fits into the image. fallback/given: height, width, smallest and
# largest ratio; fallback/crop: top, left, height, width after ten tries that did not fit. torchvision's own class
# must agree with both.
import math

import torch
import torchvision.transforms.v2 as v2
from golden_file import golden_file

torch.manual_seed(12)
file = golden_file("crop_parameters")


def size_of(height, width, share, ratio):
    """Python's round: halves go to the even neighbor."""
    w = int(round(math.sqrt(height * width * share * ratio)))
    h = int(round(math.sqrt(height * width * share / ratio)))
    return h, w, int(0 < w <= width and 0 < h <= height)


def torchvision_says(height, width, scale, ratio):
    p = v2.RandomResizedCrop(4, scale=scale, ratio=ratio).make_params([torch.zeros(1, height, width)])
    return p["top"], p["left"], p["height"], p["width"]


draws, sizes = [], []
halves = [(10, 10, 0.0625, 1.0), (10, 10, 0.1225, 1.0), (7, 7, 0.25, 1.0), (6, 6, 0.0625, 4.0)]    # 2.5, 3.5, 3.5
limits = [(28, 28, 1.0, 4 / 3), (28, 28, 1.0, 1.0), (28, 28, 0.0001, 1.0), (17, 23, 1.0, 23 / 17), (17, 23, 0.9, 0.75)]
drawn = [(h, w, round(torch.rand(1).item(), 4), round(math.exp(torch.rand(1).item() * 0.5754 - 0.2877), 4))
         for h, w in [(28, 28), (32, 32), (17, 23), (23, 17), (96, 96), (257, 301), (5, 3)] for _ in range(3)]
for draw in halves + limits + drawn:
    h, w, fits = size_of(*draw)
    if fits and draw not in halves:    # this share and ratio for certain, up to float's rounding of the ratio
        assert torchvision_says(draw[0], draw[1], (draw[2],) * 2, (draw[3],) * 2)[2:] == (h, w), draw
    draws.append(draw)
    sizes.append([h, w, fits])
file.case("try", draws=torch.tensor(draws), size=torch.tensor(sizes))

given = [(28, 28, 0.75, 4 / 3), (10, 30, 0.75, 4 / 3), (30, 10, 0.75, 4 / 3), (11, 30, 0.75, 4 / 3),
         (30, 9, 0.75, 4 / 3), (12, 13, 0.75, 4 / 3), (5, 40, 0.5, 2.5), (40, 6, 0.8, 2.0)]
crops = [torchvision_says(h, w, (4, 4), (a, b)) for h, w, a, b in given]    # four times the area never fits
file.case("fallback", given=torch.tensor(given), crop=torch.tensor(crops))
file.write()
