# SPDX-License-Identifier: MIT
# Golden values of batch normalization: python tests/golden/batch_norm.py (made with torch 2.14.1, numpy 2.4.6).
#
# settings: momentum and epsilon. One training step gives y, the gradients and running_*_after_1; then x2 and x3
# follow (running_*_after_3), and `inference` is the output for x with those statistics. In `per_view` two views of
# three rows are normalized one after the other: the statistics are each view's own, the gradients of weight and bias
# add up.
import torch
import torch.nn as nn
from golden_file import golden_file, normal

torch.manual_seed(6)
file = golden_file("batch_norm")


def layer_for(shape, momentum, epsilon):
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    layer = kind(shape[1], epsilon, momentum)
    layer.weight.data = 1 + normal(shape[1], grid=64) / 4
    layer.bias.data = normal(shape[1], grid=64) / 2
    return layer


def statistics(name, layer, batches):
    file.add(f"{name}/running_mean_after_{batches}", layer.running_mean)
    file.add(f"{name}/running_var_after_{batches}", layer.running_var)


def case(name, shape, momentum=0.1, epsilon=1e-5, further=True, mean=0, deviation=1):
    draw = lambda: (mean + deviation * normal(*shape, grid=64)).float().double()
    layer = layer_for(shape, momentum, epsilon)
    x = draw().requires_grad_()
    dy = normal(*shape, grid=64)
    y = layer(x)
    y.backward(dy)
    file.case(name, settings=[momentum, epsilon], x=x, weight=layer.weight, bias=layer.bias, y=y, dy=dy, dx=x.grad,
              dweight=layer.weight.grad, dbias=layer.bias.grad)
    statistics(name, layer, 1)
    if further:
        x2, x3 = draw() + 1, 2 * draw()
        layer(x2), layer(x3)
        file.case(name, x2=x2, x3=x3)
        statistics(name, layer, 3)
    layer.eval()
    file.case(name, inference=layer(x))


def per_view(name, shape, views):
    layer = layer_for(shape, 0.1, 1e-5)
    x = (normal(*shape, grid=64) * 2).requires_grad_()
    dy = normal(*shape, grid=64)
    y = torch.cat([layer(part) for part in x.chunk(views)])
    y.backward(dy)
    file.case(name, settings=[0.1, 1e-5], views=views, x=x, weight=layer.weight, bias=layer.bias, y=y, dy=dy, dx=x.grad,
              dweight=layer.weight.grad, dbias=layer.bias.grad)
    statistics(name, layer, views)


case("5x3x3", (3, 3, 5, 3))
case("7x7x1", (2, 1, 7, 7), further=False)
case("vector", (6, 7), further=True)
case("two_rows", (2, 3), further=False)                                   # x̂ is ±1, nearly no gradient is left
case("momentum_epsilon", (3, 3, 3, 2), momentum=0.3, epsilon=1e-3)
case("far_mean", (4, 2, 5, 3), mean=64, further=False)                    # mean² / variance = 4096
case("nearly_constant", (4, 2, 2, 3), deviation=1 / 256, further=False)   # variance near epsilon
per_view("per_view", (6, 3, 3, 2), 2)
file.write()
