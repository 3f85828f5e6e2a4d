# SPDX-License-Identifier: MIT
"""lightly's side of the methods: losses, banks, heads and twins of lightly 1.6 with plain PyTorch around them, on the embedded
Fashion-MNIST subset; writes features for the probe that reads ours too (benchmarks/accuracy.py).

    python3 benchmarks/pytorch/methods.py --method moco --seed 0 --data examples/data --out FOLDER [--epochs 20] [--threads 2]
                                          [--batch 256] [--width 32] [--images 10000]
    FOLDER/train.npy, FOLDER/test.npy: rows x features, float32; the line printed last is JSON

Beside torch: pip install --no-deps lightly==1.6.0 lightly_utils torchvision einops tqdm pillow

The recipe of benchmarks/methods_run.cpp. The same for all: views, encoder, first values by PyTorch's rule, SGD with momentum 0.9
and decay 5e-4 on every weight, warm-up over a twentieth of the steps, then a cosine (accuracy.py). A head is linear 256,
batch-norm, relu, linear 128, a predictor the same with 64 in the middle. Each view goes through the networks by itself, so that
batch-norms have each view's statistics, as in lightly's examples. Twins begin as equals and follow after the update, parameters
only; their batch-norms have the statistics of their own batch. Each method says what else was made the same.
"""
import copy
import json
import math
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F
from accuracy import DEVIATION, MEAN, encoder, fit, read_request, view, write_features
from lightly.loss import BarlowTwinsLoss, DINOLoss, NegativeCosineSimilarity, NTXentLoss, SwaVLoss, VICRegLoss
from lightly.models.modules import NNMemoryBankModule
from lightly.models.modules.heads import DINOProjectionHead, SwaVPrototypes
from lightly.models.utils import deactivate_requires_grad, update_momentum

warnings.filterwarnings("ignore", category=FutureWarning)    # DINO's head uses torch's older weight_norm


