// SPDX-License-Identifier: MIT
// The quick start: learns without labels, says what it is worth, writes the report. quickstart.sh builds and runs it.
#include "../write_file.hpp"
#include "command_line.hpp"
#include "report.hpp"
#include "session.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

namespace quickstart {

namespace {

constexpr double end = 330;    // seconds from the start of quickstart.sh
constexpr double scratch_views = 400. * (128 + 100);

/// Evaluation and pictures of four encoders: some 18 s on two cores that make 2,700 views per second, and a reserve.
double seconds_of_evaluation(double views_per_second) { return 25 * std::max(1., 1650 / views_per_second); }

device make_device([[maybe_unused]] const options& o) {
#ifdef QUICKSTART_CPU
  if (o.threads > 0) return device{{.threads = o.threads}};
#endif
  return device{};
}

/// SimCLR gets half of the time for training. What is left after it goes to the nets from scratch, where that is enough for all
/// of their steps, then to the supervised methods: two views of contrast and one of cross-entropy in each epoch.
plan plan_of(const session& s, int simclr_epochs, double seconds) {
  const double images = double(s.data.train().size()), epoch = 2 * images / s.views_per_second,
               scratch = scratch_views / s.views_per_second;
  if (s.asked.epochs > 0) return {s.asked.epochs, s.asked.epochs, s.asked.epochs > 1};
  plan p{.simclr_epochs = simclr_epochs};
  double left = seconds;
  if (simclr_epochs == 0) {
    p.simclr_epochs = std::clamp(int(seconds / 2 / epoch), 1, 100);
    left -= p.simclr_epochs * epoch;
  }
  p.scratch = left > scratch + 1.5 * epoch;
  if (p.scratch) left -= scratch;
  p.supervised_epochs = std::clamp(int(left / (1.5 * epoch)), 1, p.simclr_epochs);
  return p;
}

std::string percent_or_dash(const std::optional<double>& v) {
  if (!v) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", *v);
  return text;
}
void print_table(const result& r) {
  std::printf(
      "\naccuracy on test images, %%                end to   linear classifier     nearest neighbors\n"
      "labels given to the classifier              end   100 %%   10 %%    1 %%   100 %%   10 %%    1 %%  seconds  "
      "views/s\n");
  for (const bool all : {false, true}) {
    if (std::none_of(r.rows.begin(), r.rows.end(), [&](const row& w) { return (w.labels_seen == 100) == all; }))
      continue;
    std::printf("%s\n", all ? "saw all labels while it learned" : "saw no labels beyond the stated share");
    for (const row& w : r.rows) {
      if ((w.labels_seen == 100) != all) continue;
      std::printf("  %-39s", w.title.c_str());
      for (const auto& v : {w.end_to_end, w.linear_100, w.linear_10, w.linear_1, w.knn_100, w.knn_10, w.knn_1})
        std::printf(" %6s", percent_or_dash(v).c_str());
      std::printf(" %8s", percent_or_dash(w.seconds).c_str());
      if (w.views_per_second) std::printf(" %8.0f", *w.views_per_second);
      std::printf("\n");
    }
  }
}

/// With several draws: what SimCLR and a linear classifier gain on a net from scratch, on the same labels.
void print_gains(const result& r) {
  for (const char* share : {"10", "1"}) {
    const auto ours = r.draws.find(std::string("simclr_") + share),
               theirs = r.draws.find(std::string("scratch_") + share);
    if (ours == r.draws.end() || theirs == r.draws.end() || ours->second.size() < 2 ||
        ours->second.size() != theirs->second.size())
      continue;
    std::vector<double> gain;
    for (std::size_t d = 0; d < ours->second.size(); ++d) gain.push_back(ours->second[d] - theirs->second[d]);
    std::printf(
        "%s %% of the labels, %zu draws: SimCLR and a linear classifier %.1f ± %.1f, from scratch %.1f ± %.1f; "
        "the gain is %.1f, its standard error %.1f\n",
        share, gain.size(), mean_of(ours->second), deviation_of(ours->second), mean_of(theirs->second),
        deviation_of(theirs->second), mean_of(gain), deviation_of(gain) / std::sqrt(double(gain.size())));
  }
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string text; std::getline(info, text);)
    if (text.starts_with("model name")) return text.substr(text.find(':') + 2);
  return "unknown processor";
}

/// All methods in turn, SimCLR first; false where a person has interrupted them.
bool run_methods(session& s) {
  const auto seconds_left = [&](double encoders) {    // of four that are evaluated
    return end - s.watch.seconds() - encoders / 4 * seconds_of_evaluation(s.views_per_second);
  };
  if (s.data.few)
    std::printf("%s is here to be right, not fast: %zu training images and %zu test images\n", device::name,
                s.data.train().size(), s.data.test().size());
  s.views_per_second = measured_speed(s);
  const double budget = seconds_left(4);
  s.todo = plan_of(s, 0, budget);
  std::printf("%s makes %.0f views per second: %d epochs of SimCLR are expected to take %.0f s\n", device::name,
              s.views_per_second, s.todo.simclr_epochs,
              s.todo.simclr_epochs * 2. * double(s.data.train().size()) / s.views_per_second);
  if (s.asked.epochs == 0 && budget < 3.5 * 2 * double(s.data.train().size()) / s.views_per_second)
    std::printf("that is too slow for %.0f s in all: every method trains for one epoch, and it will take longer\n",
                end);
  if (!run_simclr(s)) return false;
  // a machine may slow down once it is busy
  s.views_per_second = std::min(s.views_per_second, s.found.rows.back().views_per_second.value_or(s.views_per_second));
  s.todo = plan_of(s, s.todo.simclr_epochs, seconds_left(2));
  return run_scratch(s) && run_sup_con(s) && run_cross_entropy(s);
}

/// A folder may well hold the other data set, which a program of its own reads.
data_set read_data(const std::string& folder) {
  try {
    return data_set{folder};
  } catch (const ct::file_error& e) {
    throw ct::file_error(std::string(e.what()) +
                         "; quickstart.sh --data FOLDER builds the program that a folder needs");
  }
}

int run(const options& o) {
  const stopwatch watch(o.spent);
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  const data_set data = read_data(o.data);
  device on = make_device(o);
  ct::stop_on_interrupt interrupt;    // Ctrl-C is heard between trainings too
  interrupt.on_start({});
  session s{o, on, {data}, watch, interrupt};
  s.found = {.classes = {data_set::names.begin(), data_set::names.end()},
             .height = sample::height,
             .width = sample::width,
             .channels = sample::channels};
  bool finished = false;
  try {
    finished = run_methods(s);
    if (!finished) std::printf("\ninterrupted; this was finished:\n");
  } catch (const ct::not_finite& e) {
    std::printf("\n%s\nthis was finished:\n", e.what());
  }
  const int threads = o.threads > 0 ? o.threads : int(std::thread::hardware_concurrency());
  s.found.run = {{"training images", std::to_string(s.data.train().size())},
                 {"test images", std::to_string(s.data.test().size())},
                 {"epochs of SimCLR", std::to_string(s.todo.simclr_epochs)},
                 {"epochs of the supervised methods", std::to_string(s.todo.supervised_epochs)},
                 {"device", std::string(device::name) + ", " + std::to_string(threads) + " threads"},
                 {"processor", processor()},
                 {"seed", std::to_string(o.seed)},
                 {"seconds in all", std::to_string(int(watch.seconds()))}};
  print_table(s.found);
  print_gains(s.found);
  write_file("quickstart.html", html_of(s.found));
  if (!o.summary.empty()) write_file(o.summary, json_of(s.found));
  std::printf("\nafter %.0f s: open quickstart.html\n", watch.seconds());
  return finished ? 0 : 1;
}

}    // namespace

}    // namespace quickstart

int main(int count, char** words) {
  quickstart::options o;
  o.data = QUICKSTART_DATA_DIR;
  CLI::App app{"Learns from real images without labels, says what that is worth, and writes quickstart.html."};
  quickstart::add_options(app, o);
  CLI11_PARSE(app, count, words);
  try {
    return quickstart::run(o);
  } catch (const std::exception& e) {
    std::cerr << "quickstart: " << e.what() << '\n';
    return 2;
  }
}
