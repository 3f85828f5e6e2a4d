// SPDX-License-Identifier: MIT
#pragma once
// What a method asks of its decoder.
#include <contrastive/method/method_concepts.hpp>

namespace contrastive::detail {

template <class Decoder, class Made, class Images>
struct decoder_makes_images {
  static_assert(never<Decoder>,
                "a decoder makes images of the shape that the encoder reads: this one ends in another (Made, Images)");
};

/// Whether a decoder makes images of that shape of such codes; where it does not, a sentence says why.
template <class Decoder, class Code, class Images>
constexpr bool decoder_fits() {
  if constexpr (!Accepts<Decoder, Code>) return false;
  else {
    using Made = typename Decoder::template output<Code>;
    if constexpr (!std::is_same_v<Made, Images>) return refuse<decoder_makes_images<Decoder, Made, Images>>();
    else return true;
  }
}

}    // namespace contrastive::detail
