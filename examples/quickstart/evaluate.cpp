// SPDX-License-Identifier: MIT
// What a frozen encoder's features are worth, with all labels and with few.
#include "session.hpp"

namespace quickstart {

void add_row(row w, const ct::labeled_features& known, const ct::labeled_features& asked, session& s) {
  const auto draw = [&](double share) {    // the same images for every encoder
    return ct::chosen_rows(known, ct::labeled_fraction(known.labels, known.classes, share, {.seed = s.asked.seed}));
  };
  const auto tenth = draw(0.1), hundredth = draw(0.01);
  const auto linear =
      [&](const auto& some) {    // how strongly weights are held back is chosen among the labeled images
        return 100 * ct::linear_evaluation(some, asked, {.choose_l2 = true}).accuracy;
      };
  const auto neighbors = [&](const auto& some) { return 100 * ct::nearest_neighbors(s.on, some, asked).accuracy; };
  const auto all = ct::linear_evaluation(known, asked);
  w.linear_100 = 100 * all.accuracy, w.linear_10 = linear(tenth), w.linear_1 = linear(hundredth);
  w.knn_100 = neighbors(known), w.knn_10 = neighbors(tenth), w.knn_1 = neighbors(hundredth);
  if (w.encoder == "simclr") s.found.confusion = all.confusion;
  s.found.rows.push_back(std::move(w));
}

}    // namespace quickstart
