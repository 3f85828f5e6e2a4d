# SPDX-License-Identifier: MIT
# Writes golden values: a line "name rank extents...", then a line of the values, row-major. Lines with # are
# comments.
#
# Images are stored (n, h, w, c), filters (k, r, s, c), weights of a linear layer (k, c). Values are float64, printed
# so that they read back exactly; digits=7 rounds what is only compared to 0.01/255. "case/field" names a field of a
# case. With CHECK=1 in the environment nothing is written: the file that is there is compared with what was computed.
import os
import pathlib
import sys

import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
folder = pathlib.Path(__file__).parent
script = pathlib.Path(sys.argv[0]).name
version = torch.__version__.split("+")[0]


def normal(*shape, grid=None):
    """Gaussian numbers that a float holds exactly: rounded to float, or to multiples of 1/grid (short to print)."""
    x = torch.randn(*shape)
    return torch.round(x * grid) / grid if grid else x.float().double()


def rows_last(x):
    """PyTorch's (n, c, h, w) as (n, h, w, c), also its filters (k, c, r, s) as (k, r, s, c); the rest as it is."""
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


class golden_file:
    def __init__(self, subject, note=""):
        self.path = folder / f"{subject}.txt"
        self.tensors = {}
        self.text = [f"# {subject}: made by tests/golden/{script} with torch {version}. {note}".rstrip()]

    def add(self, name, values, digits=None):
        """Adds a tensor, array, list or number; tensors of four dimensions are taken for PyTorch's (n, c, h, w)."""
        x = rows_last(torch.as_tensor(values).detach().double()).contiguous().clone()
        assert name not in self.tensors and " " not in name and bool(torch.isfinite(x).all()), name
        self.tensors[name] = x
        shown = [repr(round(v, digits) if digits else v).removesuffix(".0") for v in x.flatten().tolist()]
        self.text += [" ".join([name, str(x.ndim), *map(str, x.shape)]), " ".join(shown)]

    def case(self, name, **fields):
        for field, values in fields.items():
            self.add(f"{name}/{field}", values)

    def write(self):
        if os.environ.get("CHECK"):
            self.check()
        else:
            self.path.write_text("\n".join(self.text) + "\n")
            print(f"{self.path.name}: {len(self.tensors)} tensors, {self.path.stat().st_size / 1000:.1f} kB")

    def check(self):
        there, worst = read(self.path), 0.0
        assert list(there) == list(self.tensors), f"{self.path.name}: other names"
        for name, x in self.tensors.items():
            assert there[name].shape == tuple(x.shape), f"{self.path.name}: {name} has another shape"
            largest = max(1.0, numpy.abs(x.numpy()).max(initial=0))
            worst = max(worst, float(numpy.abs(there[name] - x.numpy()).max(initial=0)) / largest)
        print(f"{self.path.name}: {len(there)} tensors, worst difference {worst:.1e}")
        assert worst < 1e-6, f"{self.path.name} differs from what {script} computes here"


def read(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    tensors = {}
    for head, values in zip(lines[::2], lines[1::2]):
        name, _, *shape = head.split()
        tensors[name] = numpy.array([float(v) for v in values.split()]).reshape([int(d) for d in shape])
    return tensors


def parameter_gradients(module):
    """The gradients of a module's parameters under their names, each with `.gradient` behind it."""
    return {f"{name}.gradient": p.grad for name, p in module.named_parameters()}
