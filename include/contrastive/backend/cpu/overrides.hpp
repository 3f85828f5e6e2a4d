// SPDX-License-Identifier: MIT
#pragma once
// The CPU's overrides, in the order in which they are tried.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/core/step.hpp>

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

template <class Phase>
struct override_list {
  using type = type_list<>;
};
template <class Value>
struct packing_of : no_step {};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
