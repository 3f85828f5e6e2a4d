// SPDX-License-Identifier: MIT
// Decoders and discriminators on the CPU's overrides: none falls back, and they equal the reference.
#include <contrastive/cpu.hpp>
#include <contrastive/models/small_decoder.hpp>

#include "support/check_network.hpp"

using namespace contrastive;

namespace {

template <class Net, class In>
constexpr std::size_t generic = program_of<Net, tensor<cpu, In>, training>::generic_steps;
template <class Net, class In>
constexpr std::size_t generic_in_use = program_of<Net, tensor<cpu, In>, inference>::generic_steps;

using decoder = small_decoder<image<8, 12, 3>, 8>;
static_assert(std::is_same_v<decoder::output<features<6>>, image<8, 12, 3>>);
static_assert(generic<decoder, features<6>> == 1 && generic_in_use<decoder, features<6>> == 1);    // unflatten

using transposed =
    sequential<conv2d<5, 3>, batch_norm, relu, transposed_conv2d<40, 4, 2, 1>, batch_norm, relu,
               transposed_conv2d<34, 3, 1, 1, 0, bias::yes>, relu, transposed_conv2d<3, 3, 2, 1, 1, bias::yes>>;
static_assert(generic<transposed, image<5, 4, 3>> == 0 && generic_in_use<transposed, image<5, 4, 3>> == 0);

using normalized = sequential<spectral_norm<conv2d<40, 3, 2, 1, bias::yes>>, relu, spectral_norm<conv2d<7, 3>>,
                              bilinear_upsample<2>, conv2d<32, 3>>;
static_assert(generic<normalized, image<5, 4, 3>> == 0 && generic_in_use<normalized, image<5, 4, 3>> == 0);

}    // namespace

TEST_CASE("a decoder and transposed convolutions on the CPU equal the reference in every phase") {
  check_network<decoder, features<6>>(5);
  check_network<transposed, image<5, 4, 3>>(5);
}
