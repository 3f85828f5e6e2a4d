// SPDX-License-Identifier: MIT
#pragma once
// A layer or network on a device with all its memory: numbers of the host go in, numbers of the host come out.
#include <contrastive/net/network.hpp>
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

namespace detail {

/// Numbers to a device and back, whatever its elements are.
template <class Device>
struct transfer {
  using address = typename Device::template address<typename Device::element>;
  Device& device;

  template <Address A>
  void upload(A to, std::size_t count, const numbers& from) {
    if (from.size() != count)
      throw argument_error("a trial needs " + std::to_string(count) + " numbers here, not " +
                           std::to_string(from.size()));
    const std::vector<contrastive::detail::element_of<A>> converted(from.begin(), from.end());
    device.upload(to, converted.data(), count);
    device.finish();
  }
  template <Address A>
  numbers download(A from, std::size_t count) {
    std::vector<contrastive::detail::element_of<A>> values(count);
    device.finish();
    device.download(values.data(), from, count);
    device.finish();
    return numbers(values.begin(), values.end());
  }
};

/// Parameters (or gradients, or statistics) without their types: what a trial does with them is compiled once.
template <class Device>
struct entry_list {
  struct entry {
    std::string name;
    role what;
    std::size_t size, fan_in;
    typename transfer<Device>::address data;
  };
  transfer<Device> io;
  std::vector<entry> entries{};

  template <class Net>
  static entry_list of(Device& device, auto& set) {
    entry_list list{{device}};
    contrastive::visit<Net>(
        [&](const path& name, auto& p) {
          using S = shape_of<decltype(p)>;
          list.entries.push_back({name.text, p.what, S::size, S::size / std::size_t(S::rows), p.data});
        },
        path{}, set);
    return list;
  }
  named_numbers values() {
    named_numbers found;
    for (const entry& e : entries) found.emplace_back(e.name, io.download(e.data, e.size));
    return found;
  }
  void set(const std::string& name, const numbers& values) {
    for (const entry& e : entries)
      if (e.name == name) return io.upload(e.data, e.size, values);
    throw argument_error("nothing in this trial is named " + name);
  }
  void set(const named_numbers& values) {
    for (const auto& [name, numbers] : values) set(name, numbers);
  }
  // weights: variance 1 / fan in; scales about 1; everything else about a quarter
  void draw(std::uint64_t seed) {
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const entry& e = entries[i];
      const double deviation = e.what == role::weight ? 1 / std::sqrt(double(e.fan_in)) : 0.25;
      io.upload(e.data, e.size, normal_numbers(e.size, seed, 1000 + i, e.what == role::scale ? 1 : 0, deviation));
    }
  }
  void begin_statistics() {
    for (const entry& e : entries) io.upload(e.data, e.size, numbers(e.size, e.what == role::running_variance ? 1 : 0));
  }
};

template <class Layer>
struct network_of {
  using type = sequential<named<"", Layer>>;    // paths are the layer's own: "weight"
};
template <class... L>
struct network_of<sequential<L...>> {
  using type = sequential<L...>;
};

}    // namespace detail

/// What a set of parameters, gradients or statistics of Net holds.
template <class Net, class Device>
named_numbers values_of(Device& device, auto& set) {
  return detail::entry_list<Device>::template of<Net>(device, set).values();
}

/// A layer (or a whole `sequential`) for input In with up to `rows` samples. Parameters are random: weights have
/// variance 1 / fan in, scales are about 1, everything else is about a quarter; running statistics start at mean 0,
/// variance 1. In phase `fixed` they stay what they are set to.
///
///     trial<reference, linear<3>, features<5>> t{device, 4};
///     auto y = t.forward(normal_numbers(20, 1));
///     auto dx = t.backward(normal_numbers(12, 2));    // and t.gradients()
template <class Device, class Layer, class Input, Phase Now = training>
class trial {
 public:
  using In = Input;
  using net = typename detail::network_of<Layer>::type;
  using pass = training_pass<Device, net, In, Now>;
  using Out = shape_of<typename pass::output>;

