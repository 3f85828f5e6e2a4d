// SPDX-License-Identifier: MIT
#pragma once
// The loop over epochs and steps: loads, trains, tells callbacks, saves and resumes.
#include <contrastive/data/loader.hpp>
#include <contrastive/train/callbacks/callback.hpp>
#include <contrastive/train/report_sums.hpp>
#include <contrastive/train/run_record.hpp>
#include <contrastive/train/trainer.hpp>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

namespace contrastive {

/// One call of fit: everything that lives as long as it runs.
template <class S, class Schedule, Dataset Data>
class training_run {
 public:
  using trainer_type = trainer<S>;
  using settings = typename S::settings;
  using device_type = typename S::device;
  using options = fit_options<Schedule>;

  training_run(device_type& device, typename trainer_type::parts_type& p, const settings& config, const options& o,
               const Data& data)
      : device_(device), parts_(p), config_(config), options_(checked(o, data)), data_(data) {
    detail::require_settings<S>(config);
  }

  fit_result operator()(auto&... callbacks) {
    [[maybe_unused]] const std::tuple held{hold(callbacks)...};    // until this run ends, however it does
    begin(callbacks...);
    started_ = clock::now();
    detail::tell_start(info(), callbacks...);
    loader<Data> batches(data_, {.batch = options_.batch,
                                 .seed = config_.seed,
                                 .epoch = at_.epoch,
                                 .step = step_in_epoch(),
                                 .threads = options_.reading_threads,
                                 .labels = S::needs_labels});
    bool stop = false;
    while (at_.epoch < options_.epochs && !stop) {
      const auto& batch = batches.next();
      const step_info done = step(batch);
      stop = detail::tell_step(done, callbacks...) == control::stop;
      const bool epoch_ends = step_in_epoch() == 0, run_ends = stop || at_.epoch == options_.epochs;
      if (run_ends || (keeps<decltype(callbacks)...> && epoch_ends)) require_good(batch);
      if (epoch_ends) detail::tell_epoch(finish_epoch(), callbacks...);
      if (run_ends || epoch_ends) (save(callbacks), ...);
    }
    const fit_result result = finish(stop && at_.epoch < options_.epochs);
    detail::tell_end(result, callbacks...);
    return result;
  }

 private:
  using clock = std::chrono::steady_clock;
  using element = typename S::element;

  template <class... C>    // whether one of these callbacks keeps the run
  static constexpr bool keeps = (KeepsRun<std::remove_reference_t<C>> || ...);

  static const options& checked(const options& o, const Data& data) {
    if (o.epochs < 1) throw argument_error("fit needs at least one epoch; found " + std::to_string(o.epochs));
    if (o.batch < 2)
      throw argument_error(
          "a batch holds at least two images, because one alone has nothing to be compared with; found " +
          std::to_string(o.batch));
    if (std::size_t(o.batch) > std::size_t(data.size()))
      throw argument_error("a batch of " + std::to_string(o.batch) + " images is larger than the data, which has " +
                           std::to_string(data.size()));
    if (const auto steps = std::size_t(data.size()) / std::size_t(o.batch);
        steps > std::size_t(std::numeric_limits<int>::max() / o.epochs))
      throw argument_error("a run has at most " + std::to_string(std::numeric_limits<int>::max()) + " steps; " +
                           std::to_string(o.epochs) + " epochs of " + std::to_string(steps) + " are more");
    return o;
  }

  // ---- one step -----------------------------------------------------------------------------------------------------

  int steps_per_epoch() const { return int(std::size_t(data_.size()) / std::size_t(options_.batch)); }
  int steps_in_all() const { return steps_per_epoch() * options_.epochs; }
  int step_in_epoch() const { return at_.step % steps_per_epoch(); }

