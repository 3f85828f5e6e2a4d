# SPDX-License-Identifier: MIT
# Reads files that this library wrote, as their readers do: python tests/golden/check_files.py FOLDER
#
# encoder.safetensors is torchvision's ResNet-18 without its classifier, all.safetensors a whole pipeline, and
# embeddings.npy a matrix whose number i is i / 7. The test case [files] of tests/unit/cpu/weights_file_test.cpp
# writes them; tests/golden/check_files.sh runs both.
import pathlib
import sys

import numpy
import torch
import torchvision
from safetensors import safe_open
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
model = torchvision.models.resnet18()
found = model.load_state_dict(load_file(folder / "encoder.safetensors"), strict=False)
assert found.missing_keys == ["fc.weight", "fc.bias"] and not found.unexpected_keys, found
assert model.bn1.num_batches_tracked == 7 and model.conv1.weight.dtype == torch.float32
# each number says where it is: k + c / 1000 + (r * width + s) / 100000
k, c, r, s = numpy.indices(model.layer1[0].conv1.weight.shape)
expected = torch.tensor(k + c / 1e3 + (r * 3 + s) / 1e5).float()
assert torch.allclose(model.layer1[0].conv1.weight, expected, rtol=0, atol=1e-5), "conv1 of layer1.0"

with safe_open(folder / "all.safetensors", "numpy") as file:
    assert {name.partition(".")[0] for name in file.keys()} == {"encoder", "head"}

x = numpy.load(folder / "embeddings.npy")
assert x.dtype == numpy.float32 and x.shape == (5, 3) and (x.ravel() == (numpy.arange(15) / 7).astype("float32")).all()
print("torch, safetensors and numpy read all three files")