  trial(Device& device, int rows, std::uint64_t seed = 1)
      : io_{device},
        network_(device),
        pass_(device, std::size_t(rows)),
        ends_(device, std::size_t(rows)),
        rows_(rows),
        parameters_(list::template of<net>(device, network_.parameters.value)),
        gradients_(list::template of<net>(device, network_.gradients.value)),
        statistics_(list::template of<net>(device, network_.statistics.value)) {
    parameters_.draw(seed);
    statistics_.begin_statistics();
  }

  int rows() const { return rows_; }
  /// An input of that many rows: normal numbers, or words where it is tokens.
  static numbers random_input(int rows, std::uint64_t seed) {
    auto x = normal_numbers(In::size * std::size_t(rows), seed, 1);
    if constexpr (NamesThings<In>)
      for (double& word : x) word = std::floor(std::fmod(std::abs(word) * 1000, In::words));
    return x;
  }
  auto& network() { return network_; }
  auto& config() { return network_.config; }
  /// Seed, step, place and row from which random numbers are drawn.
  random_key& key() { return key_; }

  /// The output for `x`; its rows are as many as its numbers say.
  numbers forward(const numbers& x) {
    set_input(x);
    pass_.forward(io_.device, key_, part<0>(ends_.value), network_.slots());
    return io_.download(pass_.y().data, operand_of(pass_.y()).size());
  }
  /// The gradient of Σ y·dy for the last input, none for tokens; the gradients of parameters are in gradients().
  numbers backward(const numbers& dy) { return backward_with(dy, network_.slots()); }
  /// The same, where nobody wants the input's gradient.
  void backward_for_parameters(const numbers& dy) {
    no_gradient dx;
    io_.upload(pass_.dy().data, operand_of(pass_.dy()).size(), dy);
    pass_.backward(io_.device, key_, part<0>(ends_.value), dx, network_.slots());
  }
  /// The gradient of the input, where nobody wants those of the parameters.
  numbers backward_for_input(const numbers& dy) { return backward_with(dy, network_.slots_without_gradients()); }
  /// What a network that follows another makes of x: statistics of the batch, which move the running ones, and no tape.
  numbers follow(const numbers& x) {
    set_input(x);
    forward_pass<Device, net, In> run(io_.device, std::size_t(part<0>(ends_.value).rows));
    run(io_.device, key_, part<0>(ends_.value), network_.parameters.value, network_.statistics.value, network_.config);
    return io_.download(run.y().data, operand_of(run.y()).size());
  }
  numbers infer(const numbers& x) {
    set_input(x);
    inference_pass<Device, net, In> run(io_.device, x.size() / In::size);
    run(io_.device, part<0>(ends_.value), network_.parameters.value, network_.statistics.value, network_.config);
    return io_.download(run.y().data, operand_of(run.y()).size());
  }

  named_numbers parameters() { return parameters_.values(); }
  named_numbers gradients() { return gradients_.values(); }
  named_numbers statistics() { return statistics_.values(); }
  void set_gradients(const named_numbers& values) { gradients_.set(values); }
  void set_statistics(const named_numbers& values) { statistics_.set(values); }
  /// One parameter, by its path.
  void set(const std::string& name, const numbers& values) { parameters_.set(name, values); }

 private:
  using list = detail::entry_list<Device>;

  numbers backward_with(const numbers& dy, const auto& slots) {
    io_.upload(pass_.dy().data, operand_of(pass_.dy()).size(), dy);
    if constexpr (NamesThings<In>) {
      no_gradient none;
      pass_.backward(io_.device, key_, part<0>(ends_.value), none, slots);
      return {};
    }
    auto& dx = part<1>(ends_.value);
    const std::size_t size = operand_of(dx).size();
    io_.upload(dx.data, size, numbers(size, std::numeric_limits<double>::quiet_NaN()));
    pass_.backward(io_.device, key_, part<0>(ends_.value), dx, slots);
    return io_.download(dx.data, size);
  }

  void set_input(const numbers& x) {
    ends_.lay_out(io_.device, x.size() / In::size);
    io_.upload(part<0>(ends_.value).data, x.size() / In::size * In::size, x);
  }

  detail::transfer<Device> io_;
  weights<Device, net, In> network_;
  pass pass_;
  memory<Device, pack<tensor<Device, In>, tensor<Device, In>>> ends_;    // x, dx
  int rows_;
  list parameters_, gradients_, statistics_;
  random_key key_{.seed = 11};
};

}    // namespace contrastive::testing
