// SPDX-License-Identifier: MIT
#pragma once
// Momentum contrast: keys from an encoder that follows slowly, compared with a queue of earlier keys.
#include <contrastive/loss/info_nce.hpp>
#include <contrastive/method/method_concepts.hpp>
#include <contrastive/nn/l2_normalize.hpp>

namespace contrastive {

/// MoCo v2 (He et al. 2020, algorithm 1; Chen et al. 2020, "Improved baselines"): view 0 is the query, view 1 the key;
/// the last Queue keys are the negatives. Learns by `info_nce`.
///
/// A network that sees its batch may tell a key by the statistics that it shares with its query. The paper shuffles
/// keys over several GPUs; here keys are normalized in `key_groups` of their rows, and no query has the statistics of
/// its key.
///
///     using moco =
///         ct::pipeline<ct::cpu, image, augmentations, ct::small_convnet<>, ct::mlp_bn<128, 64>, ct::moco<4096>>;
///     moco model{{.method = {.temperature = 0.2, .momentum = 0.99, .key_groups = 4}}};
///     model.freeze();         // the query's encoder
///     model.freeze("key");    // the one that follows it
template <int Queue = 4096>
struct moco {
  struct config {
    double temperature = 0.2;
    double momentum = 0.99;    // of the key network; 0.999 where epochs have thousands of steps
    int key_groups = 1;
    static constexpr void members(auto&& f, auto&... c) {
      f("temperature", c.temperature...);
      f("momentum", c.momentum...);
      f("key_groups", c.key_groups...);
    }
  };
  static constexpr int views_needed = 2;
  template <class Encoder, class Head>
  using network = sequential<named<"encoder", Encoder>, named<"head", Head>, named<"", l2_normalize>>;

  template <class S>
  struct on : parts<S> {
    static constexpr int width = S::template output_of<>::channels;
    learner<S> query{*this, "", 1};
    twin<S> key{*this, "key", query, 1};
    ring<S, Queue, width> queue{*this, "queue"};
    scratchpad<S, info_nce::memory<typename S::device, width, Queue>> memory{*this, 1};
    figures<S, "loss", "accuracy", "positive_similarity", "negative_similarity"> figure{*this};

    loss_report step(auto& m) {
      const config& c = m.settings.method;
      detail::require_temperature(c.temperature);
      const auto& q = query.forward(m, m.view(m.views, 0));                // (n, d)
      const auto& k = key.forward(m, m.view(m.views, 1), c.key_groups);    // (n, d)
      const auto report = m.checked(judge(m, c, q, k));
      query.backward(m);
      query.update(m);
      key.follow(m, c.momentum);
      queue.push(m, k);
      return report;
    }

   private:
    loss_report judge(auto& m, const config& c, const auto& q, const auto& k) {
      [[maybe_unused]] const auto watched = m.watch.section(m.device, "loss");
      info_nce::evaluate(m, {.temperature = c.temperature}, *memory, figure, q, k, queue.all(), query.dy());
      const auto [value, accuracy, alike, unlike] = figure.read();
      return {.value = value,
              .chance_level = std::log(Queue + 1.),
              .figures = {{"accuracy", accuracy}, {"positive_similarity", alike}, {"negative_similarity", unlike}}};
    }
  };
};

}    // namespace contrastive
