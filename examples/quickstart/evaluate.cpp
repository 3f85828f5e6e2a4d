// SPDX-License-Identifier: MIT
// What a frozen encoder's features are worth, with all labels and with few.
#include "session.hpp"

namespace quickstart {

void add_row(row w, const ct::labeled_features& known, const ct::labeled_features& asked, session& s) {
  const auto drawn = [&](double share, std::uint32_t draw) {    // the same images for every encoder
    return ct::chosen_rows(
        known, ct::labeled_fraction(known.labels, known.classes, share, {.seed = s.asked.seed, .draw = draw}));
  };
  const auto linear = [&](double share, const char* name) {
    auto& all = s.found.draws[w.encoder + name];
    for (std::uint32_t d = 0; d < std::uint32_t(s.asked.draws); ++d)    // l2 is chosen among the labeled images
      all.push_back(100 * ct::linear_evaluation(drawn(share, d), asked, {.choose_l2 = true}).accuracy);
    return mean_of(all);
  };
  const auto neighbors = [&](const auto& some) { return 100 * ct::nearest_neighbors(s.on, some, asked).accuracy; };
  auto with_all = beside(s, [&] { return ct::linear_evaluation(known, asked); });
  w.linear_10 = linear(0.1, "_10"), w.linear_1 = linear(0.01, "_1");
  w.knn_100 = neighbors(known), w.knn_10 = neighbors(drawn(0.1, 0)), w.knn_1 = neighbors(drawn(0.01, 0));
  const auto all = with_all.get();
  w.linear_100 = 100 * all.accuracy;
  if (w.encoder == "simclr") s.found.confusion = all.confusion;
  s.found.rows.push_back(std::move(w));
}

}    // namespace quickstart
