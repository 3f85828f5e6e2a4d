# SPDX-License-Identifier: MIT
# The images of the augmentation's golden values: two real ones (Fashion-MNIST) and drawn ones in color, all uint8 (c,
# h, w).
import gzip
import os
import pathlib

import torch

data = pathlib.Path(os.environ.get("DATA", pathlib.Path(__file__).parents[2] / "examples" / "data"))


def fashion(index):
    file = next(data.rglob("t10k-images-idx3-ubyte.gz"))
    pixels = gzip.decompress(file.read_bytes())[16 + 784 * index : 16 + 784 * (index + 1)]
    return torch.tensor(list(pixels), dtype=torch.uint8).reshape(1, 28, 28)


def drawn(height, width, channels, seed):
    """A slope, a bright disc and noise, different in every channel; some pixels are 0, some 255."""
    random = torch.Generator().manual_seed(seed)
    rows = torch.linspace(0, 1, height)[:, None]
    columns = torch.linspace(0, 1, width)[None]
    layers = []
    for channel in range(channels):
        a, b, radius = torch.rand(3, generator=random).tolist()
        disc = ((rows - a) ** 2 + (columns - b) ** 2 < (0.2 + 0.2 * radius) ** 2).double()
        noise = torch.randn(height, width, generator=random)
        layers.append(255 * (a * rows + (1 - a) * columns + 0.5 * disc - 0.1) + 12 * noise)
    return torch.stack(layers).round().clamp(0, 255).to(torch.uint8)


def unit(image):
    """Pixels in [0, 1], float64."""
    return image.double() / 255
