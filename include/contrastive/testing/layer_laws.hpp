// SPDX-License-Identifier: MIT
#pragma once
// The laws that every layer obeys, tried on a layer of yours: on a device, and against the reference in double.
#include <contrastive/testing/gradient_check.hpp>

namespace contrastive::testing {

struct layer_law_options {
  int rows = 5, fewer_rows = 3;
  std::uint64_t seed = 1;
  double values = 2e-6, gradients = 1e-5;    // allowed between the device and the reference, relative
  double differences = 1e-6;                 // allowed between the backward pass and finite differences
};

namespace detail {

/// What a layer makes of one batch.
struct passed {
  numbers y, dx;
  named_numbers gradients;
};
template <class Trial>
passed pass_of(Trial& t, const numbers& x, const numbers& dy) {
  passed p{t.forward(x), {}, {}};
  p.dx = t.backward(dy);
  p.gradients = t.gradients();
  return p;
}

inline law compare(const std::string& name, double bound, const numbers& found, const numbers& expected) {
  return {name, relative_distance(found, expected), bound};
}
inline law compare(const std::string& name, double bound, const named_numbers& found, const named_numbers& expected) {
  law worst{name, found.size() == expected.size() ? 0 : HUGE_VAL, bound};
  for (std::size_t i = 0; i < found.size() && i < expected.size(); ++i) {
    const double distance = relative_distance(found[i].second, expected[i].second);
    if (distance > worst.found) worst.found = distance, worst.where = found[i].first;
  }
  return worst;
}
/// Every number of both, or the first law that does not hold.
inline law compare(const std::string& name, double bound, const passed& found, const passed& expected) {
  law worst = compare(name, bound, found.y, expected.y);
  worst.where = "output";
  for (const law& next :
       {compare(name, bound, found.dx, expected.dx), compare(name, bound, found.gradients, expected.gradients)})
    if (!(next.found <= worst.found)) worst = next;
  return worst;
}

inline numbers first_rows(const numbers& x, std::size_t count) {
  return {x.begin(), x.begin() + std::ptrdiff_t(count)};
}
inline named_numbers filled(named_numbers like, double value) {
  for (auto& [name, values] : like) values.assign(values.size(), value);
  return like;
}

template <class Layer, class In, class Device>
struct layer_trial {
  using trial_type = trial<Device, Layer, In>;
  static constexpr std::size_t out_size = trial_type::Out::size;
  layer_law_options o;
  trial_type t;
  numbers x, dy;
  passed whole;
  laws tried{};

  layer_trial(Device& device, const layer_law_options& options)
      : o(options),
        t(device, o.rows, o.seed),
        x(trial_type::random_input(o.rows, o.seed)),
        dy(normal_numbers(out_size * std::size_t(o.rows), o.seed, 2)),
        whole(pass_of(t, x, dy)) {}

