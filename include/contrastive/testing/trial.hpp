// SPDX-License-Identifier: MIT
#pragma once
// A layer or network on a device with all its memory: numbers of the host go in, numbers of the host come out.
#include <contrastive/core/network.hpp>
#include <contrastive/testing/random.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace contrastive::testing {

using numbers = std::vector<double>;
/// Numbers under the paths of parameters or statistics.
using named_numbers = std::vector<std::pair<std::string, numbers>>;

template <class Layer>
struct network_of {
  using type = sequential<named<"", Layer>>;    // paths are the layer's own: "weight"
};
template <class... L>
struct network_of<sequential<L...>> {
  using type = sequential<L...>;
};

/// A layer (or a whole `sequential`) for input In with up to `rows` samples. Parameters are random: weights have variance
/// 1 / fan in, scales are about 1, everything else is about a quarter; running statistics start at mean 0, variance 1.
///
///     trial<reference, linear<3>, features<5>> t{device, 4};
///     auto y = t.forward(normal_numbers(20, 1));
///     auto dx = t.backward(normal_numbers(12, 2));    // and t.gradients()
template <class Device, class Layer, class In>
class trial {
 public:
  using net = typename network_of<Layer>::type;
  using pass = training_pass<Device, net, In>;
  using Out = shape_of<typename pass::output>;
  using element = typename Device::element;

  trial(Device& device, int rows, std::uint64_t seed = 1)
      : device_(device),
        network_(device),
        pass_(device, std::size_t(rows)),
        ends_(device, std::size_t(rows)),
        rows_(rows) {
    draw(seed);
  }

  int rows() const { return rows_; }
  auto& network() { return network_; }
  auto& config() { return network_.config; }

  /// The output for `x`; its rows are as many as its numbers say.
  numbers forward(const numbers& x) {
    ends_.lay_out(device_, x.size() / In::size);
    upload(part<0>(ends_.value), x);
    pass_.forward(device_, key_, part<0>(ends_.value), network_.slots());
    return download(pass_.y());
  }
  /// The gradient of Σ y·dy for the last input; the gradients of parameters are in gradients().
  numbers backward(const numbers& dy) {
    upload(pass_.dy(), dy);
    auto& dx = part<1>(ends_.value);
    upload(dx, numbers(view_of(dx).size(), nan));
    pass_.backward(device_, key_, part<0>(ends_.value), dx, network_.slots());
    return download(dx);
  }
  /// The same, where nobody wants the input's gradient.
  void backward_for_parameters(const numbers& dy) {
    no_gradient dx;
    upload(pass_.dy(), dy);
    pass_.backward(device_, key_, part<0>(ends_.value), dx, network_.slots());
  }
  numbers infer(const numbers& x) {
    inference_pass<Device, net, In> run(device_, x.size() / In::size);
    ends_.lay_out(device_, x.size() / In::size);
    upload(part<0>(ends_.value), x);
    run(device_, part<0>(ends_.value), network_.parameters.value, network_.statistics.value, network_.config);
    return download(run.y());
  }

  named_numbers parameters() { return all(network_.parameters.value); }
  named_numbers gradients() { return all(network_.gradients.value); }
  named_numbers statistics() { return all(network_.statistics.value); }
  void set_parameters(const named_numbers& values) { set_all(network_.parameters.value, values); }
  void set_gradients(const named_numbers& values) { set_all(network_.gradients.value, values); }
  void set_statistics(const named_numbers& values) { set_all(network_.statistics.value, values); }

  /// One parameter, by its path.
  void set(const std::string& name, const numbers& values) { set_all(network_.parameters.value, {{name, values}}); }

 private:
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  void upload(const auto& to, const numbers& from) {
    const auto v = view_of(to);
    if (from.size() != v.size())
      throw argument_error("a trial needs " + std::to_string(v.size()) + " numbers here, not " +
                           std::to_string(from.size()));
    std::vector<element> converted(from.begin(), from.end());
    device_.upload(v.data, converted.data(), converted.size());
    device_.finish();
  }
  numbers download(const auto& from) {
    const auto v = view_of(from);
    std::vector<element> values(v.size());
    device_.finish();
    device_.download(values.data(), v.data, values.size());
    device_.finish();
    return numbers(values.begin(), values.end());
  }
  named_numbers all(auto& set) {
    named_numbers found;
    visit<net>([&](const path& name, auto& p) { found.emplace_back(name.text, download(p)); }, path{}, set);
    return found;
  }
  void set_all(auto& set, const named_numbers& values) {
    std::size_t used = 0;
    visit<net>(
        [&](const path& name, auto& p) {
          for (const auto& [where, number] : values)
            if (where == name.text) upload(p, number), ++used;
        },
        path{}, set);
    if (used != values.size()) throw argument_error("this network has no parameter named " + values.front().first);
  }
  void draw(std::uint64_t seed) {
    std::uint32_t place = 1000;
    visit<net>(
        [&](no_path, auto& p) {
          using P = std::remove_cvref_t<decltype(p)>;
          using S = typename P::shape;
          const double deviation = P::what == role::weight ? 1 / std::sqrt(double(S::size) / S::rows) : 0.25;
          upload(p, normal_numbers(S::size, seed, place++, P::what == role::scale ? 1 : 0, deviation));
        },
        no_path{}, network_.parameters.value);
    visit<net>(
        [&](no_path, auto& p) {
          using P = std::remove_cvref_t<decltype(p)>;
          upload(p, numbers(P::shape::size, P::what == role::running_variance ? 1 : 0));
        },
        no_path{}, network_.statistics.value);
  }

  Device& device_;
  weights<Device, net, In> network_;
  pass pass_;
  memory<Device, pack<tensor<Device, In>, tensor<Device, In>>> ends_;    // x, dx
  int rows_;
  random_key key_{.seed = 11};
};

}    // namespace contrastive::testing
