// SPDX-License-Identifier: MIT
// Learning with labels by cross-entropy, end to end: from scratch with few of them, and with all.
#include "method.hpp"
#include "pictures.hpp"

#include <cstdio>

namespace quickstart {

namespace {

using classifier = method<views<1>, ct::linear<int(data_set::names.size())>, ct::cross_entropy>;
constexpr int scratch_steps = 400;
constexpr const char* of_its_class = "share of views whose class is found";

/// One net that saw only this draw of labels; false where a person has interrupted it.
bool train_from_scratch(row& w, std::uint32_t draw, session& s) {
  const auto numbers = ct::labeled_fraction(s.data.train(), w.labels_seen / 100, {.seed = s.asked.seed, .draw = draw});
  const int images = int(numbers.size()), rows = std::min(batch, images), per_epoch = images / rows;
  std::printf("\n%s: %d images, %d steps\n", w.title.c_str(), images, scratch_steps);
  const auto few = ct::subset(s.data.train(), numbers);
  classifier model{recipe<classifier>(s, 0.2), s.on};
  if (!train(model, few, {.epochs = (scratch_steps + per_epoch - 1) / per_epoch, .batch = rows}, 1, of_its_class, w, s))
    return false;
  if (draw > 0) s.found.curves.pop_back();    // they are much alike
  s.found.draws[w.encoder].push_back(100 * ct::classify(model, s.data.test()).accuracy);
  return !s.stopped();
}

/// The row of these nets: all steps, or a sentence.
bool scratch_row(row w, session& s) {
  if (s.todo.scratch) {
    for (std::uint32_t draw = 0; draw < std::uint32_t(s.asked.draws); ++draw)
      if (!train_from_scratch(w, draw, s)) return false;
    w.end_to_end = mean_of(s.found.draws[w.encoder]);
    if (s.asked.draws == 1) w.title += " (one draw)";
  } else {
    std::printf("\n%s: left out, there is no time for all of its %d steps\n", w.title.c_str(), scratch_steps);
  }
  s.found.rows.push_back(w);
  return true;
}

}    // namespace

bool run_scratch(session& s) {
  return scratch_row({.encoder = "scratch_10", .title = "From scratch, 10 % of labels", .labels_seen = 10}, s) &&
         scratch_row({.encoder = "scratch_1", .title = "From scratch, 1 % of labels", .labels_seen = 1}, s);
}

bool run_cross_entropy(session& s) {
  std::printf("\ncross-entropy: %zu images with their labels, %d epochs\n", s.data.train().size(),
              s.todo.supervised_epochs);
  classifier model{recipe<classifier>(s, 0.2), s.on};
  row w{.encoder = "cross_entropy", .title = "Cross-entropy", .labels_seen = 100};
  if (!train(model, s.data.train(), {.epochs = s.todo.supervised_epochs, .batch = batch}, 1, of_its_class, w, s))
    return false;
  w.end_to_end = 100 * ct::classify(model, s.data.test()).accuracy;
  s.found.two_losses.over_classes = softmax(ct::outputs(model, ct::first(s.data.test(), 1)).row(0));
  add_encoder(w, model, s);
  return !s.stopped();
}

}    // namespace quickstart
