# SPDX-License-Identifier: MIT
# Golden values of crop and resize: python tests/golden/resized_crop.py (made with torch 2.14.1, torchvision 0.29.2,
# numpy 2.4.6). Writes resized_crop.txt (1 channel and small images), resized_crop_color.txt (32 x 32 x 3) and
# resized_crop_cubic.txt (bicubic).
#
# torchvision.transforms.v2.functional.resized_crop, bilinear with antialias, of uint8 images as float64 in [0, 1];
# the results are rounded to 6 decimals. `resize` below restates torch's rule and must agree.
import torch
import torchvision.transforms.v2.functional as F
from golden_file import golden_file
from images import drawn, fashion, unit


def weights(size_in, size_out):
    """(out, in): triangles of half width max(1, in / out) around the output pixels' centers, cut at the border."""
    scale = size_in / size_out
    support = max(1.0, scale)
    matrix = torch.zeros(size_out, size_in)
    for i in range(size_out):
        center = (i + 0.5) * scale
        first = max(int(center - support + 0.5), 0)
        last = min(int(center + support + 0.5), size_in)
        for j in range(first, last):
            matrix[i, j] = max(0.0, 1 - abs((j + 0.5 - center) / support))
    return matrix / matrix.sum(1, keepdim=True)


def resize(x, height, width):
    return weights(x.shape[1], height) @ x @ weights(x.shape[2], width).T


def case(file, name, image, top, left, height, width, to_height, to_width):
    x = unit(image)
    y = F.resized_crop(x, top, left, height, width, [to_height, to_width], antialias=True)
    own = resize(x[:, top : top + height, left : left + width], to_height, to_width)
    assert (own - y).abs().max() < 1e-12, name
    file.add(f"{name}/crop", [top, left, height, width])
    file.add(f"{name}/y", y[None], digits=6)


note = "x: pixels 0..255; the cases whose names begin alike are crops (top, left, height, width) of it."
file = golden_file("resized_crop", note)
shoe, pullover = fashion(0), fashion(1)
file.add("shoe/x", shoe[None])
file.add("pullover/x", pullover[None])
case(file, "shoe_enlarged", shoe, 7, 3, 15, 20, 28, 28)
case(file, "pullover_moved", pullover, 3, 5, 23, 17, 28, 28)
case(file, "pullover_whole_smaller", pullover, 0, 0, 28, 28, 9, 10)
case(file, "pullover_smaller", pullover, 1, 4, 25, 19, 12, 12)
case(file, "pullover_taller_narrower", pullover, 4, 2, 5, 24, 14, 6)
case(file, "pullover_same_size", pullover, 6, 9, 8, 8, 8, 8)        # a crop and nothing else
case(file, "pullover_one_pixel", pullover, 10, 11, 1, 1, 5, 5)
case(file, "pullover_one_row", pullover, 27, 0, 1, 28, 4, 7)
case(file, "pullover_two_columns", pullover, 0, 13, 28, 2, 7, 8)
color = drawn(17, 23, 3, seed=1)
file.add("color/x", color[None])
case(file, "color_whole", color, 0, 0, 17, 23, 16, 12)
case(file, "color_part", color, 2, 3, 13, 17, 16, 12)
case(file, "color_wide", color, 5, 0, 4, 23, 16, 12)
gray = drawn(17, 23, 1, seed=2)
file.add("gray/x", gray[None])
case(file, "gray_whole", gray, 0, 0, 17, 23, 16, 12)
case(file, "gray_corner", gray, 9, 15, 8, 8, 16, 12)
file.write()

file = golden_file("resized_crop_color", note)
color = drawn(32, 32, 3, seed=3)
file.add("color/x", color[None])
case(file, "color_enlarged", color, 4, 6, 22, 25, 32, 32)
case(file, "color_24", color, 0, 0, 32, 32, 24, 24)
file.write()


def cubic(name, image, top, left, height, width, to_height, to_width):
    bicubic = F.InterpolationMode.BICUBIC
    y = F.resized_crop(unit(image), top, left, height, width, [to_height, to_width], bicubic, antialias=True)
    file.add(f"{name}/crop", [top, left, height, width])
    file.add(f"{name}/y", y[None], digits=7)


file = golden_file("resized_crop_cubic", note)
color = drawn(9, 11, 3, seed=25)
file.add("color/x", color[None])
cubic("color_enlarged", color, 2, 1, 5, 6, 8, 7)
cubic("color_whole", color, 0, 0, 9, 11, 8, 7)
cubic("color_smaller", color, 0, 1, 9, 10, 4, 3)
cubic("color_one_pixel", color, 4, 10, 1, 1, 8, 7)
file.write()
