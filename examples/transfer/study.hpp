// SPDX-License-Identifier: MIT
#pragma once
// The study: encoders that learned in several ways, each asked for classes that it has not seen, between its controls.
#include "options.hpp"
#include "table.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <filesystem>

namespace transfer_study {

namespace ct = contrastive;

/// As many of the first as there are, or all for 0.
auto first_of(const auto& data, int images) {
  return ct::first(data, images > 0 ? std::min(std::size_t(images), data.size()) : data.size());
}

/// All encoders on one source and one target. Setting names samples, views, encoder, numbers of classes, and a recipe;
/// the data sets are borrowed.
template <class Setting, ct::LabeledDataset Source, ct::LabeledDataset Known, ct::LabeledDataset Asked>
class study {
  template <int Views, class Head, class X>
  using on_source = ct::pipeline<ct::cpu, typename Setting::source_sample,
                                 typename Setting::template source_views<Views>, typename Setting::encoder, Head, X>;
  using projector = ct::mlp_bn<128, 64>;
  using simclr = on_source<2, projector, ct::nt_xent>;
  using sup_con = on_source<2, projector, ct::sup_con>;
  using cross_entropy = on_source<1, ct::linear<Setting::source_classes>, ct::cross_entropy>;
  using reader = ct::pipeline<ct::cpu, typename Setting::target_sample, typename Setting::target_views,
                              typename Setting::encoder, ct::linear<Setting::target_classes>, ct::fine_tune<>>;

 public:
  study(const options& o, const Source& source, const Known& known, const Asked& asked)
      : options_(o), on_(device_for(o)), source_(source), known_(known), asked_(asked) {
    interrupt_.on_start({});    // Ctrl-C is heard between trainings too
    std::error_code problem;
    std::filesystem::create_directories(o.folder, problem);
    if (problem) throw ct::file_error("cannot make the folder '" + o.folder + "': " + problem.message());
    goes_on(o.folder + "/recipe", o.recipe() + "; source: " + ct::fingerprint(source, true) + "; target: " +
                                      ct::fingerprint(known, true) + "; asked: " + ct::fingerprint(asked, true));
  }

  /// False where a person has interrupted it.
  bool run() {
    std::printf("source: %zu images of %d classes; target: %zu of %d, %zu to be asked\n", std::size_t(source_.size()),
                Setting::source_classes, std::size_t(known_.size()), Setting::target_classes,
                std::size_t(asked_.size()));
    const bool finished =
        for_each_seed("random", "random encoder", [&](auto& to) { return random(to); }) &&
        for_each_seed("simclr", "SimCLR, no labels",
                      [&](auto& to) { return encoder<simclr>("simclr", 0.12, 0.2, to); }) &&
        for_each_seed("sup_con", "supervised contrastive",
                      [&](auto& to) { return encoder<sup_con>("sup_con", 0.12, 0.1, to); }) &&
        for_each_seed("cross_entropy", "cross-entropy",
                      [&](auto& to) { return encoder<cross_entropy>("cross_entropy", 0.1, 0, to); }) &&
        for_each_seed("scratch", "from scratch on the target", [&](auto& to) { return scratch(to); }) &&
        for_each_seed("full", "full supervision on the target", [&](auto& to) { return full(to); });
    print(rows_);
    write(options_.json, json_of(rows_, options_.seed));
    if (!finished) std::printf("\ninterrupted: run it again with the same options, and it goes on\n");
    return finished;
  }

 private:
  static ct::cpu device_for(const options& o) { return o.threads > 0 ? ct::cpu{{.threads = o.threads}} : ct::cpu{}; }

  bool for_each_seed(const char* name, const char* title, auto&& figures_of) {
    rows_.push_back({name, title, {}});
    for (int k = 0; k < options_.seeds; ++k) {
      seed_ = options_.seed + std::uint64_t(k);
      const std::string file = path_of(name) + ".row";
      accuracies found;
      if (!read_row(file, found)) {
        std::printf("\n%s, seed %llu\n", title, static_cast<unsigned long long>(seed_));
        if (!figures_of(found) || stopped()) return false;
        keep_row(file, found);
      }
      rows_.back().of_seed.push_back(found);
    }
    return true;
  }
  std::string path_of(const char* name) const { return options_.folder + "/" + name + "-" + std::to_string(seed_); }
  bool stopped() const { return interrupt_.on_step({}) == ct::control::stop; }

  template <class Pipeline>
  typename Pipeline::settings recipe(double rate) const {
    auto s = Setting::template recipe<Pipeline>();
    s.seed = seed_;
    s.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
    return s;
  }
  typename reader::settings tuning() const {
    auto s = recipe<reader>(options_.rate);
    s.method = {.encoder_rate = options_.encoder_rate, .head_alone = options_.head_alone};
    return s;
  }
  /// The encoder has nothing that could be spoiled.
  typename reader::settings from_nothing() const {
    auto s = recipe<reader>(0.1);
    s.method.encoder_rate = 1;
    return s;
  }

  bool train(auto& model, const auto& data, const char* name, int epochs) {
    const ct::fit_options options{.epochs = epochs, .batch = options_.batch};
    const auto done = model.fit(data, options, ct::progress_bar{}, ct::stop_on_interrupt{},
                                ct::checkpoints{path_of(name)});
    return done.ended == ct::outcome::finished;
  }
  bool read(const auto& model, const typename reader::settings& s, ct::transfer_options how, accuracies& to) {
    how.draw.seed = seed_, how.batch = options_.batch;
    const auto found = ct::read_transfer<reader>(model, known_, asked_, s, how, ct::progress_bar{},
                                                 ct::stop_on_interrupt{});
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (found[k].linear) to[k] = percent(*found[k].linear);
      if (found[k].fine_tuned) to[3 + k] = percent(*found[k].fine_tuned);
    }
    return found.size() == how.shares.size();
  }

  /// Pre-trains on the source, drops the head, and reads the target.
  template <class Pipeline>
  bool encoder(const char* name, double rate, double temperature, accuracies& to) {
    auto s = recipe<Pipeline>(rate);
    if constexpr (requires { s.loss.temperature; }) s.loss.temperature = temperature;
    Pipeline model{s, on_};
    return train(model, source_, name, options_.epochs) && read(model, tuning(), {.steps = options_.steps}, to);
  }
  bool random(accuracies& to) { return read(reader{from_nothing(), on_}, from_nothing(), {.steps = 0}, to); }
  bool scratch(accuracies& to) {
    return read(reader{from_nothing(), on_}, from_nothing(), {.read_linear = false, .steps = options_.steps}, to);
  }
  bool full(accuracies& to) {
    reader model{from_nothing(), on_};
    if (!train(model, known_, "full", options_.epochs_of_full())) return false;
    to[3] = percent(ct::classify(model, asked_).accuracy);
    return true;
  }

  const options& options_;
  ct::cpu on_;
  const Source& source_;
  const Known& known_;
  const Asked& asked_;
  ct::stop_on_interrupt interrupt_;
  std::uint64_t seed_ = 1;
  std::vector<row> rows_;
};

}    // namespace transfer_study
