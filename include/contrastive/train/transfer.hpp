// SPDX-License-Identifier: MIT
#pragma once
// Transfer: what an encoder that learned on one data set is worth for the classes of another, with all labels and few.
#include <contrastive/data/labeled_fraction.hpp>
#include <contrastive/data/subsets.hpp>
#include <contrastive/evaluate/classify.hpp>
#include <contrastive/evaluate/linear_evaluation.hpp>
#include <contrastive/model/copy_encoder.hpp>
#include <contrastive/train/pipeline.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace contrastive {

/// How an encoder is read for new classes.
struct transfer_options {
  std::vector<double> shares{1, 0.1, 0.01};    // of the new classes' labels, of each class alike
  labeled_fraction_options draw{};             // which labels those are
  linear_options linear{.choose_l2 = true};    // l2 chosen within the labeled images
  bool read_linear = true;                     // else only fine-tuning
  int steps = 400;                             // of fine-tuning, with few labels as with all; 0: none
  int batch = 64;                              // images of a step, or all of them where there are fewer
  warmup_cosine schedule{};                    // of fine-tuning
};

/// One share of the labels. Accuracies of the asked images, 0 … 1; none where it was not asked for.
struct transfer_reading {
  double share = 1;
  int images = 0;    // with labels
  std::optional<double> linear{}, fine_tuned{};
};

/// What a pre-training and its transfer came to.
struct [[nodiscard]] transfer_result {
  fit_result pretraining;
  std::vector<transfer_reading> readings;    // for each share; none where the pre-training was interrupted
};

namespace detail {
inline void require_transfer(const transfer_options& o) {
  if (o.shares.empty()) throw argument_error("transfer needs a share of the labels; shares is empty");
  if (o.steps < 0 || o.batch < 2)
    throw argument_error("transfer: steps is 0 or more and a batch has two images or more; found " +
                         std::to_string(o.steps) + " and " + std::to_string(o.batch));
}
/// The numbers of each share's images. Throws for what could not be read after all the training.
template <LabeledDataset Known>
std::vector<std::vector<int>> drawn_shares(const Known& known, const transfer_options& o) {
  const auto labels = labels_of(known, std::size_t(known.size()), "transfer");
  const int classes = class_count(known, "transfer");
  std::vector<std::vector<int>> all;
  for (const double share : o.shares) {
    all.push_back(labeled_fraction(labels, classes, share, o.draw));
    std::vector<int> of_class(std::size_t(classes), 0);
    for (const int i : all.back()) ++of_class[std::size_t(labels[std::size_t(i)])];
    if (o.read_linear && o.linear.choose_l2 && std::find(of_class.begin(), of_class.end(), 1) != of_class.end())
      throw argument_error("transfer: a share of " + std::to_string(share) +
                           " leaves a class with one label, and to choose l2 takes two: take a larger share, or give "
                           "linear.l2 with choose_l2 = false");
    if (o.steps > 0 && all.back().size() < 2)
      throw argument_error("transfer: a share of " + std::to_string(share) +
                           " is one image, and a step of fine-tuning takes two: take a larger share");
  }
  return all;
}
/// A new model with that encoder, on the same device where it is of one kind.
template <class Tuned>
Tuned begun_as(const auto& pretrained, const typename Tuned::settings& settings) {
  const auto with_encoder = [&](Tuned model) {
    copy_encoder(pretrained, model);
    return model;
  };
  if constexpr (std::is_same_v<typename Tuned::types::device&, decltype(pretrained.device())>)
    return with_encoder(Tuned(settings, pretrained.device()));
  else return with_encoder(Tuned(settings));
}
/// As many epochs as that number of steps needs, of batches that `images` have.
inline fit_options<> epochs_for(const transfer_options& o, int images) {
  const int batch = std::min(o.batch, images), in_an_epoch = images / batch;
  return {.epochs = (o.steps + in_an_epoch - 1) / in_an_epoch, .batch = batch, .schedule = o.schedule};
}
}    // namespace detail

