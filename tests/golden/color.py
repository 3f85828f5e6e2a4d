# SPDX-License-Identifier: MIT
# Golden values of color operations: python tests/golden/color.py (made with torch 2.14.1, torchvision 0.29.2,
# numpy 2.4.6).
#
# torchvision.transforms.v2.functional on float64 images in [0, 1]; rounded to 7 decimals. x: pixels 0..255; amounts:
# factors of brightness, contrast and saturation, then the hue's turn. `brightness`, `contrast`, `saturation` and `hue`
# alone; order_abcd: all four, one after the other (0 brightness, 1 contrast, 2 saturation, 3 hue); `gray` and, from a
# threshold on, `solarized`.
import torch
import torchvision.transforms.v2.functional as F
from golden_file import golden_file
from images import drawn, unit

file = golden_file("color")
operations = {"brightness": F.adjust_brightness, "contrast": F.adjust_contrast, "saturation": F.adjust_saturation,
              "hue": F.adjust_hue}


def case(name, image, amounts, orders, threshold):
    x = unit(image)
    file.case(name, x=image[None], amounts=amounts, threshold=threshold)
    for operation, amount in zip(operations, amounts):
        file.add(f"{name}/{operation}", operations[operation](x, amount)[None], digits=7)
    for order in orders:
        y = x
        for i in map(int, order):
            y = list(operations.values())[i](y, amounts[i])
        file.add(f"{name}/order_{order}", y[None], digits=7)
    file.add(f"{name}/gray", F.rgb_to_grayscale(x, num_output_channels=3)[None], digits=7)
    file.add(f"{name}/solarized", F.solarize(x, threshold)[None], digits=7)


def all_hues():
    """Pure and mixed colors around the circle, grays, black and white: every case of the hue."""
    corners = [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255], [0, 0, 0],
               [255, 255, 255], [128, 128, 128], [200, 200, 10], [10, 200, 200], [200, 10, 200], [255, 128, 0],
               [0, 128, 255], [1, 0, 0], [254, 255, 255], [90, 60, 30], [30, 90, 60]]
    return torch.tensor(corners, dtype=torch.uint8).T.reshape(3, 3, 6).contiguous()


case("more", drawn(7, 5, 3, seed=14), [1.25, 1.375, 1.5, 0.1875], ["0123", "3210", "2031"], 0.5)
case("less", drawn(5, 6, 3, seed=15), [0.75, 0.625, 0.125, -0.375], ["1302", "2310", "0132"], 0.25)
case("hues", all_hues(), [1.5, 0.5, 1.75, 0.5], ["3120", "1230"], 0.625)
case("none", drawn(3, 2, 3, seed=16), [0, 0, 0, -0.5], ["2103"], 0)
file.write()
