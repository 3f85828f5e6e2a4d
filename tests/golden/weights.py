# SPDX-License-Identifier: MIT
# A file of weights as PyTorch writes it: python tests/golden/weights.py (made with torch 2.14.1, safetensors 0.8.0).
#
# weights.safetensors is what the safetensors package writes of conv2d(2 -> 3, 3 x 3, bias), batch_norm, relu,
# conv2d(3 -> 2, 1 x 1), global average pool, linear(2 -> 4) in float; weights.txt has the same numbers in this library's
# layout.
import collections

import torch
import torch.nn as nn
from golden_file import folder, golden_file, normal
from safetensors.torch import save_file

torch.manual_seed(23)
net = nn.Sequential(collections.OrderedDict(
    conv=nn.Conv2d(2, 3, 3, padding=1), bn=nn.BatchNorm2d(3), relu=nn.ReLU(), point=nn.Conv2d(3, 2, 1, bias=False),
    pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(2, 4)))
net(normal(5, 2, 6, 6))    # running statistics that are not the first ones
file = golden_file("weights")
state = {name: x.float() if x.is_floating_point() else x for name, x in net.state_dict().items()}
for name, x in state.items():
    file.add(name, x)
save_file(state, folder / "weights.safetensors", metadata={"format": "pt"})
file.write()
