// SPDX-License-Identifier: MIT
#pragma once
// A network that learns: its weights, and while a run goes on its tapes, its gradients and its optimizer's memory.
#include <contrastive/method/last_good.hpp>
#include <contrastive/optim/workspace.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace contrastive {

namespace detail {
template <class Optimizer, class Params>
using optimizer_state = typename Optimizer::template state<Params>;

/// Rows of part p of `count` equal parts.
template <class T>
T rows_of_part(const T& t, int p, int count) {
  const int n = t.rows / count;
  const auto rows = operand_of(t).slice(p * n, n);
  return {rows.data, rows.rows};
}
/// √(1 − |mean|²) of rows of `width` numbers that are brought to length 1; a row of zeros stays. −1 for no rows.
template <int Width>
double spread_of(const auto& rows) {
  std::array<double, std::size_t(Width)> mean{};
  const std::size_t count = rows.size() / Width;
  if (count == 0) return -1;
  for (std::size_t r = 0; r < count; ++r) {
    const auto* row = rows.data() + r * Width;
    double squares = 0;
    for (int c = 0; c < Width; ++c) squares += double(row[c]) * double(row[c]);
    if (const double length = std::sqrt(squares); length > 0)
      for (int c = 0; c < Width; ++c) mean[std::size_t(c)] += double(row[c]) / length / double(count);
  }
  double squares = 0;
  for (const double x : mean) squares += x * x;
  return std::sqrt(std::max(0., 1 - squares));
}
/// Throws argument_error for rows that a run has taken no memory for.
inline void require_rows(const char* who, int rows, int capacity) {
  if (rows < 1 || rows > capacity)
    throw argument_error(std::string(who) + " has memory for 1 to " + std::to_string(capacity) + " rows, but got " +
                         std::to_string(rows));
}
}    // namespace detail

/// A network Net for inputs of shape In in the hands of a method: forward, backward in the opposite order, update.
///
///     learner<S> online{*this};                                    // the pipeline's own network, all views at once
///     learner<S, Predictor, features<64>> predictor{*this, "predictor"};
///     …
///     const auto& p = predictor.forward(m, online.forward(m, m.views));
///     …                                                            // a loss writes predictor.dy()
///     predictor.backward(m, online.dy());
///     online.backward(m);
///     online.update(m), predictor.update(m);
///
/// The input of a forward pass must stay as it is until its backward pass, of which there is one; dy() is filled once
/// before it, and is not what it was after it.
///
/// In phase `fixed` batch-norms keep their running statistics, which fine-tuning may want.
template <class S, class Net = typename S::network, class In = typename S::input, Phase Now = training>
class learner : public method_part<S> {
  using base = method_part<S>;

 public:
  using device_type = typename S::device;
  using net_type = typename detail::in_a_row<Net>::type;
  using network = weights<device_type, net_type, In>;
  using input = tensor<device_type, In>;
  using output = typename training_pass<device_type, net_type, In, Now>::output;

  /// `rows_per_sample`: how many rows of input a sample of the batch becomes. With `view_passes` each_view a network
  /// that gets several makes a pass for each of them.
  explicit learner(parts<S>& owner, std::string name = "", int rows_per_sample = S::view_count)
      : base(owner, std::move(name)), net_(owner.device), rows_per_sample_(rows_per_sample) {
    owner.holds(net_);
  }
  /// Its layers' numbers are that member of the method's configuration.
  learner(parts<S>& owner, std::string name, part_config<Net> S::method::config::* numbers,
          int rows_per_sample = S::view_count)
      : learner(owner, std::move(name), rows_per_sample) {
    numbers_ = numbers;
  }

  network& net() { return net_; }
  const network& net() const { return net_; }

  /// What the last forward pass made, (n, …), and the gradient that the next backward pass begins with.
  output& y() { return run_->joined() ? part<0>(run_->all_rows->value) : run_->passes[0]->y(); }
  output& dy() { return run_->joined() ? part<1>(run_->all_rows->value) : run_->passes[0]->dy(); }

