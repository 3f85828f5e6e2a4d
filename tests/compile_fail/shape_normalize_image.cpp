// SPDX-License-Identifier: MIT
// expect: l2_normalize takes vectors: put global_average_pool or flatten before it
#include <contrastive/net/network.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/l2_normalize.hpp>
#include <contrastive/nn/pool.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using net = ct::sequential<ct::conv2d<4, 3>, ct::flatten, ct::l2_normalize>;
#else
using net = ct::sequential<ct::conv2d<4, 3>, ct::l2_normalize>;
#endif

constexpr bool fits = ct::Accepts<net, ct::image<8, 8, 1>>;

int main() { return fits ? 0 : 1; }
