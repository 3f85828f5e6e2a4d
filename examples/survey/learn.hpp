// SPDX-License-Identifier: MIT
#pragma once
// How every method of the survey is trained and probed: the same images, encoder, batch and time for each.
#include "../write_file.hpp"
#include "session.hpp"

#include <contrastive/evaluate/linear_evaluation.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>
#include <contrastive/evaluate/representation.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace survey {

#ifdef SURVEY_CIFAR10
using encoder = ct::resnet18<ct::small_images, 16>;
template <int Count>
using views = ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::color_jitter, ct::random_grayscale,
                          ct::normalize>;
#else
using encoder = ct::small_convnet<32>;
template <int Count>
using views = ct::n_views<Count, ct::random_resized_crop<>, ct::horizontal_flip, ct::intensity_jitter, ct::normalize>;
#endif
using projector = ct::mlp_bn<256, 128>;
using predictor = ct::mlp_bn<64, 128>;

template <class X, class Head = projector, int Views = 2, class Optimizer = ct::sgd>
using model = ct::pipeline<device, sample, views<Views>, encoder, Head, X, Optimizer>;

/// What those that learn from views have in common, but the rate: each method's paper gives one for its batch.
template <class Pipeline>
typename Pipeline::settings recipe(double rate) {
  typename Pipeline::settings r{};
#ifdef SURVEY_CIFAR10
  r.views = {ct::normalize::config{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}}};
#else
  r.views = {ct::random_resized_crop<>::config{.scale = {0.3, 1}},
             ct::normalize::config{.mean = 0.286, .deviation = 0.353}};
#endif
  r.optimizer = {.learning_rate = rate, .nesterov = true, .weight_decay = 5e-4};
  return r;
}

/// What a training was planned to be, what it has taken so far, and the loss of each epoch: a run that is resumed goes
/// on by it.
struct plan_file {
  std::filesystem::path path;
  int epochs = 0;
  double seconds = 0;
  std::vector<double> curve{};

  /// False where there is none yet. One that says nothing, or is for another number of epochs than `asked` (0: any), is
  /// refused.
  bool read(int asked) {
    std::ifstream in(path);
    if (!in) return false;
    if (!(in >> epochs >> seconds) || epochs < 1) refuse("has no plan of a training");
    if (asked != 0 && asked != epochs) refuse("is of a training of " + std::to_string(epochs) + " epochs");
    for (double loss = 0; in >> loss;) curve.push_back(loss);
    return true;
  }
  void write() const {
    std::ostringstream text;
    text << epochs << ' ' << seconds;
    for (const double loss : curve) text << ' ' << loss;
    write_file(path, text.str() + '\n');
  }
  /// Every epoch is on disk, whatever ends the run; one that is done again takes the place of its loss.
  void on_epoch(const ct::epoch_info& i) {
    curve.resize(std::min(curve.size(), std::size_t(i.epoch)));
    curve.push_back(i.loss);
    write();
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw ct::file_error("'" + path.string() + "' " + what + "; take it away, or choose another --folder");
  }
};

/// Seconds of an epoch, by a few steps of a model that is thrown away; the first step takes memory and does not count.
template <class Pipeline>
double epoch_seconds(const session& s, const typename Pipeline::settings& settings) {
  struct clock {
    double first = 0, last = 0;
    int steps = 0;
    void on_step(const ct::step_info& i) { (steps++ == 0 ? first : last) = i.seconds; }
  } measured;
  Pipeline tried{settings, s.on};
  const auto few = ct::first(s.train(), std::min(s.train().size(), std::size_t(s.asked.batch) * 4));
  (void)tried.fit(few, {.epochs = 1, .batch = s.asked.batch}, measured);
  const double steps = double(s.train().size()) / s.asked.batch;
  return measured.steps > 1 ? (measured.last - measured.first) / (measured.steps - 1) * steps : measured.first * steps;
}

/// The encoder's worth, beside that of all others: by the same labels and neighbors.
inline void probe(row& w, const auto& model, const session& s) {
  const auto frozen = model.freeze();
  const auto known = frozen.read(s.train()), asked = frozen.read(s.test());
  const auto add_linear = [&](measured& to, double share) {
    if (double(known.rows()) * share < 2 * known.classes) return;    // l2 is chosen among two rows of each class
    const auto few = ct::chosen_rows(known,
                                     ct::labeled_fraction(known.labels, known.classes, share, {.seed = s.asked.seed}));
    to.add(100 * ct::linear_evaluation(few, asked, {.choose_l2 = true}).accuracy);
  };
  w.linear_100.add(100 * ct::linear_evaluation(known, asked).accuracy);
  add_linear(w.linear_10, 0.1), add_linear(w.linear_1, 0.01);
  w.knn.add(100 * ct::nearest_neighbors(s.on, known, asked).accuracy);
  w.effective_rank.add(ct::effective_rank(asked.values));
}

inline long learned_parameters(auto& model) {
  long count = 0;
  model.parts().each_part([&](auto& part) {
    if (part.learns())
      for (const auto& weight : part.stored().weights)
        if (weight.learned()) count += long(weight.size());
  });
  return count;
}

/// Trains with every seed, probes, and adds the row. `after(model)` sees the first seed's model, for pictures. False
/// where a person has interrupted it: what was trained is kept and goes on when the survey is run again.
template <class Pipeline>
bool learn(session& s, row w, typename Pipeline::settings settings, auto&& after) {
  for (int k = 0; k < s.asked.seeds; ++k) {
    settings.seed = s.asked.seed + std::uint64_t(k);
    const std::string run = w.name + "-" + std::to_string(settings.seed);
    plan_file plan{s.asked.folder + "/" + run + ".plan"};
    if (!plan.read(s.asked.epochs)) {
      plan.epochs = s.asked.epochs;
      if (plan.epochs == 0)
        plan.epochs = std::clamp(int(s.seconds_for_each / epoch_seconds<Pipeline>(s, settings)), 1, 1000);
      plan.write();
    }
    std::printf("\n%s, seed %llu: %d epochs\n", w.title.c_str(), static_cast<unsigned long long>(settings.seed),
                plan.epochs);
    Pipeline trained{settings, s.on};
    const auto done = trained.fit(s.train(), {.epochs = plan.epochs, .batch = s.asked.batch}, ct::progress_bar{}, plan,
                                  ct::stop_on_interrupt{}, ct::checkpoints{s.asked.folder + "/" + run});
    plan.seconds += done.seconds;
    plan.write();
    if (done.ended == ct::outcome::interrupted || s.stopped()) return false;
    probe(w, trained, s);
    w.epochs = plan.epochs, w.parameters = learned_parameters(trained), w.says = done.says;
    w.chance_level = done.chance_level;
    w.loss.add(done.loss), w.seconds.add(plan.seconds);
    if (done.spread >= 0) w.spread.add(done.spread);
    w.milliseconds.add(1000 * plan.seconds / done.steps);
    if (k == 0) w.curve = plan.curve, after(trained);
  }
  s.found.rows.push_back(std::move(w));
  return true;
}
template <class Pipeline>
bool learn(session& s, row w, const typename Pipeline::settings& settings) {
  return learn<Pipeline>(s, std::move(w), settings, [](auto&) {});
}

}    // namespace survey