  /// x: (n, …), at most the rows that the run was begun for.
  output& forward(auto& m, const input& x) {
    run_->good.keep_statistics(m.at.step, net_.statistics);
    x_ = x;
    run_->waits_for_backward = true;
    run_->use(this->device_, x.rows);
    for (int p = 0; p < run_->used; ++p) {
      auto rows = detail::rows_of_part(x_, p, run_->used);
      auto& pass = *run_->passes[std::size_t(p)];
      pass.forward(this->device_, this->key_of(m, p * rows.rows), rows, net_.slots(),
                   m.watch.template of<net_type>(this->name()));
      if (run_->joined()) copy_rows(detail::rows_of_part(y(), p, run_->used), pass.y());
    }
    if constexpr (is_main)
      if (m.at.ends_epoch) run_->look_at(this->device_, y());
    return y();
  }
  /// From dy() to the gradients of the weights.
  void backward(auto& m) {
    no_gradient none;
    backward(m, none);
  }
  /// The same, and to the gradient of the input, dx: (n, …).
  void backward(auto& m, auto& dx) { go_back<true>(m, dx, net_.slots()); }
  /// The same, adding the gradients of the weights to those of the backward pass before: for a network that looks at
  /// several batches, one after the other, before its update.
  void backward_adding(auto& m) {
    no_gradient none;
    backward_adding(m, none);
  }
  void backward_adding(auto& m, auto& dx) {
    if (!run_->waits_for_update) return backward(m, dx);
    if (!run_->earlier) run_->earlier.emplace(this->device_, 0);
    detail::copy_whole(this->device_, *run_->earlier, net_.gradients);
    backward(m, dx);
    const auto gradients = whole(this->device_, net_.gradients);
    map(m, gradients, gradients + whole(this->device_, *run_->earlier));    // (size)
  }
  /// To the gradient of the input alone, at less work: the network hands on what it does not learn from, as a
  /// discriminator in the step of its generator.
  void backward_to_input(auto& m, auto& dx) { go_back<false>(m, dx, net_.slots_without_gradients()); }
  /// The optimizer's step at the scheduled rate. What was good before is kept.
  void update(auto& m) { update(m, m.at.step); }
  /// The same of a part that is not updated once in every step: `before` is the number of its updates so far, by which
  /// Adam corrects its means. It follows from the step, as all that changes and is no array.
  void update(auto& m, int before) { update_by(m, m.at.rate(run_->config.learning_rate), before); }
  /// The same at the rate with which the schedule begins, all along.
  void update_at_base_rate(auto& m) { update_by(m, m.at.base_rate(run_->config.learning_rate), m.at.step); }

  // ---- what a run asks of every part --------------------------------------------------------------------------------

  void initialize(const typename S::settings& s) override {
    if constexpr (std::is_same_v<Net, typename S::network>) net_.config = s.network;
    if (numbers_) net_.config = detail::rule_of(s).*numbers_;
    contrastive::initialize(this->device_, net_, s.seed, s.initialize, this->number() * base::places_of_a_part);
  }
  void begin(const typename S::settings& s, int samples) override {
    const int count = s.view_passes == passes::each_view ? rows_per_sample_ : 1;
    run_.emplace(this->device_, detail::optimizer_for(s, this->name()), samples * rows_per_sample_, count);
  }
  void end() override { run_.reset(); }
  double spread() const override {
    if constexpr (is_main) return detail::spread_of<output::shape::channels>(run_->seen);
    else return -1;
  }
  bool moved_in(int step) const override { return run_->good.updated_in(step); }
  void restore(int step, int update) override { run_->good.restore(step, update, net_.parameters, net_.statistics); }
  void copy_to(base& like) override {
    auto& other = static_cast<learner&>(like);
    this->copy_across(net_.parameters, other.net_.parameters, other.device_);
    this->copy_across(net_.statistics, other.net_.statistics, other.device_);
  }
  void each_array_of_run(const typename base::each_column& f) override {
    f(this->path_of("optimizer"), whole(this->device_, run_->optimizer));
  }
  void each_stored(detail::stored_network<device_type>& all, bool gradients) override {
    all.template add<typename network::network>(gradients ? net_.gradients.value : net_.parameters.value,
                                                net_.statistics.value);
  }
  bool learns() const override { return true; }
  detail::network_memory<S> main_network() const override {
    if constexpr (std::is_same_v<network, detail::main_weights<S>>)
      return {&net_.parameters.value, &net_.statistics.value};
    else return {};
  }

 private:
  using pass_type = training_pass<device_type, net_type, In, Now>;
  using params = typename network::params;
  /// Whether its outputs are what the method compares, by their directions.
  static constexpr bool is_main = std::is_same_v<Net, typename S::network> && std::is_same_v<In, typename S::input> &&
                                  output::shape::pixels == 1 && (output::shape::channels > 1) &&
                                  detail::compares_directions<typename S::method>();

