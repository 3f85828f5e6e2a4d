# SPDX-License-Identifier: MIT
# Golden values of residual blocks: python tests/golden/residual.py (made with torch 2.14.1, torchvision 0.29.2, numpy
# 2.4.6).
#
# torchvision's own BasicBlock and Bottleneck in training mode, and `tiny`: a stem, one basic block, one that projects,
# global average pool (the features) and `fc`. Under each case: x, y, dy, dx, settings (stride), the parameters under
# torchvision's paths, their .gradient, and the running statistics after the one batch.
import torch
import torch.nn as nn
from golden_file import golden_file, normal
from torchvision.models.resnet import BasicBlock, Bottleneck

torch.manual_seed(14)
file = golden_file("residual")


def projection(channels, out, stride):
    return nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.relu = nn.ReLU()
        self.layer1 = nn.Sequential(BasicBlock(2, 2))
        self.layer2 = nn.Sequential(BasicBlock(2, 3, 2, projection(2, 3, 2)))
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        x = self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean((2, 3)))


def draw_parameters(block):
    for name, p in block.named_parameters():
        scale = 1 if p.ndim == 1 else (2 / p[0].numel()) ** 0.5
        p.data = normal(*p.shape, grid=64) * 2.0 ** round(torch.log2(torch.tensor(scale)).item())
        if p.ndim == 1 and name.endswith("weight"):
            p.data = 1 + p.data / 4


def case(name, block, shape, stride):
    draw_parameters(block)
    x = normal(*shape, grid=64).requires_grad_()
    initial = {key: p.detach().clone() for key, p in block.named_parameters()}
    y = block(x)
    dy = normal(*y.shape, grid=64)
    y.backward(dy)
    file.case(name, settings=[stride], x=x, y=y, dy=dy, dx=x.grad, **initial)
    file.case(name, **{f"{key}.gradient": p.grad for key, p in block.named_parameters()})
    file.case(name, **{key: b for key, b in block.named_buffers() if "running" in key})


case("basic", BasicBlock(3, 3), (2, 3, 5, 3), 1)
case("basic_projected", BasicBlock(2, 4, 2, projection(2, 4, 2)), (2, 2, 5, 6), 2)
case("bottleneck", Bottleneck(8, 2), (2, 8, 3, 3), 1)
case("bottleneck_projected", Bottleneck(3, 2, 2, projection(3, 8, 2)), (2, 3, 5, 5), 2)
case("tiny", Tiny(), (3, 1, 6, 5), 2)
file.write()
