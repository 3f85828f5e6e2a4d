// SPDX-License-Identifier: MIT
#pragma once
// The convolutions of ResNet-18 (small-image stem) and of the small encoder.
#include <contrastive/backend/cpu/kernels/conv_shape.hpp>

namespace work {

using contrastive::on_cpu::conv_shape;

struct layer {
  const char* name;
  conv_shape shape;    // with 64 images
};

constexpr conv_shape square(int size, int channels, int filters, int kernel = 3, int stride = 1, bool rows = false) {
  return {64, size, size, channels, filters, kernel, kernel, stride, kernel / 2, kernel / 2, rows};
}

constexpr layer layers[] = {
    {"r18 3->64 @32 rows", square(32, 3, 64, 3, 1, true)},
    {"r18 64->64 @32", square(32, 64, 64)},
    {"r18 64->128 @32 s2", square(32, 64, 128, 3, 2)},
    {"r18 64->128 @32 1x1 s2", square(32, 64, 128, 1, 2)},
    {"r18 128->128 @16", square(16, 128, 128)},
    {"r18 128->256 @16 s2", square(16, 128, 256, 3, 2)},
    {"r18 128->256 @16 1x1 s2", square(16, 128, 256, 1, 2)},
    {"r18 256->256 @8", square(8, 256, 256)},
    {"r18 256->512 @8 s2", square(8, 256, 512, 3, 2)},
    {"r18 256->512 @8 1x1 s2", square(8, 256, 512, 1, 2)},
    {"r18 512->512 @4", square(4, 512, 512)},
    {"small 1->32 @28 rows", square(28, 1, 32, 3, 1, true)},
    {"small 32->32 @28", square(28, 32, 32)},
    {"small 32->64 @28 s2", square(28, 32, 64, 3, 2)},
    {"small 64->64 @14", square(14, 64, 64)},
    {"small 64->128 @14 s2", square(14, 64, 128, 3, 2)},
    {"small 128->128 @7", square(7, 128, 128)},
};

}    // namespace work