  /// What lives as long as a run.
  struct running {
    typename S::optimizer::config config;
    int capacity, used = 1;    // rows for which there is memory; passes that the last forward made
    std::vector<std::unique_ptr<pass_type>> passes;
    memory<device_type, detail::optimizer_state<typename S::optimizer, params>> optimizer;
    detail::optimizer_workspace<typename S::optimizer, device_type> workspace;
    detail::last_good<device_type, params, typename network::state> good;
    bool waits_for_backward = false, waits_for_update = false;
    std::optional<memory<device_type, pack<output, output>>> all_rows;    // of several passes, y and dy
    std::optional<memory<device_type, params>> sum, earlier;              // gradients that others are added to
    std::vector<typename device_type::element> seen;                      // outputs of an epoch's last step

    running(device_type& device, const typename S::optimizer::config& c, int rows, int count)
        : config(c), capacity(rows), optimizer(device, 0), workspace(device), good(device) {
      for (int p = 0; p < count; ++p) passes.push_back(std::make_unique<pass_type>(device, std::size_t(rows / count)));
      if (count > 1) all_rows.emplace(device, std::size_t(rows)), sum.emplace(device, 0);
      if (is_main) seen.reserve(std::size_t(rows) * output::shape::channels);
    }
    void look_at(device_type& device, const output& y) {
      seen.resize(operand_of(y).size());
      device.download(seen.data(), y.data, seen.size());
    }
    bool joined() const { return all_rows.has_value(); }
    void use(device_type& device, int rows) {
      detail::require_rows("a learner", rows, capacity);
      used = int(passes.size());
      if (rows % used != 0)
        throw argument_error(std::to_string(rows) + " rows cannot go through a network in " + std::to_string(used) +
                             " equal passes");
      if (joined() && all_rows->rows != std::size_t(rows)) all_rows->lay_out(device, std::size_t(rows));
    }
  };

  template <bool Learns>
  void go_back(auto& m, auto& dx, const auto& slots) {
    if (!std::exchange(run_->waits_for_backward, false))
      throw argument_error("a backward pass of a learner needs a forward pass of its own: gradients lie over the tape");
    for (int p = 0; p < run_->used; ++p) {
      auto rows = detail::rows_of_part(x_, p, run_->used);
      auto& pass = *run_->passes[std::size_t(p)];
      const auto watch = m.watch.template of<net_type>(this->name());
      const random_key key = this->key_of(m, p * rows.rows);
      if (run_->joined()) copy_rows(pass.dy(), detail::rows_of_part(dy(), p, run_->used));
      if constexpr (wanted<decltype(dx)>) {
        auto d = detail::rows_of_part(dx, p, run_->used);
        pass.backward(this->device_, key, rows, d, slots, watch);
      } else pass.backward(this->device_, key, rows, dx, slots, watch);
      if (Learns && run_->used > 1) add_gradients(p);
    }
    if (Learns) run_->waits_for_update = true;
  }
  void update_by(auto& m, double rate, int before) {
    if (!std::exchange(run_->waits_for_update, false))
      throw argument_error("an update of a learner needs a backward pass of its own: there is no gradient yet");
    keep_parameters(m);
    [[maybe_unused]] const auto watched = m.watch.section(this->device_, "optimizer");
    auto ctx = run_->workspace.context_for_update();
    S::optimizer::template update<net_type>(ctx, run_->config, rate, before, net_.parameters.value,
                                            net_.gradients.value, run_->optimizer.value);
  }
  void keep_parameters(auto& m) {
    [[maybe_unused]] const auto watched = m.watch.section(this->device_, "weights kept for a restart");
    run_->good.keep_parameters(m.at.step, net_.parameters);
  }
  void copy_rows(const output& to, const output& from) {
    this->device_.copy(to.data, from.data, operand_of(from).size());
  }
  void add_gradients(int p) {
    context<device_type, training> ctx{this->device_, {}, {}};
    const auto sum = whole(this->device_, *run_->sum), gradients = whole(this->device_, net_.gradients);
    if (p == 0) map(ctx, sum, gradients * 1);
    else map(ctx, sum, sum + gradients);
    if (p + 1 == run_->used) detail::copy_whole(this->device_, net_.gradients, *run_->sum);
  }

  network net_;
  part_config<Net> S::method::config::* numbers_ = nullptr;
  int rows_per_sample_;
  std::optional<running> run_;
  input x_{};
};

}    // namespace contrastive
