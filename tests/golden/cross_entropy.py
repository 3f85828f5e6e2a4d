# SPDX-License-Identifier: MIT
# Golden values of cross-entropy: python tests/golden/cross_entropy.py (made with torch 2.14.1, numpy 2.4.6).
#
# Mean over the rows; accuracy is the share of rows whose largest logit is the label's; chance is log K.
import math

import torch
import torch.nn.functional as F
from golden_file import golden_file, normal

torch.manual_seed(3)
file = golden_file("cross_entropy")


def case(name, logits, labels):
    x = logits.clone().requires_grad_()
    value = F.cross_entropy(x, labels)
    value.backward()
    accuracy = (logits.argmax(1) == labels).double().mean()
    file.case(name, x=logits, labels=labels, value=value, dx=x.grad)
    file.case(name, accuracy=accuracy, chance=math.log(logits.shape[1]))


case("six_of_four", normal(6, 4), torch.tensor([3, 0, 1, 1, 2, 0]))
case("five_of_ten", 2 * normal(5, 10), torch.randint(0, 10, (5,)))
case("one_of_two", normal(1, 2), torch.tensor([1]))
case("far", 64 * normal(4, 7), torch.randint(0, 7, (4,)))    # exp of these overflows a float
file.write()
