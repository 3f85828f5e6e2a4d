// SPDX-License-Identifier: MIT
// expect: this conv2d's kernel is larger than its padded input: use a smaller kernel, more padding or larger images
#include <contrastive/net/network.hpp>
#include <contrastive/nn/conv2d.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using net = ct::sequential<ct::conv2d<4, 5>>;
#else
using net = ct::sequential<ct::conv2d<4, 5, 1, 0>>;
#endif

constexpr bool fits = ct::Accepts<net, ct::image<4, 4, 1>>;

int main() { return fits ? 0 : 1; }
