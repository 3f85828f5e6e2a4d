# SPDX-License-Identifier: MIT
# Golden values of whole views: python tests/golden/augment_chain.py (made with torch 2.14.1, torchvision 0.29.2,
# numpy 2.4.6).
#
# crop and resize, horizontal flip, brightness, contrast, normalize, by torchvision in float64; rounded to 6 decimals.
# x: pixels 0..255; crop: top, left, height, width; flip: 0 or 1; factors: brightness, contrast. The case `flip` is
# that alone.
import torch
import torchvision.transforms.v2.functional as F
from golden_file import golden_file
from images import drawn, fashion, unit

file = golden_file("augment_chain")


def case(name, image, crop, size, flip, factors, mean, deviation):
    y = F.resized_crop(unit(image), *crop, list(size), antialias=True)
    y = F.horizontal_flip(y) if flip else y
    y = F.adjust_contrast(F.adjust_brightness(y, factors[0]), factors[1])
    y = F.normalize(y, mean, deviation)
    file.case(name, x=image[None], crop=list(crop), flip=flip, factors=factors, mean=mean, deviation=deviation)
    file.add(f"{name}/y", y[None], digits=6)


fashion_mean, fashion_deviation = [0.286], [0.353]
case("shirt", fashion(7), (2, 4, 21, 19), (28, 28), 1, [1.25, 0.75], fashion_mean, fashion_deviation)
case("shirt_half", fashion(7), (0, 1, 28, 26), (14, 14), 0, [0.75, 1.5], fashion_mean, fashion_deviation)
color_mean, color_deviation = [0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]
case("color", drawn(17, 23, 3, seed=9), (3, 2, 12, 19), (16, 12), 1, [1.25, 1.5], color_mean, color_deviation)
case("color_enlarged", drawn(9, 8, 3, seed=10), (1, 2, 5, 4), (9, 8), 0, [0.75, 0.5], color_mean, color_deviation)
x = drawn(3, 5, 3, seed=11)
file.case("flip", x=x[None], y=F.horizontal_flip(x)[None])
file.write()