  step_info step(const auto& batch) {
    at_.steps_total = steps_in_all();
    at_.scheduled = options_.schedule.rate(at_.step, at_.steps_total);
    at_.scaling = options_.scaling, at_.batch = options_.batch;
    at_.ends_epoch = step_in_epoch() + 1 == steps_per_epoch();
    const loss_report report = moved(batch);
    sums_.add(report);
    if (at_.ends_epoch) spread_ = trainer_->spread();
    const step_info done = describe(report);
    ++at_.step;
    if (step_in_epoch() == 0) ++at_.epoch;
    return done;
  }
  loss_report moved(const auto& batch) {
    try {
      return attempt(batch);
    } catch (const detail::loss_not_finite& found) {
      fail("the loss became " + std::to_string(found.report.value) + " at step " + std::to_string(at_.step + 1) +
           " (epoch " + std::to_string(at_.epoch + 1) + ", ");
    }
  }
  [[gnu::noinline]] loss_report attempt(const auto& batch) {    // compiled once for both who call it
    return trainer_->step(batch.stored, batch.indices, batch.labels, at_);
  }
  /// Weights are good when they are finite and a step from them finds a finite loss. Such a step is tried on the last
  /// batch before weights are saved or handed out; nothing of it stays.
  void require_good(const auto& batch) {
    const auto before = state();
    for (const auto& values : before)
      for (const element x : values)
        if (!std::isfinite(x)) fail("step " + std::to_string(at_.step) + " left weights that are not finite (");
    try {
      (void)attempt(batch);
    } catch (const detail::loss_not_finite& found) {
      put_back(before);
      fail("step " + std::to_string(at_.step) + " left weights whose loss is " + std::to_string(found.report.value) +
           " (");
    }
    put_back(before);
  }
  double learning_rate() const { return at_.rate(config_.optimizer.learning_rate); }
  [[noreturn]] void fail(const std::string& what) {
    trainer_->restore_good(at_.step);
    throw not_finite(what + "learning rate " + std::to_string(learning_rate()) +
                     "); the model has its last good weights again: try a smaller learning rate or a longer warm-up");
  }

  // ---- what callbacks are told --------------------------------------------------------------------------------------

  double seconds() const { return std::chrono::duration<double>(clock::now() - started_).count(); }
  run_info info() const {
    return {.epochs = options_.epochs,
            .steps_per_epoch = steps_per_epoch(),
            .steps_total = steps_in_all(),
            .first_step = at_.step,
            .images = int(data_.size()),
            .batch = options_.batch,
            .views = trainer_type::views};
  }
  step_info describe(const loss_report& r) const {
    return {.epoch = at_.epoch,
            .step = at_.step,
            .steps_total = steps_in_all(),
            .steps_per_epoch = steps_per_epoch(),
            .images = options_.batch,
            .views = trainer_type::views,
            .loss = r.value,
            .chance_level = r.chance_level,
            .figures = r.figures,
            .anchors_without_positives = r.anchors_without_positives,
            .learning_rate = learning_rate(),
            .seconds = seconds()};
  }
  epoch_info finish_epoch() {
    const int steps = sums_.steps;
    epoch_ = sums_.mean();
    sums_ = {};
    return {.epoch = at_.epoch - 1,
            .epochs = options_.epochs,
            .steps = steps,
            .loss = epoch_.value,
            .chance_level = epoch_.chance_level,
            .figures = epoch_.figures,
            .anchors_without_positives = epoch_.anchors_without_positives,
            .learning_rate = learning_rate(),
            .seconds = seconds(),
            .spread = spread_,
            .says = says()};
  }
  /// Of the last whole epoch.
  verdict says() const {
    return at_.epoch == 0 ? verdict::unknown : verdict_of(epoch_.value, epoch_.chance_level, spread_);
  }
  fit_result finish(bool interrupted) const {
    const loss_report mean = sums_.steps > 0 ? sums_.mean() : epoch_;
    return {.epochs = at_.epoch,
            .steps = at_.step,
            .loss = mean.value,
            .chance_level = mean.chance_level,
            .figures = mean.figures,
            .spread = spread_,
            .says = says(),
            .seconds = seconds(),
            .ended = interrupted ? outcome::interrupted : outcome::finished};
  }

  // ---- saving and resuming ------------------------------------------------------------------------------------------

