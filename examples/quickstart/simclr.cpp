// SPDX-License-Identifier: MIT
// Learning without labels: the random encoder, the one that SimCLR makes of it, and the pictures of both.
#include "method.hpp"
#include "pictures.hpp"

#include <cstdio>

namespace quickstart {

namespace {

using simclr = method<views<2>, ct::mlp_bn<128, 128>, ct::nt_xent>;
constexpr double temperature = 0.2;
constexpr const char* of_its_image = "share of views whose most similar other view is of the same image";

simclr::settings simclr_recipe(const session& s) {
  auto r = recipe<simclr>(s, 0.12);
  r.loss = {.temperature = temperature};
  return r;
}

/// A row of the table, a map, a column of neighbors, a bar of negatives.
void add_all(row w, const simclr& model, session& s) {
  const auto some = ct::first(s.data.test(), std::min<std::size_t>(2000, s.data.test().size()));
  const auto frozen = model.freeze();
  const auto asked = frozen.read(some);
  auto map = beside(
      s, [&, title = w.title, views = frozen.embed_views(some)] { return map_figure_of(title, asked, views, s); });
  s.found.negatives.push_back(negatives_of(w.title, ct::outputs_of_views(model, some), asked.labels));
  const auto wide = model.freeze(ct::last_maps{});
  const auto known = wide.read(s.data.train()), all = wide.read(s.data.test());
  add_neighbors(s.found, w.title, s.data, known, all);
  add_row(std::move(w), known, all, s);
  s.found.maps.push_back(map.get());
}

#ifdef QUICKSTART_CIFAR10
/// One image beside what one operation makes of it.
template <class Operation>
void add_operation(const char* title, session& s) {
  using alone = ct::n_views<1, Operation>;
  typename alone::config config;
  if constexpr (requires { config.template of<Operation>().probability; })
    config.template of<Operation>().probability = 1;
  const auto one = ct::first(s.data.train(), 1);
  s.found.sheet.push_back({title, {picture_of(one, 0, one.label_at(0))}});
  for (std::uint32_t draw = 0; draw < 8; ++draw)
    s.found.sheet.back().pictures.push_back({ct::view_pixels<alone>(s.on, one, config, {s.asked.seed, draw})[0][0]});
}
void add_operations(session& s) {
  add_operation<ct::random_resized_crop<>>("crop", s);
  add_operation<ct::horizontal_flip>("flip", s);
  add_operation<ct::color_jitter>("color jitter", s);
  add_operation<ct::random_grayscale>("grayscale", s);
  add_operation<ct::gaussian_blur<3>>("blur", s);
  add_operation<ct::solarize>("solarize", s);
}
#else
void add_operations(session&) {}    // those of one channel are seen well enough together
#endif

/// Some images, each beside views as SimCLR sees them.
void add_sheet(session& s) {
  constexpr int images = 6, drawn = 4;
  const auto some = ct::first(s.data.train(), images);
  for (std::size_t i = 0; i < images; ++i)
    s.found.sheet.push_back({data_set::names[std::size_t(some.label_at(i))], {picture_of(some, i, some.label_at(i))}});
  for (std::uint32_t epoch = 0; epoch < drawn; ++epoch)
    for (const auto& view : ct::view_pixels<views<2>>(s.on, some, simclr_recipe(s).views, {s.asked.seed, epoch}))
      for (std::size_t i = 0; i < images; ++i) s.found.sheet[i].pictures.push_back({view[i], "view", true});
  add_operations(s);
}

/// One view's softmax over the other views of some images.
void add_contrastive_softmax(const simclr& model, session& s) {
  constexpr int images = 8;
  const auto some = ct::first(s.data.test(), images);
  auto& f = s.found.two_losses;
  f.temperature = temperature;
  f.label = int(some.label_at(0));
  f.over_candidates = contrastive_softmax(ct::outputs_of_views(model, some), temperature);
  const auto drawn = ct::view_pixels<views<2>>(s.on, some, simclr_recipe(s).views, {});
  f.view = {drawn[0][0], data_set::names[std::size_t(f.label)]};
  for (std::size_t v = 0; v < 2; ++v)
    for (std::size_t i = v == 0 ? 1 : 0; i < images; ++i)
      f.candidates.push_back({drawn[v][i], data_set::names[std::size_t(some.label_at(i))], i == 0});
}

}    // namespace

double measured_speed(const session& s) {
  simclr model{simclr_recipe(s), s.on};
  const auto views_per_second = [&](int steps) {
    const auto some = ct::first(s.data.train(), std::size_t(batch * steps));
    const auto done = model.fit(ct::unlabeled(some), {.epochs = 1, .batch = batch});
    return 2. * batch * done.steps / done.seconds;
  };
  const double first = views_per_second(1);    // it fills caches, and on some devices it compiles
  const int steps = std::clamp(int(first / batch), 1, 12);
  return steps == 1 ? first : views_per_second(steps);    // some two seconds of a device that is not slow
}

bool run_simclr(session& s) {
  simclr model{simclr_recipe(s), s.on};
  std::printf("\nan encoder that has learned nothing …\n");
  add_sheet(s);
  add_all({.encoder = "random", .title = "Random"}, model, s);
  if (s.stopped()) return false;

  std::printf("\nSimCLR: %zu images without their labels, %d epochs\n", s.data.train().size(), s.todo.simclr_epochs);
  row w{.encoder = "simclr", .title = "SimCLR"};
  if (!train(model, ct::unlabeled(s.data.train()), {.epochs = s.todo.simclr_epochs, .batch = batch}, 2, of_its_image, w,
             s))
    return false;
  add_contrastive_softmax(model, s);
  add_all(w, model, s);
  return !s.stopped();
}

}    // namespace quickstart
