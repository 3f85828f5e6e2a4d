// SPDX-License-Identifier: MIT
// expect: linear takes vectors: put global_average_pool or flatten before it
#include <contrastive/net/network.hpp>
#include <contrastive/nn/conv2d.hpp>
#include <contrastive/nn/linear.hpp>
#include <contrastive/nn/pool.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using net = ct::sequential<ct::conv2d<4, 3>, ct::global_average_pool, ct::linear<10>>;
#else
using net = ct::sequential<ct::conv2d<4, 3>, ct::linear<10>>;
#endif

constexpr bool fits = ct::Accepts<net, ct::image<8, 8, 1>>;

int main() { return fits ? 0 : 1; }
