# SPDX-License-Identifier: MIT
# Golden values of brightness and contrast: python tests/golden/intensity.py (made with torch 2.14.1, torchvision
# 0.29.2, numpy 2.4.6).
#
# torchvision's adjust_brightness and adjust_contrast for 1 and 3 channels; other channel counts, which torchvision
# refuses, by the same formulas with the mean over all pixels and channels. x: pixels 0..255; factors: brightness,
# contrast; `brightness` and `contrast` alone, then `brightness_contrast` and `contrast_brightness` in that order.
import torch
import torchvision.transforms.v2.functional as F
from golden_file import golden_file
from images import drawn, fashion, unit

file = golden_file("intensity")


def brightness(x, factor):
    return (x * factor).clamp(0, 1)


def contrast(x, factor):
    luma = torch.tensor([0.2989, 0.587, 0.114])
    mean = (x * luma[:, None, None]).sum(0).mean() if len(x) == 3 else x.mean()
    return (factor * x + (1 - factor) * mean).clamp(0, 1)


def case(name, image, by, against):
    x = unit(image)
    results = {
        "brightness": brightness(x, by),
        "contrast": contrast(x, against),
        "brightness_contrast": contrast(brightness(x, by), against),
        "contrast_brightness": brightness(contrast(x, against), by),
    }
    if len(x) in (1, 3):
        b, c = F.adjust_brightness, F.adjust_contrast
        theirs = [b(x, by), c(x, against), c(b(x, by), against), b(c(x, against), by)]
        assert all((a - b).abs().max() < 1e-12 for a, b in zip(results.values(), theirs)), name
    file.case(name, x=image[None], factors=[by, against])
    for result, values in results.items():
        file.add(f"{name}/{result}", values[None], digits=8)


case("gray_more", fashion(1)[:, 6:15, 8:15], 1.5, 1.75)
case("gray_less", fashion(1)[:, 6:15, 8:15], 0.5, 0.25)
case("color_more", drawn(7, 5, 3, seed=4), 1.25, 1.5)
case("color_less", drawn(7, 5, 3, seed=5), 0.75, 0.125)
case("color_none", drawn(3, 2, 3, seed=6), 0, 0)
case("two_channels", drawn(5, 4, 2, seed=7), 1.25, 1.5)
case("seven_channels", drawn(3, 5, 7, seed=8), 0.75, 1.75)
file.write()
