// SPDX-License-Identifier: MIT
#pragma once
// A network on a device: parameters, statistics and gradients in one run of memory each, and the memory of its passes.
#include <contrastive/core/refuse.hpp>
#include <contrastive/net/program.hpp>

#include <memory>

namespace contrastive {

/// A buffer of a device, and the T whose leaves lie in it.
template <class Backend, class T>
struct memory {
  typename Backend::buffer data;
  T value = T();    // clang 16 crashes on T value{}
  std::size_t rows = 0;
  static constexpr detail::footprint size = detail::footprint_of<T, Backend>();

  memory(Backend& device, std::size_t capacity) : data(device.allocate(size.bytes(capacity) + 1)) {
    lay_out(device, capacity);
  }
  /// Lays the same memory out for fewer rows.
  void lay_out(Backend& device, std::size_t now) {
    auto base = device.address_of(data);
    place<Backend> where{base, base + size.fixed, now};
    put(where, value);
    rows = now;
  }
};

/// The part of a memory that does not depend on rows, as one column of elements.
template <class Backend, class T>
auto whole(Backend& device, memory<Backend, T>& m) {
  using element = typename Backend::element;
  auto at = Backend::template address_as<element>(device.address_of(m.data));
  return operand<decltype(at), true, 1, 1, 1>{at,
                                              int(memory<Backend, T>::size.fixed / sizeof(element))};    // (elements)
}

namespace detail {
// Shapes are checked before anything else is formed, and whoever is refused builds nothing, so one mistake is one
// error. Number counts the layers of its sequence from 0.
template <std::size_t Number, class Layer, class In>
struct layer_refuses {
  static_assert(never<Layer>,
                "this layer cannot take the shape that the layer before it produces (Number counts from 0)");
};
template <std::size_t Number, class Layer, NamesThings In>
struct layer_refuses<Number, Layer, In> {
  static_assert(never<Layer>, "tokens enter a network by embedding<D>: make it the first layer");
};
template <std::size_t Number, class Layer, class In>
  requires(!NamesThings<In> && requires { typename Layer::template refusal<In>; })
struct layer_refuses<Number, Layer, In> : Layer::template refusal<In> {};

template <std::size_t Number, class Layer, class In>
constexpr bool accepts() {
  if constexpr (Takes<Layer, In>) return true;
  else if constexpr (is_sequential<Layer>) {
    constexpr std::size_t at = Layer::template reached<In>;
    return accepts<at, typename Layer::template layer<at>, typename Layer::template shape_at<In, at>>();
  } else return refuse<layer_refuses<Number, Layer, In>>();
}
}    // namespace detail

/// The network takes images of shape In; where it does not, a sentence says which layer cannot, and why.
template <class Net, class In>
concept Accepts = detail::accepts<0, Net, In>();

namespace detail {
// stands in for a refused network: it takes anything, so that nothing after the one error fails too
struct refused_layer {
  template <class>
  using output = features<1>;
  static void forward(auto&, const auto&, const auto&, auto&) {}
  static void backward(auto&, const auto&, const auto&, const auto&, const auto&, auto&) {}
};
template <class Net, class In>
using accepted = std::conditional_t<Accepts<Net, In>, Net, sequential<refused_layer>>;
}    // namespace detail

/// The weights of a network and what belongs to them, on one device.
template <class Backend, class Net, class In>
struct weights {
  using network = detail::accepted<Net, In>;
  using params = params_of<network, Backend, In>;
  using state = state_of<network, Backend, In>;
  memory<Backend, params> parameters, gradients;
  memory<Backend, state> statistics;
  config_of<network> config{};
  static inline params_of<network, detail::for_nobody<Backend>, In> unwanted_gradients{};    // empty

  explicit weights(Backend& device) : parameters(device, 0), gradients(device, 0), statistics(device, 0) {}

  auto slots() { return slot{parameters.value, statistics.value, config, gradients.value}; }
  /// For passes that only hand a gradient on: the parameters' gradients are not made, and their memory stays as it is.
  auto slots_without_gradients() { return slot{parameters.value, statistics.value, config, unwanted_gradients}; }
  /// f(path, parameter, gradient)
  void each_parameter(auto&& f) { contrastive::visit<network>(f, path{}, parameters.value, gradients.value); }
  /// f(path, statistic)
  void each_statistic(auto&& f) { contrastive::visit<network>(f, path{}, statistics.value); }
};

/// Memory for passes forward and back (training, or `fixed`) of up to `capacity` rows: tape, output, its gradient;
/// gradients and scratch lie where they can over the tape, so each forward pass is good for one backward pass.
template <class Backend, class Net, class In, Phase Now = training>
class training_pass {
  static_assert(Now::keeps_tape, "a training_pass goes back: its phase keeps a tape (training, fixed)");