  /// What a callback that keeps the run has of its own while the run lasts: its folder.
  static auto hold(auto& callback) {
    if constexpr (keeps<decltype(callback)> && requires { callback.hold(); }) return callback.hold();
    else return nothing{};
  }
  void save(auto& callback) {
    if constexpr (keeps<decltype(callback)>) write(callback.file());
  }
  /// Files of other runs are refused before the parts begin theirs: what a method keeps stays as it was too.
  void begin(auto&... callbacks) {
    [[maybe_unused]] std::optional<safetensors_reader> from;
    (look_for(callbacks, from), ...);
    trainer_.emplace(device_, parts_, config_, options_.batch);
    if constexpr (keeps<decltype(callbacks)...>)
      if (from) read(*from);
  }
  void look_for(auto& callback, std::optional<safetensors_reader>& from) {
    if constexpr (keeps<decltype(callback)>)
      if (is_there(callback.file())) {
        from.emplace(detail::open_checkpoint(callback.file()));
        record().require_equal(settings_in(*from), callback.file().string());
      }
  }
  static bool is_there(const std::filesystem::path& file) {
    std::error_code failure;
    const bool found = std::filesystem::exists(file, failure);
    if (failure) throw file_error("cannot look for " + detail::quoted(file) + ": " + failure.message());
    return found;
  }
  const detail::settings_record& record() {
    if (record_.values.empty()) record_ = run_record<S>(device_, config_, options_, data_);
    return record_;
  }
  void write(const std::filesystem::path& file) {
    safetensors_writer all;
    all.set(detail::checkpoint_key, detail::checkpoint_version);
    for (const auto& [name, value] : record().values) all.set(run_prefix + name, value);
    detail::settings_record progress;
    progress.add("step", at_.step);
    progress.add("sums.steps", sums_.steps);
    detail::add_report(progress, "sums", sums_.sum);
    detail::add_report(progress, "epoch", epoch_);
    progress.add("epoch.spread", spread_);
    for (const auto& [name, value] : progress.values) all.set(name, value);
    trainer_->each_state([&](const std::string& name, const auto& column) {
      all.add(name, std::span<const element>(download(column)), {column.size()});
    });
    all.write_with_sum(file);
  }
  /// Reads and checks everything before the first thing changes.
  void read(const safetensors_reader& all) {
    const int step = all.number<int>("step");
    if (step < 0 || step > steps_in_all())
      all.fail("it has step " + std::to_string(step) + " of " + std::to_string(steps_in_all()));
    const detail::report_sums sums{all.number<int>("sums.steps"), detail::read_report(all, "sums")};
    const loss_report epoch = detail::read_report(all, "epoch");
    const auto spread = all.number<double>("epoch.spread");
    std::vector<std::vector<element>> values;
    trainer_->each_state([&](const std::string& name, const auto& column) {
      values.push_back(all.exactly<element>(name, column.size()));
    });
    at_.step = step, at_.epoch = step / steps_per_epoch();
    sums_ = sums, epoch_ = epoch, spread_ = spread;
    put_back(values);
  }
  /// All that one step leaves to the next.
  std::vector<std::vector<element>> state() {
    std::vector<std::vector<element>> values;
    trainer_->each_state([&](const std::string&, const auto& column) { values.push_back(download(column)); });
    return values;
  }
  void put_back(const std::vector<std::vector<element>>& values) {
    auto next = values.begin();
    trainer_->each_state([&](const std::string&, const auto& column) {
      device_.upload(column.data, next->data(), next->size());
      device_.finish();
      ++next;
    });
  }
  static std::map<std::string, std::string> settings_in(const safetensors_reader& all) {
    std::map<std::string, std::string> found;
    for (const auto& [key, value] : all.texts())
      if (key.starts_with(run_prefix)) found[key.substr(run_prefix.size())] = value;
    return found;
  }
  std::vector<element> download(const auto& column) {
    std::vector<element> host(column.size());
    device_.download(host.data(), column.data, host.size());
    return host;
  }

  inline static const std::string run_prefix = "run.";
  device_type& device_;
  typename trainer_type::parts_type& parts_;
  const settings& config_;
  options options_;
  const Data& data_;
  std::optional<trainer_type> trainer_;
  detail::step_place at_;
  detail::report_sums sums_;
  loss_report epoch_;                 // the mean of the last whole one
  double spread_ = -1;                // at its end
  detail::settings_record record_;    // made where somebody keeps the run
  clock::time_point started_;
};

}    // namespace contrastive
