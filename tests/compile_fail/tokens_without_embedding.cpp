// SPDX-License-Identifier: MIT
// expect: tokens enter a network by embedding<D>: make it the first layer
#include <contrastive/contrastive.hpp>
namespace ct = contrastive;
using sentence = ct::tokens<16, 1000>;
#ifdef CONTRASTIVE_CORRECTED
using encoder = ct::sequential<ct::embedding<32>, ct::flatten, ct::linear<16>>;
#else
using encoder = ct::sequential<ct::flatten, ct::linear<16>>;
#endif
ct::pipeline<ct::reference, sentence, ct::n_views<2>, encoder, ct::mlp<16, 8>, ct::nt_xent> model;
