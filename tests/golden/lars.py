# SPDX-License-Identifier: MIT
# Golden values of LARS: python tests/golden/lars.py (made with torch 2.14.1, lightly 1.6.0, numpy 2.4.6).
#
# Four steps on the net of optimizer_net.py. PyTorch has no LARS. form 0 is simclr's (lars_optimizer.py with
# classic_momentum, the default), restated below; form 1 is restated as solo-learn has it and checked against
# lightly.utils.lars.LARS where there is no clipping. settings: form, momentum, nesterov, weight decay, trust, clip,
# epsilon, adaptation (and decay) of 1-d parameters too.
import torch
from golden_file import golden_file
from lightly.utils.lars import LARS
from optimizer_net import case, start

file = golden_file("lars")
start(file)
eps = 1e-8


class lars(torch.optim.Optimizer):
    """Groups with weight decay None neither decay nor adapt."""

    def __init__(self, groups, form, momentum, nesterov, trust, clip):
        super().__init__(groups, {"lr": 1.0})
        self.form, self.momentum, self.nesterov, self.trust, self.clip = form, momentum, nesterov, trust, clip

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                (self.simclr if self.form == 0 else self.torch)(p, v, p.grad.clone(), group["weight_decay"], group["lr"])

    def simclr(self, p, v, g, decay, rate):
        ratio = 1.0
        if decay is not None:
            g += decay * p
            if p.norm() > 0 and g.norm() > 0:
                ratio = self.trust * p.norm() / g.norm()
            if self.clip:
                ratio = min(ratio / rate, 1.0)
        v.mul_(self.momentum).add_(rate * ratio * g)
        p -= self.momentum * v + rate * ratio * g if self.nesterov else v

    def torch(self, p, v, g, decay, rate):
        if decay is not None and g.norm() > 0:
            ratio = self.trust * p.norm() / (g.norm() + decay * p.norm() + eps) if p.norm() > 0 else 1.0
            if self.clip:
                ratio = min(ratio / rate, 1.0)
            g = ratio * (g + decay * p)
        v.mul_(self.momentum).add_(g)
        p -= rate * (g + self.momentum * v if self.nesterov else v)


def optimizer_of(form, momentum, nesterov, trust, clip):
    def make(groups):
        for group in groups[1:]:
            group["weight_decay"] = None
        return lars(groups, form, momentum, nesterov, trust, clip)

    return make


def run(name, form, momentum=0.9, nesterov=False, decay=0.125, trust=0.25, clip=False, adapt_all=False):
    case(file, name, [form, momentum, nesterov, decay, trust, clip, eps, adapt_all], decay, adapt_all,
         optimizer_of(form, momentum, nesterov, trust, clip))


run("simclr", 0)
run("simclr_nesterov", 0, nesterov=True)
run("simclr_all", 0, adapt_all=True)
run("simclr_clip", 0, clip=True)
run("without_momentum", 0, momentum=0.0, decay=0.0)
run("torch", 1)
run("torch_nesterov", 1, nesterov=True)
run("torch_clip", 1, clip=True)
run("torch_all", 1, adapt_all=True)

# lightly neither decays nor adapts where the weight decay is 0, and what is 0 it does not adapt: no bias here
theirs = golden_file("lightly")
for name, nesterov in (("torch", False), ("torch_nesterov", True)):
    case(theirs, name, [], 0.125, False,
         lambda groups, n=nesterov: LARS(groups, 1.0, 0.9, nesterov=n, trust_coefficient=0.25, eps=eps))
for name, x in theirs.tensors.items():
    if x.numel() and not torch.allclose(x, file.tensors[name], rtol=0, atol=1e-14):
        raise SystemExit(f"lightly differs in {name}")
file.write()
