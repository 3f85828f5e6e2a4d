# SPDX-License-Identifier: MIT
# Golden values of GaussianBlur and of crops with a margin: python tests/golden/blur.py (made with torch 2.14.1,
# torchvision 0.29.2, numpy 2.4.6). Writes blur.txt.
#
# blur_…: torchvision.transforms.v2.functional.gaussian_blur in float64; sigma and taps as given. margin_…: pad with
# zeros, then crop; at: top and left of the window, counted from the image without its margin. Rounded to 7 decimals.
import torchvision.transforms.v2.functional as F
from golden_file import golden_file
from images import drawn, fashion, unit

file = golden_file("blur")


def blur(name, image, taps, sigma):
    y = F.gaussian_blur(unit(image), [taps, taps], [sigma, sigma])
    file.case(name, x=image[None], taps=taps, sigma=sigma)
    file.add(f"{name}/y", y[None], digits=7)


def margin(name, image, padding, top, left, height, width):
    y = F.crop(F.pad(unit(image), [padding]), top + padding, left + padding, height, width)
    file.case(name, x=image[None], at=[top, left])
    file.add(f"{name}/y", y[None], digits=7)


blur("blur_3", drawn(6, 5, 3, seed=21), 3, 0.75)
blur("blur_narrow", drawn(5, 4, 3, seed=22), 3, 0.1)
blur("blur_7", fashion(1)[:, 6:18, 8:17], 7, 1.5)
blur("blur_9", drawn(5, 6, 3, seed=23), 9, 2)    # mirrored on both sides at once
margin("margin_corner", drawn(5, 6, 3, seed=24), 4, -4, -3, 5, 6)
margin("margin_inside", drawn(5, 6, 3, seed=24), 4, 1, 2, 3, 4)
margin("margin_beyond", drawn(5, 6, 3, seed=24), 4, 4, 4, 5, 6)
file.write()
