// SPDX-License-Identifier: MIT
// Learning with all labels by contrast: the first stage of supervised contrastive training; the table's classifiers are its
// second.
#include "method.hpp"
#include "pictures.hpp"

#include <cstdio>

namespace quickstart {

bool run_sup_con(session& s) {
  using sup_con = method<views<2>, ct::mlp_bn<128, 128>, ct::sup_con>;
  std::printf("\nsupervised contrastive: %zu images with their labels, %d epochs\n", s.data.train().size(),
              s.todo.supervised_epochs);
  sup_con model{recipe<sup_con>(s, 0.12), s.on};
  row w{.encoder = "sup_con", .title = "Supervised contrastive", .labels_seen = 100};
  if (!train(model, s.data.train(), {.epochs = s.todo.supervised_epochs, .batch = batch}, 2,
             "share of views whose most similar other view is of the same class", w, s))
    return false;
  const auto some = ct::first(s.data.test(), std::min<std::size_t>(2000, s.data.test().size()));
  std::vector<int> labels;
  for (std::size_t i = 0; i < some.size(); ++i) labels.push_back(int(some.label_at(i)));
  s.found.negatives.push_back(negatives_of(w.title, ct::outputs_of_views(model, some), labels));
  add_encoder(w, model, s);
  return !s.stopped();
}

}    // namespace quickstart
