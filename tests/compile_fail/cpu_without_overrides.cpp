// SPDX-License-Identifier: MIT
// component: cpu
// expect: the cpu's fast steps are not included: include <contrastive/cpu.hpp>
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/view_pass.hpp>
#include <contrastive/backend/cpu/device.hpp>
#ifdef CONTRASTIVE_CORRECTED
#include <contrastive/cpu.hpp>
#endif

namespace ct = contrastive;

int main() {
  ct::cpu device;
  ct::view_pass<ct::cpu, ct::image<28, 28, 1>, ct::views<ct::horizontal_flip>> pass{device, 16};
}
