// SPDX-License-Identifier: MIT
#pragma once
// One network over all views of a batch, whatever their sizes.
#include <contrastive/method/learner.hpp>

namespace contrastive {

namespace detail {
/// Whether Net has the same parameters and statistics, leaf for leaf, for inputs of these two shapes, and the same
/// output.
template <class Device, class Net, class In, class Other>
constexpr bool shares_weights() {
  if constexpr (!std::is_same_v<typename Net::template output<In>, typename Net::template output<Other>>) return false;
  else {
    bool same = true;
    const auto compare = [&]<class P, class Q>(no_path, const P&, const Q&) { same = same && std::is_same_v<P, Q>; };
    const params_of<Net, Device, In> weights{};
    const params_of<Net, Device, Other> other_weights{};
    contrastive::visit<Net>(compare, no_path{}, weights, other_weights);
    const state_of<Net, Device, In> statistics{};
    const state_of<Net, Device, Other> other_statistics{};
    contrastive::visit<Net>(compare, no_path{}, statistics, other_statistics);
    return same;
  }
}
}    // namespace detail

/// A learner's network over all views of a batch. Views of a second size (augment/multi_crop.hpp) go through the same
/// weights in a pass of their own: with batch statistics of their own, behind the pass of the others, which move the
/// running statistics first. Gradients of both are added in that order.
///
///     learner<S> online{*this, "", S::global_count};
///     all_views<S> all{*this, online};
///     …
///     const auto& z = all.forward(m);    // (v·n, d), v = S::view_count
///     …                                  // a loss writes all.dy()
///     all.backward(m);
///     online.update(m);
///
/// With `view_passes` each_view there is a pass for each view of either size.
template <class S, class Of = learner<S>>
class all_views {    // of one size: the learner's own rows
 public:
  all_views(parts<S>&, Of& of) : of_(of) {}
  auto& y() { return of_.y(); }
  auto& dy() { return of_.dy(); }
  auto& forward(auto& m) { return of_.forward(m, m.views); }
  void backward(auto& m) { of_.backward(m); }

 private:
  Of& of_;
};

template <class S, class Of>
  requires detail::HasLocalViews<typename S::views>
class all_views<S, Of> : public method_part<S> {
  using base = method_part<S>;
  using device_type = typename S::device;
  using net = typename Of::net_type;
  using local = typename S::local_input;
  using params = params_of<net, device_type, local>;
  using state = state_of<net, device_type, local>;
  using pass_type = training_pass<device_type, net, local>;
  static_assert(detail::shares_weights<device_type, net, typename S::input, local>(),
                "all_views takes a network with the same weights for both sizes of views: end its maps in "
                "global_average_pool");

 public:
  using output = typename Of::output;

  all_views(parts<S>& owner, Of& of)
      : base(owner, ""),
        of_(of),
        params_(laid_over<params>(of.net().parameters)),
        state_(laid_over<state>(of.net().statistics)) {}

  /// What the last forward pass made of all views, (v·n, d), and the gradient that the next backward pass begins with.
  output& y() { return part<0>(run_->rows.value); }
  output& dy() { return part<1>(run_->rows.value); }

  output& forward(auto& m) {
    const auto& of_global = of_.forward(m, m.views);    // also keeps the statistics that were good
    local_ = m.local_views;
    detail::require_rows("all_views", of_global.rows + local_.rows, run_->capacity);
    run_->lay_out(this->device_, of_global.rows + local_.rows);
    copy_rows(rows_of(y(), 0, of_global.rows), of_global);
    each_pass(m, [&](auto& pass, auto& x, int first, const random_key& key, auto watch) {
      pass.forward(this->device_, key, x, slots(), watch);
      copy_rows(rows_of(y(), first, x.rows), pass.y());
    });
    return y();
  }
  /// From dy() to the learner's gradients of its weights.
  void backward(auto& m) {
    copy_rows(of_.dy(), rows_of(dy(), 0, of_.dy().rows));
    of_.backward(m);
    each_pass(m, [&](auto& pass, auto& x, int first, const random_key& key, auto watch) {
      no_gradient none;
      copy_rows(pass.dy(), rows_of(dy(), first, x.rows));
      pass.backward(this->device_, key, x, none, slots(), watch);
      const auto sum = whole(this->device_, of_.net().gradients);
      map(m, sum, sum + whole(this->device_, run_->gradients));    // (size)
    });
  }

  void begin(const typename S::settings& s, int samples) override {
    run_.emplace(this->device_, samples, s.view_passes == passes::each_view ? S::local_count : 1);
  }
  void end() override { run_.reset(); }

 private:
  /// What lives as long as a run.
  struct running {
    int capacity;
    std::vector<std::unique_ptr<pass_type>> passes;
    memory<device_type, pack<output, output>> rows;    // y and dy of all views
    memory<device_type, params> gradients;             // of one pass

    running(device_type& device, int samples, int count)
        : capacity(samples * S::view_count), rows(device, std::size_t(capacity)), gradients(device, 0) {
      const int of_a_pass = samples * S::local_count / count;
      for (int p = 0; p < count; ++p) passes.push_back(std::make_unique<pass_type>(device, std::size_t(of_a_pass)));
    }
    void lay_out(device_type& device, int now) {
      if (rows.rows != std::size_t(now)) rows.lay_out(device, std::size_t(now));
    }
  };

  /// The same leaves by another type: params of a layer are a type of their own for each shape of its input.
  template <class T, class Held>
  T laid_over(memory<device_type, Held>& held) {
    static_assert(detail::footprint_of<T, device_type>().fixed == memory<device_type, Held>::size.fixed);
    return detail::made_at<T>(place<device_type>{this->device_.address_of(held.data), {}, 0});
  }
  auto slots() { return slot{params_, state_, of_.net().config, run_->gradients.value}; }

  /// f(pass, its views, the place of their first row among all, key, watch)
  void each_pass(auto& m, auto&& f) {
    const int count = int(run_->passes.size()), behind = y().rows - local_.rows;
    for (int p = 0; p < count; ++p) {
      auto x = detail::rows_of_part(local_, p, count);
      const int first = behind + p * x.rows;
      f(*run_->passes[std::size_t(p)], x, first, of_.key_of(m, first), m.watch.template of<net>(of_.name()));
    }
  }
  static output rows_of(const output& all, int first, int count) {
    const auto rows = operand_of(all).slice(first, count);
    return {rows.data, rows.rows};
  }
  void copy_rows(const output& to, const output& from) {
    this->device_.copy(to.data, from.data, operand_of(from).size());
  }

  Of& of_;
  params params_;
  state state_;
  tensor<device_type, local> local_{};
  std::optional<running> run_;
};

}    // namespace contrastive
