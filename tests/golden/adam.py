# SPDX-License-Identifier: MIT
# Golden values of Adam and AdamW: python tests/golden/adam.py (made with torch 2.14.1, numpy 2.4.6).
#
# Four steps of torch.optim.Adam and AdamW on the net of optimizer_net.py. settings: decoupled (AdamW), beta1, beta2,
# epsilon, weight decay, decay of 1-d parameters too.
import torch
from golden_file import golden_file
from optimizer_net import case, start

file = golden_file("adam")
start(file)


def adam(name, decoupled, decay=0.0, decay_all=False, betas=(0.9, 0.999), eps=1e-8):
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    case(file, name, [decoupled, *betas, eps, decay, decay_all], decay, decay_all,
         lambda groups: kind(groups, 1.0, betas, eps))


adam("adam", False)
adam("adam_decay", False, decay=0.125, betas=(0.5, 0.75), eps=0.0625)
adam("adam_decay_all", False, decay=0.125, decay_all=True)
adam("adamw", True, decay=0.125)
adam("adamw_decay_all", True, decay=0.125, decay_all=True, betas=(0.5, 0.75))
file.write()
