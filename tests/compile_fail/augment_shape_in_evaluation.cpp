// SPDX-License-Identifier: MIT
// expect: this augmentation changes the shape, so it has to say what evaluated images get: give it evaluate(ctx, own, x, y)
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/reference.hpp>

namespace ct = contrastive;

struct some_channel {
  template <class In>
  using output = ct::image<In::height, In::width, 1>;
  static std::array<float, 1> draw(const ct::nothing&, ct::random_stream& random, ct::image_size size) {
    return {float(random.below(std::uint32_t(size.channels)))};
  }
  static void apply(auto& ctx, const auto&, const auto& x, auto& y) { ct::reduce<ct::fold::max>(ctx, y, x); }
#ifdef CONTRASTIVE_CORRECTED
  static void evaluate(auto& ctx, const auto&, const auto& x, auto& y) { ct::reduce<ct::fold::max>(ctx, y, x); }
#endif
};

int main() {
  ct::reference device;
  ct::view_pass<ct::reference, ct::image<28, 28, 3>, ct::views<some_channel>> pass{device, 16};
  ct::memory<ct::reference, ct::tensor<ct::reference, ct::image<28, 28, 3>, std::uint8_t>> stored{device, 16};
  ct::memory<ct::reference, decltype(pass)::images> out{device, 16};
  pass.evaluate(device, stored.value, out.value);
}
