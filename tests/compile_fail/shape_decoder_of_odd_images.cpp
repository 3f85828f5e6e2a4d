// SPDX-License-Identifier: MIT
// expect: a small_decoder doubles an image twice: height and width of the image are multiples of four
#include <contrastive/models/small_decoder.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using decoder = ct::small_decoder<ct::image<28, 28, 1>>;
#else
using decoder = ct::small_decoder<ct::image<28, 30, 1>>;
#endif

int main() { return int(decoder::output<ct::features<8>>::channels) - 1; }
