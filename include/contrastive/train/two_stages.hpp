// SPDX-License-Identifier: MIT
#pragma once
// Supervised contrastive training as Khosla et al. 2020 do it: first a representation, then a classifier on it.
#include <contrastive/evaluate/linear_evaluation.hpp>
#include <contrastive/train/pipeline.hpp>

namespace contrastive {

/// Options of both stages.
template <class Schedule = warmup_cosine>
struct two_stage_options {
  fit_options<Schedule> first{};    // of the representation
  linear_options second{};          // of the classifier
};

/// What both stages came to.
struct [[nodiscard]] two_stage_result {
  fit_result first;
  linear_result second;    // empty where the first stage was interrupted
};

/// Stage 1 fits the pipeline to `data`; stage 2 freezes its encoder, drops the head and trains a linear classifier on
/// the un-augmented images of `labeled` to convergence. The result says what that finds in `asked`, which decides
/// nothing.
///
/// With `sup_con` all labels are seen in stage 1 already; with `nt_xent` and `unlabeled(data)` only those of `labeled`
/// ever are. Callbacks watch stage 1; where they stop it, stage 2 does not begin. Throws what `fit` and
/// `linear_evaluation` throw.
///
///     const auto result =
///         ct::fit_in_two_stages(model, data.train(), data.test(), {.first = {.epochs = 10, .batch = 128}});
///     std::cout << result.second.accuracy;
template <class Pipeline, Dataset Data, LabeledDataset Labeled, LabeledDataset Asked, class Schedule = warmup_cosine,
          class... Callbacks>
two_stage_result fit_in_two_stages(Pipeline& model, const Data& data, const Labeled& labeled, const Asked& asked,
                                   const two_stage_options<Schedule>& options, Callbacks&&... callbacks) {
  two_stage_result result{model.fit(data, options.first, callbacks...), {}};
  if (result.first.ended == outcome::finished)
    result.second = linear_evaluation(model.freeze(), labeled, asked, options.second);
  return result;
}
/// Both stages on the same data.
template <class Pipeline, LabeledDataset Data, LabeledDataset Asked, class Schedule = warmup_cosine, class... Callbacks>
two_stage_result fit_in_two_stages(Pipeline& model, const Data& data, const Asked& asked,
                                   const two_stage_options<Schedule>& options, Callbacks&&... callbacks) {
  return fit_in_two_stages(model, data, data, asked, options, callbacks...);
}

}    // namespace contrastive