def mlp_bn(inputs, hidden, outputs, last_norm=False):
    last = [nn.Linear(hidden, outputs, bias=False), nn.BatchNorm1d(outputs)] if last_norm else [nn.Linear(hidden, outputs)]
    return nn.Sequential(nn.Linear(inputs, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(), *last)


def twin_of(module):
    """A copy that only follows."""
    copied = copy.deepcopy(module)
    deactivate_requires_grad(copied)
    return copied


def rising(first, progress):
    """From `first` to 1 along half a cosine; progress is the share of steps before this one (lightly's divides by steps - 1)."""
    return 1 + (first - 1) * 0.5 * (1 + math.cos(math.pi * progress))


class Method:
    """What fit() asks for: a loss of two views, groups of parameters that learn, what happens around an update."""
    rate = 0.06

    def __init__(self, net, features, steps_per_epoch):
        self.net = net
        self.online = nn.Sequential(net, self.head(features))

    def head(self, features):
        return mlp_bn(features, 256, 128)

    def groups(self):
        return [{"params": [*self.online.parameters()]}]

    def before_update(self, at):
        pass

    def after_update(self, at):
        pass


class Moco(Method):
    """lightly's bank of (4096, 128) keys holds random unit vectors at first, as ours. Keys are normalized in four groups of
    rows in place of lightly's shuffled batch, which on one device changes nothing. One direction, constant momentum."""
    def __init__(self, *built):
        super().__init__(*built)
        self.key = twin_of(self.online)
        self.criterion = NTXentLoss(temperature=0.2, memory_bank_size=(4096, 128))

    def loss(self, views, at):
        with torch.no_grad():
            keys = torch.cat([self.key(some) for some in views[1].chunk(4)])
        return self.criterion(self.online(views[0]), keys)

    def after_update(self, at):
        update_momentum(self.online, self.key, 0.99)


class Byol(Method):
    """The value is the paper's, 4 minus twice both cosines; lightly's example takes a quarter of its gradient. The momentum
    rises from 0.97 by our progress."""
    def __init__(self, *built):
        super().__init__(*built)
        self.predictor = mlp_bn(128, 64, 128)
        self.target = twin_of(self.online)
        self.criterion = NegativeCosineSimilarity()

    def loss(self, views, at):
        p = [self.predictor(self.online(v)) for v in views]
        with torch.no_grad():
            t = [self.target(v) for v in views]
        return 4 + 2 * (self.criterion(p[0], t[1]) + self.criterion(p[1], t[0]))

    def groups(self):
        return [{"params": [*self.online.parameters(), *self.predictor.parameters()]}]

    def after_update(self, at):
        update_momentum(self.online, self.target, rising(0.97, at.progress))


class SimSiam(Method):
    """The head ends in a batch-norm with scale and shift; the predictor's rate stays at the base."""
    def __init__(self, *built):
        super().__init__(*built)
        self.predictor = mlp_bn(128, 64, 128)
        self.criterion = NegativeCosineSimilarity()

    def head(self, features):
        return mlp_bn(features, 256, 128, last_norm=True)

    def loss(self, views, at):
        z = [self.online(v) for v in views]
        p = [self.predictor(x) for x in z]
        return 0.5 * (self.criterion(p[0], z[1].detach()) + self.criterion(p[1], z[0].detach()))

    def groups(self):
        return [*super().groups(), {"params": [*self.predictor.parameters()], "steady": True}]


class OfTwoViews(Method):
    """A loss of the two views' embeddings."""
    rate = 0.03

    def loss(self, views, at):
        return self.criterion(*(self.online(v) for v in views))


class BarlowTwins(OfTwoViews):
    """Ours has lightly's lambda."""
    criterion = BarlowTwinsLoss(lambda_param=0.005)


class VicReg(OfTwoViews):
    """Factors 25, 25, 1 and both by the paper's code, with the half in the variance."""
    criterion = VICRegLoss(lambda_param=25, mu_param=25, nu_param=1)


class SwAV(Method):
    """lightly's prototypes have a bias; ours and the paper's none, so it is taken away. Put on the sphere before each step and
    frozen for the first epoch; no queue, no small crops."""
    def __init__(self, net, features, steps_per_epoch):
        super().__init__(net, features, steps_per_epoch)
        self.prototypes = SwaVPrototypes(128, 128, n_steps_frozen_prototypes=steps_per_epoch)
        self.prototypes.heads[0].register_parameter("bias", None)
        self.criterion = SwaVLoss(temperature=0.1, sinkhorn_iterations=3, sinkhorn_epsilon=0.05)

    def loss(self, views, at):
        self.prototypes.normalize()
        scores = [self.prototypes(F.normalize(self.online(v), dim=1), step=at.step) for v in views]
        return self.criterion(scores, [])

    def groups(self):
        return [*super().groups(), {"params": [*self.prototypes.parameters()]}]


class Dino(Method):
    """lightly's head 256-256-64 with batch-norms and 512 outputs, its first values by PyTorch's rule in place of the small normal
    ones. The teacher's temperature is given each step: a line from 0.04 to 0.07 over 30 % of them. The last layer is frozen for
    the first epoch; the momentum rises from 0.99 by our progress."""
    def __init__(self, *built):
        super().__init__(*built)
        self.teacher = nn.Sequential(copy.deepcopy(self.net), self.head(built[1]))    # torch's weight_norm cannot be copied
        self.teacher.load_state_dict(self.online.state_dict())
        deactivate_requires_grad(self.teacher)
        self.criterion = DINOLoss(output_dim=512, student_temp=0.1, center_momentum=0.9)

    def head(self, features):
        head = DINOProjectionHead(features, 256, 64, 512, batch_norm=True, freeze_last_layer=1)
        for layer in head.layers:
            if isinstance(layer, nn.Linear):
                layer.reset_parameters()
        return head

    def loss(self, views, at):
        with torch.no_grad():
            t = [self.teacher(v) for v in views]
        temperature = 0.07 if at.progress >= 0.3 else 0.04 + 0.03 * at.progress / 0.3
        return self.criterion(t, [self.online(v) for v in views], teacher_temp=temperature)

    def before_update(self, at):
        self.online[1].cancel_last_layer_gradients(at.epoch)

    def after_update(self, at):
        update_momentum(self.online, self.teacher, rising(0.99, at.progress))


class NNCLR(Method):
    """lightly's bank finds the neighbors, of both views before view 0's rows go into it; rows have length 1, as in ours. The loss
    is the paper's, with the batch's predictions as the candidates: NTXentLoss has the other neighbors as negatives too."""
    rate = 0.12

    def __init__(self, *built):
        super().__init__(*built)
        self.predictor = mlp_bn(128, 64, 128)
        self.bank = NNMemoryBankModule(size=(4096, 128))

    def loss(self, views, at):
        z = [F.normalize(self.online(v), dim=1) for v in views]
        p = [F.normalize(self.predictor(x), dim=1) for x in z]
        with torch.no_grad():
            of_second = self.bank(z[1], update=False)
            of_first = self.bank(z[0], update=True)
        own = torch.arange(len(views[0]))
        return 0.5 * (F.cross_entropy(of_first @ p[1].T / 0.2, own) + F.cross_entropy(of_second @ p[0].T / 0.2, own))

    def groups(self):
        return [{"params": [*self.online.parameters(), *self.predictor.parameters()]}]


METHODS = {"moco": Moco, "byol": Byol, "simsiam": SimSiam, "barlow_twins": BarlowTwins, "vicreg": VicReg, "swav": SwAV,
           "dino": Dino, "nnclr": NNCLR}


def main():
    a, images, _, test, _ = read_request(METHODS)
    net = encoder(a.width)
    method = METHODS[a.method](net, 4 * a.width, a.images // a.batch)
    trained = fit(method.groups(), method.rate, a.images, a.epochs,
                  lambda k, at: method.loss([view(images[k]), view(images[k])], at), a.batch, method.before_update,
                  method.after_update)
    write_features(net, {"train": images, "test": test}, MEAN, DEVIATION, a.out)
    print(json.dumps({"method": a.method, "seed": a.seed, **trained, "end_to_end": None, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