/// Reads the classes of `known` with the encoder of `pretrained`, once for each share of its labels: by a linear
/// classifier on frozen features, and fine-tuned by a new `Tuned` of these settings with that encoder. What they find
/// in `asked` decides nothing. `pretrained` stays as it is. Callbacks watch each fine-tuning; where they stop one, the
/// readings end before it.
///
/// Tuned is a pipeline whose outputs are the classes' logits: by `fine_tune`, or by `cross_entropy`. Both pipelines
/// have one encoder; samples may differ. Throws what `labeled_fraction`, `fit` and `linear_evaluation` throw, and
/// argument_error for options that no transfer can mean, before anything is trained.
///
///     const auto readings = ct::read_transfer<tuned>(untrained, known, asked, {.seed = 1});    // the control
template <class Tuned, class Pipeline, LabeledDataset Known, LabeledDataset Asked, class... Callbacks>
  requires LearnsClasses<typename Tuned::learns_by>
std::vector<transfer_reading> read_transfer(const Pipeline& pretrained, const Known& known, const Asked& asked,
                                            const typename Tuned::settings& settings,
                                            const transfer_options& options = {}, Callbacks&&... callbacks) {
  detail::require_transfer(options);
  const auto shares = detail::drawn_shares(known, options);
  std::optional<labeled_features> features, questions;
  if (options.read_linear) {
    const auto encoder = detail::begun_as<Tuned>(pretrained, settings).freeze();
    features = encoder.read(known), questions = encoder.read(asked);
  }
  std::vector<transfer_reading> all;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const auto& numbers = shares[k];
    transfer_reading found{.share = options.shares[k], .images = int(numbers.size())};
    if (features)
      found.linear = linear_evaluation(chosen_rows(*features, numbers), *questions, options.linear).accuracy;
    if (options.steps > 0) {
      auto model = detail::begun_as<Tuned>(pretrained, settings);
      const auto done = model.fit(subset(known, numbers), detail::epochs_for(options, found.images), callbacks...);
      if (done.ended != outcome::finished) break;
      found.fine_tuned = classify(model, asked).accuracy;
    }
    all.push_back(found);
  }
  return all;
}

/// Pre-trains `model` on `source`, drops its head, and reads other classes with its encoder: read_transfer.
///
/// The source may have other labels, other images, or no labels where the loss needs none; leave out of it what `known`
/// and `asked` have too (`without_duplicates`). Callbacks watch the pre-training; where they stop it, nothing is read.
///
///     const auto source = ct::only_classes(data.train(), {0, 1, 2, 3, 4});
///     const auto known = ct::only_classes(data.train(), {5, 6, 7, 8, 9});
///     const auto asked = ct::only_classes(data.test(), {5, 6, 7, 8, 9});
///     const auto result = ct::transfer<tuned>(model, source, {.epochs = 10, .batch = 128}, known, asked, {.seed = 1});
///     std::cout << *result.readings[0].linear << ' ' << *result.readings[0].fine_tuned;
template <class Tuned, class Pipeline, Dataset Source, class Schedule = warmup_cosine, LabeledDataset Known,
          LabeledDataset Asked, class... Callbacks>
  requires LearnsClasses<typename Tuned::learns_by>
transfer_result transfer(Pipeline& model, const Source& source, const fit_options<Schedule>& pretraining,
                         const Known& known, const Asked& asked, const typename Tuned::settings& settings,
                         const transfer_options& options = {}, Callbacks&&... callbacks) {
  detail::require_transfer(options);
  (void)detail::drawn_shares(known, options);    // what is wrong with them is said first
  transfer_result result{model.fit(source, pretraining, callbacks...), {}};
  if (result.pretraining.ended == outcome::finished)
    result.readings = read_transfer<Tuned>(model, known, asked, settings, options);
  return result;
}

}    // namespace contrastive
