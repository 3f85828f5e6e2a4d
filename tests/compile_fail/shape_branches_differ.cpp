// SPDX-License-Identifier: MIT
// expect: the branches of this residual have different output shapes: give the shortcut a conv2d with the main branch's channels and stride
#include <contrastive/models/resnet.hpp>
#include <contrastive/net/network.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using shortcut = ct::projection<8, 2>;
#else
using shortcut = ct::identity;
#endif
using net = ct::sequential<ct::conv2d<4, 3>, ct::basic_block<8, 2, shortcut>, ct::global_average_pool>;

constexpr bool fits = ct::Accepts<net, ct::image<8, 8, 1>>;

int main() { return fits ? 0 : 1; }
