// SPDX-License-Identifier: MIT
#pragma once
// The loop over epochs and steps: loads, trains, tells callbacks, saves and resumes.
#include <contrastive/data/loader.hpp>
#include <contrastive/train/callbacks/callback.hpp>
#include <contrastive/train/report_sums.hpp>
#include <contrastive/train/run_settings.hpp>
#include <contrastive/train/trainer.hpp>

#include <chrono>
#include <cmath>

namespace contrastive {

/// One call of fit: everything that lives as long as it runs.
template <class S, Dataset Data>
class training_run {
 public:
  using trainer_type = trainer<S>;
  using settings = typename S::settings;
  using device_type = typename S::device;

  training_run(device_type& device, typename trainer_type::parts_type& p, const settings& config,
               const fit_options& options, const Data& data)
      : device_(device),
        config_(config),
        options_(checked(options, data)),
        data_(data),
        trainer_(device, p, config, options.batch) {}

  fit_result operator()(auto&... callbacks) {
    (resume(callbacks), ...);
    started_ = clock::now();
    tell_start(info(), callbacks...);
    loader<Data> batches(data_,
                         {.batch = options_.batch, .seed = config_.seed, .epoch = at_.epoch, .step = step_in_epoch()});
    bool stop = false;
    while (at_.epoch < options_.epochs && !stop) {
      const step_info done = step(batches.next());
      stop = tell_step(done, callbacks...) == control::stop;
      if (step_in_epoch() == 0) tell_epoch(finish_epoch(), callbacks...);
      if (step_in_epoch() == 0 || stop) (save(callbacks), ...);
    }
    const fit_result result = finish(stop && at_.epoch < options_.epochs);
    tell_end(result, callbacks...);
    return result;
  }

 private:
  using clock = std::chrono::steady_clock;
  using element = typename S::element;

  static const fit_options& checked(const fit_options& o, const Data& data) {
    if (o.epochs < 1) throw argument_error("fit needs at least one epoch; found " + std::to_string(o.epochs));
    if (o.batch < 2)
      throw argument_error(
          "a batch holds at least two images, because one alone has nothing to be compared with; found " +
          std::to_string(o.batch));
    if (std::size_t(o.batch) > std::size_t(data.size()))
      throw argument_error("a batch of " + std::to_string(o.batch) + " images is larger than the data, which has " +
                           std::to_string(data.size()));
    return o;
  }

  // ---- one step -----------------------------------------------------------------------------------------------------------

  int steps_per_epoch() const { return int(std::size_t(data_.size()) / std::size_t(options_.batch)); }
  int steps_in_all() const { return steps_per_epoch() * options_.epochs; }
  int step_in_epoch() const { return at_.step % steps_per_epoch(); }

  step_info step(const auto& batch) {
    at_.steps_total = steps_in_all();
    at_.scheduled = options_.schedule.rate(at_.step, at_.steps_total);
    at_.scaling = options_.scaling, at_.batch = options_.batch;
    const loss_report report = moved(batch);
    sums_.add(report);
    const step_info done = describe(report);
    ++at_.step;
    if (step_in_epoch() == 0) ++at_.epoch;
    return done;
  }
  loss_report moved(const auto& batch) {
    try {
      return trainer_.step(batch.pixels, batch.indices, batch.labels, at_);
    } catch (const detail::loss_not_finite& found) {
      fail(found.report);
    }
  }
  double learning_rate() const { return at_.rate(config_.optimizer.learning_rate); }
  [[noreturn]] void fail(const loss_report& report) {
    trainer_.restore_good(at_.step);
    throw not_finite("the loss became " + std::to_string(report.value) + " at step " + std::to_string(at_.step + 1) +
                     " (epoch " + std::to_string(at_.epoch + 1) + ", learning rate " + std::to_string(learning_rate()) +
                     "); the model has its last good weights again: try a smaller learning rate or a longer warm-up");
  }

  // ---- what callbacks are told --------------------------------------------------------------------------------------------

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
            .seconds = seconds()};
  }
  fit_result finish(bool interrupted) const {
    const loss_report mean = sums_.steps > 0 ? sums_.mean() : epoch_;
    return {.epochs = at_.epoch,
            .steps = at_.step,
            .loss = mean.value,
            .chance_level = mean.chance_level,
            .figures = mean.figures,
            .seconds = seconds(),
            .ended = interrupted ? outcome::interrupted : outcome::finished};
  }

  // ---- saving and resuming ------------------------------------------------------------------------------------------------

  void save(auto& callback) {
    if constexpr (requires { callback.file(); }) write(callback.file());
  }
  void resume(auto& callback) {
    if constexpr (requires { callback.file(); })
      if (callback.has_file()) read(callback.file());
  }
  settings_record record() const {
    settings_record all;
    all.add("seed", config_.seed);
    all.add("views", config_.views);
    all.add(requires { config_.loss; } ? "loss" : "method", detail::rule_of(config_));
    all.add("optimizer", config_.optimizer);
    for (const auto& [name, own] : config_.optimizer_of) all.add("optimizer_of." + name, own);
    if constexpr (requires { S::optimizer::name; }) all.add("optimizer", std::string(S::optimizer::name));
    all.add("network", config_.network);
    all.add("view_passes", config_.view_passes);
    all.add("epochs", options_.epochs);
    all.add("batch", options_.batch);
    all.add("schedule", options_.schedule);
    all.add("scaling", options_.scaling);
    all.add("images", data_.size());
    all.add("device", std::string(device_type::name));
    return all;
  }
  void write(const std::string& file) {
    safetensors_writer all;
    all.set(checkpoint_key, checkpoint_version);
    settings_record texts = record();
    texts.add("step", at_.step);
    texts.add("sums.steps", sums_.steps);
    detail::add_report(texts, "sums", sums_.sum);
    detail::add_report(texts, "epoch", epoch_);
    for (const auto& [name, value] : texts.values) all.set(name, value);
    trainer_.each_state([&](const std::string& name, const auto& column) {
      all.add(name, std::span<const element>(download(column)), {column.size()});
    });
    all.write_with_sum(file);
  }
  void read(const std::string& file) {
    const safetensors_reader all = open_checkpoint(file);
    std::map<std::string, std::string> found;
    for (const auto& [name, value] : record().values)
      if (all.has_text(name)) found[name] = all.text(name);
    record().require_equal(found, file);
    at_.step = all.number<int>("step");
    at_.epoch = at_.step / steps_per_epoch();
    sums_ = {all.number<int>("sums.steps"), detail::read_report(all, "sums")};
    epoch_ = detail::read_report(all, "epoch");
    std::vector<std::vector<element>> values;    // all of them, before the first weight changes
    trainer_.each_state([&](const std::string& name, const auto& column) {
      values.push_back(all.exactly<element>(name, column.size()));
    });
    auto next = values.begin();
    trainer_.each_state([&](const std::string&, const auto& column) {
      device_.upload(column.data, next->data(), next->size());
      device_.finish();
      ++next;
    });
  }
  std::vector<element> download(const auto& column) {
    std::vector<element> host(column.size());
    device_.download(host.data(), column.data, host.size());
    return host;
  }

  device_type& device_;
  const settings& config_;
  fit_options options_;
  const Data& data_;
  trainer_type trainer_;
  step_place at_;
  report_sums sums_;
  loss_report epoch_;    // the mean of the last whole one
  clock::time_point started_;
};

}    // namespace contrastive