 public:
  using input = tensor<Backend, In>;
  using program = program_of<detail::accepted<Net, In>, input, Now>;
  using output = typename program::result;

  training_pass(Backend& device, std::size_t capacity)
      : memory_(device.allocate(size.bytes(capacity) + 1)), ends_(device, capacity) {
    lay_out(device, capacity);
  }

  output& y() { return part<0>(ends_.value); }
  output& dy() { return part<1>(ends_.value); }
  std::size_t bytes() const { return size.bytes(ends_.rows) + ends_.size.bytes(ends_.rows); }

  template <class Watch = detail::unwatched>
  void forward(Backend& device, random_key key, input& x, const auto& slots, Watch watch = {}) {
    if (std::size_t(x.rows) != ends_.rows) lay_out(device, std::size_t(x.rows));
    auto ctx = context_for(device, key, x, watch);
    program::template forward<detail::work_place::over_tape>(ctx, x, y(), tape_, slots);
  }
  /// From dy() to the gradients in the slots (where they are wanted) and to dx (where it is).
  template <class Watch = detail::unwatched>
  void backward(Backend& device, random_key key, input& x, auto& dx, const auto& slots, Watch watch = {}) {
    auto ctx = context_for(device, key, x, watch);
    program::template backward<detail::work_place::over_tape>(ctx, x, y(), tape_, dy(), dx, slots);
  }

 private:
  using tape = typename program::tape;
  static constexpr detail::footprint of_tape = detail::footprint_of<tape, Backend>(),
                                     of_work = program::template training_memory<detail::work_place::over_tape>(),
                                     size{of_tape.fixed + of_work.fixed, of_work.row};
  static_assert(of_work.row >= of_tape.row);

  void lay_out(Backend& device, std::size_t rows) {
    auto base = device.address_of(memory_);
    place<Backend> where{base, base + size.fixed, rows};
    put(where, tape_);
    ends_.lay_out(device, rows);
  }
  template <class Watch>
  context<Backend, Now, Watch> context_for(Backend& device, random_key key, const input& x, Watch watch) {
    auto base = device.address_of(memory_);
    return {device, key, {base + of_tape.fixed, base + size.fixed, std::size_t(x.rows)}, watch};
  }

  typename Backend::buffer memory_;
  tape tape_ = tape();    // clang 16 crashes on tape_{}
  memory<Backend, pack<output, output>> ends_;
};

namespace detail {
/// Memory for passes that nobody goes back on, of up to `capacity` rows: about half of a tape. Now is a phase without
/// one.
template <class Backend, class Net, class In, Phase Now>
class untaped_pass {
  static_assert(!Now::keeps_tape, "an untaped_pass cannot go back: its phase keeps no tape (inference, following)");

 public:
  using input = tensor<Backend, In>;
  using program = program_of<detail::accepted<Net, In>, input, Now>;
  using output = typename program::result;

  untaped_pass(Backend& device, std::size_t capacity)
      : end_(device, capacity), work_(device.allocate(program::inference_memory().bytes(capacity) + 1)) {}

  output& y() { return part<0>(end_.value); }
  template <class Watch = unwatched>
  void operator()(Backend& device, random_key key, input& x, const auto& params, auto& statistics, const auto& config,
                  Watch watch = {}) {
    if (std::size_t(x.rows) != end_.rows) end_.lay_out(device, std::size_t(x.rows));
    nothing none;
    auto base = device.address_of(work_);
    context<Backend, Now, Watch> ctx{
        device, key, {base, base + program::inference_memory().fixed, std::size_t(x.rows)}, watch};
    program::infer(ctx, x, y(), slot{params, statistics, config, none});
  }
  /// The same where no layer draws.
  void operator()(Backend& device, input& x, const auto& params, auto& statistics, const auto& config)
    requires(!Now::draws_noise)
  {
    (*this)(device, random_key{}, x, params, statistics, config);
  }

 private:
  memory<Backend, pack<output>> end_;
  typename Backend::buffer work_;
};
}    // namespace detail

/// Of a network that follows another: it normalizes by its batch and moves its running statistics, as in training.
template <class Backend, class Net, class In>
using forward_pass = detail::untaped_pass<Backend, Net, In, following>;
/// Of a network that is used.
template <class Backend, class Net, class In>
using inference_pass = detail::untaped_pass<Backend, Net, In, inference>;

}    // namespace contrastive
