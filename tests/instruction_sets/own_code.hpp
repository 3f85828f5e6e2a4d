// SPDX-License-Identifier: MIT
// What each unit runs of its own; all that is defined here has internal linkage, as it would in a user's unit.
#include <contrastive/cpu.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/net/initialize.hpp>
#include <contrastive/testing/trial.hpp>

#include <typeinfo>

namespace {

namespace ct = contrastive;

/// A network's outputs and gradients on this unit's device.
std::vector<double> run_own_code() {
  using in = ct::image<14, 14, 1>;
  ct::cpu device{{.threads = 2}};
  ct::testing::trial<ct::cpu, ct::small_convnet<8>, in> net{device, 8};
  std::vector<double> found = net.forward(ct::testing::normal_numbers(8 * in::size, 1));
  net.backward(ct::testing::normal_numbers(found.size(), 2));
  for (const auto& gradient : net.gradients())
    found.insert(found.end(), gradient.second.begin(), gradient.second.end());
  return found;
}
/// The device's type, as the linker knows it.
std::string own_device() { return typeid(ct::cpu).name(); }

}    // namespace
