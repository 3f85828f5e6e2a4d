// SPDX-License-Identifier: MIT
// What the kernels ask of their callers: a call outside of it is refused where checks are compiled (without NDEBUG).
#include <contrastive/backend/cpu/kernels/channel_kernels.hpp>
#include <contrastive/backend/cpu/kernels/conv_kernels.hpp>
#include <contrastive/backend/cpu/kernels/double_gemm.hpp>
#include <contrastive/backend/cpu/kernels/pairs/kernels.hpp>
#include <contrastive/backend/cpu/kernels/row_kernels.hpp>
#include <contrastive/backend/cpu/kernels/view_kernels.hpp>
#include <contrastive/backend/cpu/kernels/winograd_kernels.hpp>

#include "support/catch.hpp"
#include "support/every_set.hpp"

using namespace contrastive;
using namespace contrastive::on_cpu;

#if !defined(NDEBUG)

TEST_CASE("kernels refuse what they do not serve") {
  workers pool{1};
  for_every_set([&](isa set) {
    conv_shape wide{.kernel_height = 9};
    CHECK_THROWS_AS(conv_kernels_for(set).forward(pool, wide, nullptr, nullptr, nullptr, {}, {}), argument_error);
    conv_shape small{.height = 1, .padding_height = 0};
    CHECK_THROWS_AS(conv_kernels_for(set).backward_weights(pool, small, nullptr, nullptr, nullptr, nullptr, {}),
                    argument_error);
    conv_shape rows{.height = 4, .width = 4, .rows = true};
    CHECK_THROWS_AS(conv_kernels_for(set).backward_data(pool, rows, nullptr, nullptr, nullptr, {}, {}), argument_error);
    CHECK_THROWS_AS(winograd_kernels_for(set).forward(pool, rows, nullptr, nullptr, nullptr, {}, {}, nullptr),
                    argument_error);
    CHECK_THROWS_AS(channel_kernels_for(set).average({1, 2, 4, 1, 2}, nullptr, nullptr), argument_error);
    CHECK_THROWS_AS(row_kernels_for(set).statistics({4, 33, 40}, nullptr, nullptr, nullptr), argument_error);
    CHECK_THROWS_AS(double_kernels_for(set).multiply({1, 3, 1, nullptr, 1, 1, nullptr, 3, nullptr, 3}), argument_error);
    CHECK_THROWS_AS(pair_kernels_for(set).add_products(nullptr, 1, 1, 1, {nullptr, 3, 1}, 3, nullptr, 3),
                    argument_error);
    const view_size size{4, 4, 1, 2, 2};
    view_workspace memory{size};
    CHECK_THROWS_AS(view_kernels_for(set).make(size, {2, 0, 3, 4}, {}, {}, nullptr, memory), argument_error);
  });
}

#endif
