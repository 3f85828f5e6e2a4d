// SPDX-License-Identifier: MIT
// What a layer sees: VGG-16 learns clothes, then images are painted that excite its units, layer by layer, on a page.
// components: cpu
//
//     $ what_a_layer_sees                     (compiled with -DSEEN_CIFAR10, and --data: the ten classes of CIFAR-10)
#include "gallery.hpp"
#include "whole_options.hpp"
#include "write_file.hpp"

#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

#include <CLI/CLI.hpp>
#include <cstdio>

namespace ct = contrastive;

namespace {

#ifdef SEEN_CIFAR10
using data_set = ct::cifar10;
const ct::normalize::config colors{.mean = {0.4914, 0.4822, 0.4465}, .deviation = {0.247, 0.2435, 0.2616}};
#else
using data_set = ct::fashion_mnist;
const ct::normalize::config colors{.mean = 0.286, .deviation = 0.353};
#endif

using augmentations = ct::n_views<1, ct::random_resized_crop<32>, ct::horizontal_flip, ct::normalize>;
using classifier =
    ct::pipeline<ct::cpu, data_set::sample, augmentations, ct::vgg16_bn<16>, ct::mlp<10>, ct::cross_entropy>;

struct options {
  std::string data = CONTRASTIVE_DATA_DIR, page = "what_a_layer_sees.html", run = "what_a_layer_sees";
  int epochs = 6, images = 10000, units = 8, threads = 0;
  ct::excite_settings how{};
};

int read_options(options& o, int count, char** words) {
  CLI::App app{"VGG-16 learns the images, then shows what excites its units, layer by layer."};
  app.add_option("--data", o.data, "folder of the images")->capture_default_str();
  app.add_option("--epochs", o.epochs, "of the training")->check(a_count)->capture_default_str();
  app.add_option("--images", o.images, "how many of the training images")->check(a_count)->capture_default_str();
  app.add_option("--units", o.units, "of each layer, 1 to 16")->check(CLI::Range(1, 16))->capture_default_str();
  app.add_option("--steps", o.how.steps, "of Adam on each image")->check(a_count)->capture_default_str();
  app.add_option("--starts", o.how.starts, "the best image of so many")->check(a_count)->capture_default_str();
  app.add_option("--smooth", o.how.total_variation, "weight of total variation")
      ->check(CLI::Range(0., 100.))
      ->capture_default_str();
  app.add_option("--seed", o.how.seed, "of weights, order, views and pictures")->check(a_seed)->capture_default_str();
  app.add_option("--threads", o.threads, "of the cpu (default: all)")->check(a_count);
  app.add_option("--run", o.run, "folder of checkpoints: a run goes on from there")->capture_default_str();
  app.add_option("--page", o.page, "the file that is written")->capture_default_str();
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code ? code : -1;
  }
  return 0;
}

/// Pictures of the units behind Depth layers, and whether each excites its unit more than any training image does.
template <int Depth>
std::string section(const std::string& title, const auto& encoder, const ct::Aim auto& aim, const auto& train,
                    const options& o, auto&& name_of) {
  const ct::excited seen = ct::excite<Depth>(encoder, aim, o.how);
  const ct::matrix known = ct::activations<Depth>(encoder, aim, train);
  std::string body = "<div class=\"units\">\n";
  std::size_t ahead = 0;
  for (std::size_t u = 0; u < aim.units(); ++u) {
    body += gallery::unit(name_of(u), gallery::bytes_of(seen.images.row(u)), {1, 32, 32, data_set::sample::channels},
                          seen.activation[u], train, known, u);
    ahead += seen.activation[u] > double(known(gallery::most_exciting(known, u, 1)[0], u));
  }
  std::printf("%-28s %zu of %zu images excite their unit more than any training image\n", title.c_str(), ahead,
              aim.units());
  return page::section(title, body + "</div>", "layer-" + std::to_string(Depth));
}

}    // namespace

int main(int count, char** words) try {
  options o;
  if (const int code = read_options(o, count, words)) return std::max(code, 0);
  const data_set data{o.data};
  const auto train = ct::first(data.train(), std::min(std::size_t(o.images), data.train().size()));
  ct::cpu device{{.threads = o.threads}};
  classifier model{{.seed = o.how.seed,
                    .views = {ct::random_resized_crop<32>::config{.scale = {0.6, 1}}, colors},
                    .optimizer = {.learning_rate = 0.1, .nesterov = true, .weight_decay = 5e-4}},
                   device};
  const auto result = model.fit(train, {.epochs = o.epochs, .batch = 100}, ct::progress_bar{}, ct::checkpoints{o.run},
                                ct::stop_on_interrupt{});
  if (result.ended != ct::outcome::finished)
    return std::printf("stopped; the same command goes on from %s\n", o.run.c_str()), 0;
  std::printf("%.1f %% of the test images are named right\n", 100 * ct::classify(model, data.test()).accuracy);

  const auto encoder = model.freeze();
  const auto channels = ct::aim::channels::first(o.units);
  const auto number = [](std::size_t u) { return "channel " + std::to_string(u); };
  std::string body = gallery::introduction;
  body += section<3>("First convolution", encoder, channels, train, o, number);
  body += section<13>("Fourth convolution", encoder, channels, train, o, number);
  body += section<23>("Seventh convolution", encoder, channels, train, o, number);
  body += section<33>("Tenth convolution", encoder, channels, train, o, number);
  body += section<45>("Features of the encoder", encoder, channels, train, o, number);
  const ct::aim::directions classes{ct::class_directions(encoder.read(train))};
  body += section<45>("Mean embedding of each class", encoder, classes, train, o,
                      [](std::size_t u) { return std::string(data_set::names[u]); });
  write_file(o.page, page::document("What a layer sees", "What a layer sees", body));
  std::printf("%s\n", o.page.c_str());
  return 0;
} catch (const ct::error& e) {
  std::fprintf(stderr, "what_a_layer_sees: %s\n", e.what());
  return 1;
}
