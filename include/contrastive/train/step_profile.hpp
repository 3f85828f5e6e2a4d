// SPDX-License-Identifier: MIT
#pragma once
// Where the time of a training step goes: a table of its layers, measured on the device that trains.
#include <contrastive/train/pipeline.hpp>
#include <contrastive/train/step_watch.hpp>

#include <cstdio>
#include <ostream>

namespace contrastive {

/// What profile_step runs, and what it compares with.
struct profile_options {
  int batch = 64;            // images, not views
  int steps = 5;             // that count, after one that does not; the fastest is shown
  double peak_gflops = 0;    // to show shares of it; of the cpu: on_cpu::fma_peak(threads)
};

/// A step of the network's program, in forward order. `path` is the path of the first layer that it covers.
struct profile_row {
  std::string path, layers, output;
  step_cost forward, backward;
};

/// The fastest of some steps: seconds in all, in each step of the network, in each part around it.
struct step_profile {
  double seconds = 0, peak_gflops = 0;
  int rows = 0;    // images × views
  std::vector<profile_row> network{};
  std::vector<std::pair<std::string, double>> sections{};    // views, loss, optimizer, …

  double network_seconds() const {
    double sum = 0;
    for (const auto& r : network) sum += r.forward.seconds + r.backward.seconds;
    return sum;
  }
  double section_seconds(const std::string& name) const {
    double sum = 0;
    for (const auto& [n, s] : sections)
      if (n == name) sum += s;
    return sum;
  }
  /// Percent of the step outside the network's layers, the loss and the optimizer.
  double overhead_percent() const {
    return 100 * (1 - (network_seconds() + section_seconds("loss") + section_seconds("optimizer")) / seconds);
  }
};

namespace detail {

inline std::string joined_by(const std::vector<std::string>& words, const char* between) {
  std::string all;
  for (const auto& w : words) all += (all.empty() ? "" : between) + w;
  return all;
}

/// The steps of the part's network, whose leaves have these paths.
inline void add_rows(std::vector<profile_row>& rows, const std::string& part, const std::vector<std::string>& paths,
                     const std::vector<watched_step>& steps) {
  std::size_t next = 0;
  for (const auto& s : steps) {
    if (s.part != part) continue;
    const bool covers = !s.layers.empty();    // else it only changes the form of a value
    rows.push_back({.path = covers ? (path{part} / paths[next % paths.size()].c_str()).text : "",
                    .layers = covers ? joined_by(s.layers, " + ") : "(another form)",
                    .output = s.output,
                    .forward = s.forward(),
                    .backward = s.backward()});
    next += s.layers.size();
  }
}
inline std::vector<profile_row> rows_of(const step_recorder& seen) {
  std::vector<profile_row> rows;
  for (const auto& [part, paths] : seen.paths) add_rows(rows, part, paths, seen.steps);
  return rows;
}

/// Random samples for a step, and labels of two classes.
template <class Sample>
struct random_batch {
  using stored = stored_of<Sample>;
  std::vector<stored> values;
  std::vector<int> numbers, labels;
  explicit random_batch(int batch) : values(Sample::size * std::size_t(batch)) {
    std::uint32_t word = 1;
    for (auto& v : values) v = one((word = word * 1664525u + 1013904223u) >> 24);
    for (int i = 0; i < batch; ++i) numbers.push_back(i), labels.push_back(i % 2);
  }
  static stored one(std::uint32_t byte) {
    if constexpr (Image<Sample>) return stored(byte);
    else if constexpr (requires { Sample::words; }) return stored(byte % std::uint32_t(Sample::words));
    else return stored(double(byte) / 128 - 1);
  }
};

}    // namespace detail

/// Trains fresh parts of the model's kind for some steps on random images and says where their time went; the model
/// itself does not change. The device finishes after each layer, so devices that run ahead of the host are a little
/// slower here.
///
///     std::cout << ct::profile_step(model, {.batch = 64, .peak_gflops = ct::on_cpu::fma_peak(2)});
template <class Model>
  requires requires { typename Model::types; }
step_profile profile_step(const Model& model, const profile_options& o = {}) {
  using types = typename Model::types;
  if (o.batch < 2 || o.steps < 1)
    throw argument_error("a profile needs at least two images and one step; found " + std::to_string(o.batch) +
                         " and " + std::to_string(o.steps));
  auto& device = model.device();
  const auto config = model.configuration();
  typename Model::parts_type fresh{{device}};
  fresh.initialize(config);
  detail::step_recorder seen;
  trainer<types, detail::step_watch> trained(device, fresh, config, o.batch, {&seen});
  const detail::random_batch<typename types::sample> batch(o.batch);

  step_profile best{.peak_gflops = o.peak_gflops, .rows = o.batch * types::view_count};
  for (int step = 0; step <= o.steps; ++step) {
    seen.clear_seconds();
    const detail::step_place at{.step = step, .steps_total = o.steps + 1, .scheduled = 1e-2, .batch = o.batch};
    const auto start = detail::step_recorder::clock::now();
    (void)trained.step(batch.values, batch.numbers, batch.labels, at);
    device.finish();
    const double seconds = std::chrono::duration<double>(detail::step_recorder::clock::now() - start).count();
    if (step == 0 || (best.seconds > 0 && seconds >= best.seconds)) continue;
    best.seconds = seconds;
    best.network = detail::rows_of(seen);
    best.sections = seen.sections;
  }
  return best;
}

namespace detail {
inline std::string cost_text(const step_cost& c, double peak_gflops) {
  char text[96];
  const double rate = c.seconds > 0 ? c.operations / c.seconds / 1e9 : 0;
  int used = std::snprintf(text, sizeof text, "%9.3f", 1e3 * c.seconds);
  if (rate > 0) used += std::snprintf(text + used, sizeof text - std::size_t(used), "%8.0f", rate);
  else used += std::snprintf(text + used, sizeof text - std::size_t(used), "%8s", "");
  if (rate > 0 && peak_gflops > 0)
    std::snprintf(text + used, sizeof text - std::size_t(used), "%6.0f %%", 100 * rate / peak_gflops);
  else std::snprintf(text + used, sizeof text - std::size_t(used), "%8s", "");
  return text;
}
}    // namespace detail

/// A table: a line for each step of the network with milliseconds, GF/s and share of the peak, forward and back, and
/// the megabytes that its forward pass reads and writes at least; then the parts around the network.
inline std::ostream& operator<<(std::ostream& out, const step_profile& p) {
  std::size_t path = 4, layers = 6, shape = 6;
  for (const auto& r : p.network)
    path = std::max(path, r.path.size()), layers = std::max(layers, r.layers.size()),
    shape = std::max(shape, r.output.size());
  const auto line = [&](const std::string& a, const std::string& b, const std::string& c, const std::string& rest) {
    const auto padded = [](const std::string& s, std::size_t width) {
      return s + std::string(width - s.size() + 2, ' ');
    };
    out << padded(a, path) << padded(b, layers) << padded(c, shape) << rest << '\n';
  };
  line("path", "layers", "output", "       ms    GF/s    peak  back ms    GF/s    peak       MB");
  for (const auto& r : p.network) {
    char megabytes[24];
    std::snprintf(megabytes, sizeof megabytes, "%9.1f", r.forward.bytes / 1e6);
    line(r.path, r.layers, r.output,
         detail::cost_text(r.forward, p.peak_gflops) + detail::cost_text(r.backward, p.peak_gflops) + megabytes);
  }
  const auto part = [&](const std::string& name, double seconds) {
    char text[96];
    std::snprintf(text, sizeof text, "%9.3f ms  %5.1f %%\n", 1e3 * seconds, 100 * seconds / p.seconds);
    out << name << std::string(name.size() < 28 ? 28 - name.size() : 1, ' ') << text;
  };
  part("the network", p.network_seconds());
  double inside = p.network_seconds();
  for (const auto& [name, seconds] : p.sections) part(name, seconds), inside += seconds;
  part("between them", p.seconds - inside);
  part("the step, " + std::to_string(p.rows) + " rows", p.seconds);
  return out;
}

}    // namespace contrastive
