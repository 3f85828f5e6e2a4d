// SPDX-License-Identifier: MIT
// Units that are built for different instruction sets, in one program: each runs its own code.
#include "units.hpp"

#include "own_code.hpp"
#include "support/catch.hpp"
#include "support/tolerance.hpp"

using contrastive::on_cpu::best_isa;
using contrastive::on_cpu::isa;

TEST_CASE("units of different instruction sets share a program, and no device") {
  const std::vector<std::string> devices{own_device(), device_of_avx2(), device_of_native(), device_of_avx512()};
  for (std::size_t i = 0; i < devices.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(devices[i] != devices[j]);
}

TEST_CASE("each unit trains by its own code, to the same numbers") {
  const std::vector<double> expected = run_own_code();
  if (best_isa() >= isa::avx2) {
    CHECK(relative_rms(run_avx2(), expected) <= tolerance::small_network_gradient_float);
    CHECK(relative_rms(run_native(), expected) <= tolerance::small_network_gradient_float);
  }
  if (best_isa() >= isa::avx512) CHECK(relative_rms(run_avx512(), expected) <= tolerance::small_network_gradient_float);
}

TEST_CASE("a unit that was built for more than the CPU has says so") {
  using contrastive::on_cpu::usable_isa;
  CHECK(usable_isa({}) == isa::portable);    // this unit asks for nothing
  CHECK(usable_isa({.avx2 = true, .fma = true}) == isa::avx2);
}
