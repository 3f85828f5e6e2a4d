// SPDX-License-Identifier: MIT
#pragma once
// A network that follows a learner and learns nothing by itself: a momentum encoder, a target, a teacher.
#include <contrastive/method/learner.hpp>

namespace contrastive {

/// w ← m·w + (1 − m)·w of a learner, whose equal it is at the beginning. It normalizes by its own batch and has running
/// statistics of its own, but no tape and no gradients.
///
///     learner<S> online{*this};
///     twin<S> target{*this, "target", online};
///     …
///     const auto& t = target.forward(m, m.views);    // a number to whoever reads it: nothing goes back through it
///     target.follow(m, 0.99);                        // after the learner's update
///     twin<S, decltype(other)> slow{*this, "slow", other};    // of another learner
template <class S, class Of = learner<S>>
class twin : public method_part<S> {
  using base = method_part<S>;
  using net = typename Of::network::network;

 public:
  using device_type = typename S::device;
  using input = typename Of::input;
  using pass_type = forward_pass<device_type, net, shape_of<input>>;
  using output = typename pass_type::output;

  twin(parts<S>& owner, std::string name, Of& of, int rows_per_sample = S::view_count)
      : base(owner, std::move(name)),
        of_(of),
        parameters_(owner.device, 0),
        statistics_(owner.device, 0),
        rows_per_sample_(rows_per_sample) {
    if (!owner.has(&of))
      throw argument_error("the twin '" + this->name() + "' is declared before the learner that it follows: turn them");
  }

  /// x: (n, …), at most the rows that the run was begun for. In several `groups` of rows, one after the other, each is
  /// normalized by itself; 0: as `view_passes` says.
  output& forward(auto& m, const input& x, int groups = 0) {
    if (groups == 0) groups = m.settings.view_passes == passes::each_view ? rows_per_sample_ : 1;
    detail::require_rows("a twin", x.rows, run_->capacity);
    if (groups < 1 || x.rows % groups != 0)
      throw argument_error(std::to_string(x.rows) + " rows cannot be normalized in " + std::to_string(groups) +
                           " equal groups");
    run_->good.keep_statistics(m.at.step, statistics_);
    run_->groups = groups;
    if (groups > 1) run_->rows.lay_out(this->device_, std::size_t(x.rows));
    for (int g = 0; g < groups; ++g) {
      auto rows = detail::rows_of_part(x, g, groups);
      run_->pass(this->device_, this->key_of(m, g * rows.rows), rows, parameters_.value, statistics_.value,
                 of_.net().config, m.watch.template of<net>(this->name()));
      if (groups == 1) continue;    // what the pass made stays where it is
      const auto to = detail::rows_of_part(y(), g, groups);
      this->device_.copy(to.data, run_->pass.y().data, operand_of(to).size());
    }
    return y();
  }
  /// What the last forward pass made, (n, …).
  output& y() { return run_->groups == 1 ? run_->pass.y() : part<0>(run_->rows.value); }

  void follow(auto& m, double momentum) {
    [[maybe_unused]] const auto watched = m.watch.section(this->device_, "twins");
    if (!(momentum >= 0 && momentum <= 1))
      throw argument_error("the momentum of a twin is between 0 and 1; it is " + std::to_string(momentum));
    run_->good.keep_parameters(m.at.step, parameters_);
    const auto own = whole(this->device_, parameters_), its = whole(this->device_, of_.net().parameters);
    map(m, own, momentum * own + (1 - momentum) * its);    // (size)
  }

  // ---- what a run asks of every part --------------------------------------------------------------------------------

  void initialize(const typename S::settings&) override {
    detail::copy_whole(this->device_, parameters_, of_.net().parameters);
    detail::copy_whole(this->device_, statistics_, of_.net().statistics);
  }
  void begin(const typename S::settings&, int samples) override {
    run_.emplace(this->device_, samples * rows_per_sample_);
  }
  void end() override { run_.reset(); }
  bool moved_in(int step) const override { return run_->good.updated_in(step); }
  void restore(int step, int update) override { run_->good.restore(step, update, parameters_, statistics_); }
  void copy_to(base& like) override {
    auto& other = static_cast<twin&>(like);
    this->copy_across(parameters_, other.parameters_, other.device_);
    this->copy_across(statistics_, other.statistics_, other.device_);
  }
  void each_stored(detail::stored_network<device_type>& all, bool /*gradients*/) override {
    all.template add<net>(parameters_.value, statistics_.value);
  }
  detail::network_memory<S> main_network() const override {
    if constexpr (std::is_same_v<typename Of::network, detail::main_weights<S>>)
      return {&parameters_.value, &statistics_.value};
    else return {};
  }

 private:
  using params = typename Of::network::params;
  using state = typename Of::network::state;

  struct running {
    int capacity, groups = 1;    // rows for which there is memory; of the last forward pass
    pass_type pass;
    memory<device_type, pack<output>> rows;    // of several groups
    detail::last_good<device_type, params, state> good;
    running(device_type& device, int count)
        : capacity(count), pass(device, std::size_t(count)), rows(device, std::size_t(count)), good(device) {}
  };

  Of& of_;
  memory<device_type, params> parameters_;
  memory<device_type, state> statistics_;
  int rows_per_sample_;
  std::optional<running> run_;
};

}    // namespace contrastive