  void against_reference() {
    reference oracle;
    trial<reference, Layer, In> r(oracle, o.rows, o.seed);
    const auto expected = pass_of(r, x, dy);
    tried.push_back(compare("the device's output is the reference's", o.values, whole.y, expected.y));
    tried.push_back(
        compare("the device's gradient of the input is the reference's", o.gradients, whole.dx, expected.dx));
    tried.push_back(compare("the device's gradients of parameters are the reference's", o.gradients, whole.gradients,
                            expected.gradients));
    tried.push_back(compare("the device's statistics are the reference's", o.values, t.statistics(), r.statistics()));
    tried.push_back(compare("the device's inference is the reference's", o.values, t.infer(x), r.infer(x)));
  }
  void inference_changes_nothing() {
    const auto parameters = t.parameters(), statistics = t.statistics();
    const auto y = t.infer(x);
    tried.push_back(compare("inference leaves parameters alone", 0, t.parameters(), parameters));
    tried.push_back(compare("inference leaves statistics alone", 0, t.statistics(), statistics));
    const auto few = std::size_t(o.fewer_rows);
    tried.push_back(compare("in inference a row's output does not depend on the other rows", o.values,
                            t.infer(first_rows(x, few * In::size)), first_rows(y, few * out_size)));
  }
  void gradients_are_written() {
    t.set_gradients(filled(t.gradients(), 3));
    tried.push_back(
        compare("backward writes gradients and adds nothing to what was there", 0, pass_of(t, x, dy), whole));
    t.set_gradients(filled(t.gradients(), 5));
    t.forward(x);
    t.backward_for_parameters(dy);
    tried.push_back(compare("an unwanted gradient of the input changes no other", 0, t.gradients(), whole.gradients));
  }
  void gradients_may_be_unwanted() {
    const auto marked = filled(t.gradients(), 7);
    t.set_gradients(marked);
    t.forward(x);
    tried.push_back(compare("unwanted gradients of parameters change no bit of the input's", 0,
                            t.backward_for_input(dy), whole.dx));
    tried.push_back(compare("unwanted gradients of parameters are not written", 0, t.gradients(), marked));
  }
  void fewer_rows_fit(Device& device) {
    const auto few = std::size_t(o.fewer_rows);
    const auto few_x = first_rows(x, few * In::size), few_dy = first_rows(dy, few * out_size);
    trial_type own(device, o.fewer_rows, o.seed);
    tried.push_back(compare("a smaller batch in the same memory equals one in its own", 0, pass_of(t, few_x, few_dy),
                            pass_of(own, few_x, few_dy)));
    tried.push_back(compare("nothing of another batch is left in the memory", 0, pass_of(t, x, dy), whole));
  }
  void follow_training(Device& device) {
    trial_type trained(device, o.rows, o.seed), followed(device, o.rows, o.seed);
    const auto y = trained.forward(x);
    tried.push_back(compare("in phase following the output is that of training", 0, followed.follow(x), y));
    tried.push_back(
        compare("phase following moves statistics as training does", 0, followed.statistics(), trained.statistics()));
  }
  // with the statistics that training left
  void hold_with_fixed_statistics(Device& device) {
    const auto statistics = t.statistics(), parameters = t.parameters();
    reference oracle;
    trial<Device, Layer, In, fixed> f(device, o.rows, o.seed);
    trial<reference, Layer, In, fixed> r(oracle, o.rows, o.seed);
    f.set_statistics(statistics), r.set_statistics(statistics);
    const auto found = pass_of(f, x, dy), expected = pass_of(r, x, dy);
    tried.push_back(compare("in phase fixed the output is that of inference", o.values, found.y, t.infer(x)));
    tried.push_back(
        compare("in phase fixed the gradient of the input is the reference's", o.gradients, found.dx, expected.dx));
    tried.push_back(compare("in phase fixed the gradients of parameters are the reference's", o.gradients,
                            found.gradients, expected.gradients));
    tried.push_back(compare("phase fixed leaves statistics alone", 0, f.statistics(), statistics));
    const auto report = gradient_check<Layer, In, fixed>({.rows = o.rows, .seed = o.seed},
                                                         [&](auto& c) { c.set_statistics(statistics); });
    tried.push_back(
        {"in phase fixed backward is the derivative of forward", report.worst, o.differences, report.where});
  }
  void differentiate() {
    const auto report = gradient_check<Layer, In>({.rows = o.rows, .seed = o.seed});
    tried.push_back({"backward is the derivative of forward", report.worst, o.differences, report.where});
  }
};

}    // namespace detail

/// Tries every law on a layer or `sequential` for input In: nothing is thrown for a law that is broken.
///
///     for (const auto& law : ct::testing::layer_laws<my_layer, ct::image<5, 3, 7>>(device)) CHECK(law.holds());
template <class Layer, class In, class Device>
laws layer_laws(Device& device, const layer_law_options& o = {}) {
  detail::layer_trial<Layer, In, Device> trial(device, o);
  trial.differentiate();
  trial.against_reference();
  trial.inference_changes_nothing();
  trial.gradients_are_written();
  trial.gradients_may_be_unwanted();
  trial.fewer_rows_fit(device);
  trial.follow_training(device);
  trial.hold_with_fixed_statistics(device);
  return trial.tried;
}

}    // namespace contrastive::testing
