# SPDX-License-Identifier: MIT
# Golden values of whole encoders: python tests/golden/networks.py (made with torch 2.14.1, torchvision 0.29.2, numpy
# 2.4.6).
#
# Narrow torchvision ResNets and VGGs in training mode, from image to pooled features (no classifier). Their many
# numbers are not stored but made on both sides by `numbers(key, count)` (golden_numbers in tests/support/golden.hpp),
# row-major: x is numbers("x"), dy is numbers("dy"), a parameter is made of numbers(path): filters times the largest
# power of two that is at most sqrt(6 / fan in) and 1, batch-norm's weights 1 + a quarter, biases a quarter. Stored
# are the features y and sketches of the gradients (dx; those of all parameters below conv1, bn1, layer1 ... or
# features) and of the running means and variances: the sum over all products with numbers(path + ".probe"), then the
# root of the sum of squares.
import collections

import numpy
import torch
import torch.nn as nn
from golden_file import golden_file, rows_last
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import cfgs, make_layers

file = golden_file("networks", "settings: rows, height, width, channels, the network's width.")


def numbers(key, count):
    """Uniform in [-1, 1), multiples of 2^-23: a hash of the key's 32-bit FNV-1a and the position."""
    seed = 2166136261
    for byte in key.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    h = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + seed) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    h = h ^ (h >> 16)
    return torch.from_numpy((h >> 8).astype(numpy.float64) / 2**23 - 1)


def like(key, tensor):
    """numbers(key) in the library's order (n, h, w, c), shaped as PyTorch's tensor."""
    return numbers(key, tensor.numel()).reshape(rows_last(tensor).shape).permute(
        *((0, 3, 1, 2) if tensor.ndim == 4 else range(tensor.ndim)))


class NarrowResNet(ResNet):
    def __init__(self, block, layers, width, small_images):
        nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation, self.groups, self.base_width = nn.BatchNorm2d, width, 1, 1, 64
        stem = dict(kernel_size=3, padding=1) if small_images else dict(kernel_size=7, stride=2, padding=3)
        self.conv1 = nn.Conv2d(3, width, bias=False, **stem)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.maxpool = nn.Identity() if small_images else nn.MaxPool2d(3, 2, 1)
        for stage, count in enumerate(layers):
            made = self._make_layer(block, width * 2**stage, count, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", made)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Identity()


class NarrowVgg(nn.Module):
    def __init__(self, width, batch_norm):
        super().__init__()
        layers = [entry if entry == "M" else entry * width // 64 for entry in cfgs["D"]]
        self.features = make_layers(layers, batch_norm)

    def forward(self, x):
        return self.features(x).mean((2, 3))


def sketch(tensors):
    """tensors: by path. Their joint product with the probes, and their joint norm."""
    products = sum((values * like(f"{path}.probe", values)).sum() for path, values in tensors.items())
    return [products, sum(values.square().sum() for values in tensors.values()).sqrt()]


def parameter(path, shape):
    values = like(path, torch.empty(shape))
    if len(shape) == 1:
        return (path.endswith("weight") and 1) + values / 4
    scale = 1.0
    while scale * scale * shape[1:].numel() > 6:
        scale /= 2
    return scale * values


def case(name, net, shape, width):
    n, c, h, w = shape
    for path, p in net.named_parameters():
        p.data = parameter(path, p.shape)
    x = like("x", torch.empty(shape)).clone().requires_grad_()
    y = net(x)
    y.backward(like("dy", y))
    groups = collections.defaultdict(dict)
    for path, p in net.named_parameters():
        groups[f"{path.split('.')[0]}.gradients"][path] = p.grad
    for path, b in net.named_buffers():
        if "running" in path:
            groups["running"][path] = b
    file.case(name, settings=[n, h, w, c, width], y=y, dx=sketch({"dx": x.grad}))
    file.case(name, **{group: sketch(tensors) for group, tensors in groups.items()})


file.add("numbers/x", numbers("x", 5))
file.add("numbers/layer1.0.conv1.weight", numbers("layer1.0.conv1.weight", 5))
case("resnet18_small_images", NarrowResNet(BasicBlock, (2, 2, 2, 2), 4, True), (3, 3, 17, 14), 4)
case("resnet18_large_images", NarrowResNet(BasicBlock, (2, 2, 2, 2), 2, False), (3, 3, 61, 50), 2)
case("resnet34_small_images", NarrowResNet(BasicBlock, (3, 4, 6, 3), 2, True), (3, 3, 16, 16), 2)
case("resnet50_small_images", NarrowResNet(Bottleneck, (3, 4, 6, 3), 4, True), (2, 3, 27, 24), 4)
case("vgg16", NarrowVgg(2, False), (2, 3, 33, 32), 2)
case("vgg16_bn", NarrowVgg(2, True), (3, 3, 64, 67), 2)
file.write()
