// SPDX-License-Identifier: MIT
#pragma once
// A loss on a device: its memory, its evaluation, its report.
//
// A loss is an empty type with a `config`, `needs_labels`, and either one expression (a pair loss: see
// loss_concepts.hpp) or bodies of its own (cross_entropy). `prepare_of<Loss>` are the layers that the pipeline puts
// between network and loss.
//
//     ct::loss_pass<device, ct::nt_xent, ct::features<128>> loss{dev, 512};          // memory for up to 512 rows
//     loss(dev, {.temperature = 0.5}, net.y(), ct::no_labels{}, 2, net.dy());    // row v·n + i is view v of sample i
//     ct::loss_report r = loss.read(dev, {.temperature = 0.5});                      // one download of a few numbers
#include <contrastive/loss/pairwise.hpp>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/l2_normalize.hpp>

#include <type_traits>

namespace contrastive {

namespace detail {
template <class L>
auto declared_prepare() {
  if constexpr (SaysItsLayers<L>) return std::type_identity<typename L::prepare>{};
  else return std::type_identity<sequential<l2_normalize>>{};
}
/// What stands for a type that is no loss, so that this mistake is one error.
struct refused_loss {
  struct config {};
  template <class, int>
  using memory = nothing;
  static int capacity(int rows) { return rows; }
  static void evaluate(auto&&...) {}
  static loss_report read(auto&&...) { return {}; }
};
template <class L>
auto body_of_loss() {
  if constexpr (PairLoss<L>) return std::type_identity<pairwise<L>>{};
  else if constexpr (OwnLoss<L>) return std::type_identity<L>{};
  else return std::type_identity<refused_loss>{};
}

/// The layers between the network and the loss: l2_normalize for a pair loss that names none.
template <class L>
using prepare_of = typename decltype(detail::declared_prepare<L>())::type;
}    // namespace detail

/// The memory of a loss for up to `capacity` rows of shape In, and its evaluation.
template <class Backend, class L, class In>
class loss_pass {
  static_assert(Loss<L>,
                "this is not a loss: it needs a config, needs_labels, and either anchor(pairs) and a temperature in "
                "the config (or a similarity that has none), or prepare, memory, capacity, evaluate and read (see "
                "contrastive/loss/loss_concepts.hpp)");
  using body = typename decltype(detail::body_of_loss<L>())::type;
  using owned_memory = typename body::template memory<Backend, In::channels>;

 public:
  using config = typename body::config;

  loss_pass(Backend& device, std::size_t capacity)
      : memory_(device, std::size_t(body::capacity(int(capacity)))), capacity_(int(capacity)) {}

  /// Value and gradient of a batch: z (n, d) are the network's outputs after `prepare_of<L>`, dz (n, d) is written (or
  /// is no_gradient). Labels are an int32 tensor of n rows, or of the n / views rows of one view, or no_labels. What a
  /// loss draws at random follows from the key.
  void operator()(Backend& device, const config& c, const auto& z, const auto& labels, int views, auto& dz,
                  random_key key = {}) {
    constexpr bool given = !std::is_same_v<std::remove_cvref_t<decltype(labels)>, no_labels>;
    static_assert(given || !L::needs_labels, "this loss needs labels: give it an int32 tensor with one for each row");
    require_rows(z, labels, dz);
    context<Backend, training> ctx{device, key};
    if constexpr (given || !L::needs_labels) body::evaluate(ctx, c, memory_.value, z, labels, views, dz);
    rows_ = z.rows;
  }
  /// What the last evaluation said.
  loss_report read(Backend& device, const config& c) { return body::read(device, c, memory_.value, rows_); }

  static constexpr detail::footprint size() { return detail::footprint_of<owned_memory, Backend>(); }

 private:
  void require_rows(const auto& z, const auto& labels, const auto& dz) const {
    const auto rows = [&] { return std::to_string(z.rows); };
    if (z.rows > capacity_)
      throw argument_error("this loss has memory for " + std::to_string(capacity_) + " rows, but got " + rows());
    if constexpr (requires { labels.rows; })
      if (labels.rows < 1 || z.rows % labels.rows != 0)
        throw argument_error(std::to_string(labels.rows) + " labels do not fit a batch of " + rows() + " rows");
    if constexpr (requires { dz.rows; })
      if (dz.rows != z.rows)
        throw argument_error("the gradient of " + rows() + " rows has " + std::to_string(dz.rows) + " rows");
  }

  memory<Backend, owned_memory> memory_;
  int capacity_, rows_ = 0;
};

}    // namespace contrastive
