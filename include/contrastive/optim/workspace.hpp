// SPDX-License-Identifier: MIT
#pragma once
// Memory that an optimizer needs only during an update: `template <class B> using workspace = …`, taken from the
// context.
#include <contrastive/core/context.hpp>
#include <contrastive/core/declared.hpp>
#include <contrastive/net/network.hpp>

#include <type_traits>

namespace contrastive {

namespace detail {
template <class Optimizer, class B>
using workspace_in = typename Optimizer::template workspace<B>;
template <class Optimizer, class B>
using workspace_of = declared_or<nothing, workspace_in, Optimizer, B>;

/// Holds the workspace of an optimizer on a device, and makes the context of its updates.
template <class Optimizer, class Device>
class optimizer_workspace {
 public:
  explicit optimizer_workspace(Device& device) : device_(device), memory_(device, 0) {}

  context<Device, training> context_for_update() {
    const auto base = device_.address_of(memory_.data);
    return {device_, {}, {base, base + memory_.size.fixed, 0}};
  }

 private:
  Device& device_;
  memory<Device, detail::workspace_of<Optimizer, Device>> memory_;
};
}    // namespace detail

}    // namespace contrastive
