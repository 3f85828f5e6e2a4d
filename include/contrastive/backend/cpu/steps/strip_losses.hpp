// SPDX-License-Identifier: MIT
#pragma once
// The CPU's work between the products of a strip: one pass or two over its similarities, in tasks of some rows.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/kernels/strip_kernels.hpp>
#include <contrastive/core/overrides.hpp>

#include <cmath>

namespace contrastive {
struct batch_info_nce;
struct sigmoid_loss;
}    // namespace contrastive

namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu {

/// One strip: tasks of rows, their sums added in the order of the rows.
struct strip_run {
  static constexpr int rows_of_task = 128, width = strip_part::width;
  cpu& device;
  const strip_kernels& kernels = strip_kernels_for(device.instructions);
  float* s;
  int rows, own, count;    // of the strip; the first anchor's own row; anchors

  int tasks() const { return (rows + rows_of_task - 1) / rows_of_task; }
  /// f(part, sums) for all rows; the sums lie in the device's workspace.
  strip_sums* each(const auto& f) const {
    constexpr std::size_t size = sizeof(strip_sums) / sizeof(float), line = 64 / sizeof(float);
    float* at = device.pair_workspace.of(std::size_t(tasks()) * size + line);
    at += (64 - reinterpret_cast<std::uintptr_t>(at) % 64) % 64 / sizeof(float);
    auto* sums = reinterpret_cast<strip_sums*>(at);
    device.pool.run(tasks(), [&](int task) {
      const int first = task * rows_of_task;
      f(strip_part{s + std::ptrdiff_t(first) * width, first, std::min(rows_of_task, rows - first), own}, sums[task]);
    });
    return sums;
  }
  double sum(const strip_sums* of, double (strip_sums::*what)[width], int lane) const {
    double all = 0;
    for (int task = 0; task < tasks(); ++task) all += (of[task].*what)[lane];
    return all;
  }
  /// What strip_walk::measure does.
  void measure(auto& m, double tied) const {
    const strip_sums* sums = each([&](const strip_part& p, strip_sums& to) { kernels.measure(p, to); });
    float* of_strips = m.of_strips.data;
    for (int c = 0; c < width; ++c) {
      const double alike = c < count ? double(s[std::ptrdiff_t(own + c) * width + c]) : 0;
      float nearest = -1e30f;
      for (int task = 0; task < tasks(); ++task) nearest = std::max(nearest, sums[task].nearest[c]);
      m.alike.data[c] = float(alike), m.nearest.data[c] = nearest;
      if (c >= count) continue;
      of_strips[c] += alike > double(nearest) + tied ? 1.f : 0.f;
      of_strips[width + c] += float(alike);
      of_strips[2 * width + c] += float(sum(sums, &strip_sums::first, c));
    }
  }
};

/// The i-th strip of a walk.
strip_run strip_of(const auto& walk, int i) {
  return {.device = walk.ctx.device,
          .s = walk.m.strip.data,
          .rows = walk.k.rows,
          .own = walk.first(i),
          .count = walk.anchors_in(i)};
}

struct info_nce_strip {
  static void judge(const auto& walk, int i, double tied) {
    auto& m = walk.m;
    const workers::turn mine(walk.ctx.device.pool);
    const std::scoped_lock one(walk.ctx.device.pair_workspace.in_use);
    const strip_run run = strip_of(walk, i);
    run.measure(m, tied);
    float *top = m.top.data, *total = m.total.data;
    for (int c = 0; c < run.width; ++c) top[c] = std::max(m.nearest.data[c], m.alike.data[c]);
    const strip_sums* sums = run.each(
        [&](const strip_part& p, strip_sums& to) { run.kernels.exponentials(p, top, to); });
    for (int c = 0; c < run.width; ++c) {
      const double all = run.sum(sums, &strip_sums::second, c);
      if (c < run.count) m.value.data[c] += float(std::log(all) + double(top[c]) - double(m.alike.data[c]));
      total[c] = float(1 / all);
    }
    run.each([&](const strip_part& p, strip_sums&) { run.kernels.weigh(p, total); });
  }
};

struct sigmoid_strip {
  static void judge(const auto& walk, int i, const auto& t, const auto& b, double tied) {
    auto& m = walk.m;
    const workers::turn mine(walk.ctx.device.pool);
    const std::scoped_lock one(walk.ctx.device.pair_workspace.in_use);
    const strip_run run = strip_of(walk, i);
    run.measure(m, tied);
    const strip_sums* sums = run.each(
        [&](const strip_part& p, strip_sums& to) { run.kernels.sigmoid(p, *t.data, *b.data, to); });
    for (int c = 0; c < run.count; ++c) {
      m.value.data[c] += float(run.sum(sums, &strip_sums::first, c));
      m.of_scale.data[c] += float(run.sum(sums, &strip_sums::second, c));
      m.of_bias.data[c] += float(run.sum(sums, &strip_sums::third, c));
    }
  }
};

/// The losses of two sets whose strips are judged on vectors.
struct strips_on_vectors {
  using example = asked::strip_loss<batch_info_nce>;
  static info_nce_strip match(asked::strip_loss<batch_info_nce>);
  static sigmoid_strip match(asked::strip_loss<sigmoid_loss>);
};

}    // namespace contrastive::inline CONTRASTIVE_TARGET::on_cpu
