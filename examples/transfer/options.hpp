// SPDX-License-Identifier: MIT
#pragma once
// What the transfer study is asked for on its command line.
#include "../whole_options.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <string>

namespace transfer_study {

struct options {
  std::string folder = "transfer-run", json = "transfer.json";
  int epochs = 8, full_epochs = 0, steps = 300, images = 0, batch = 64;    // 0: as many as epochs; all
  int seeds = 1, threads = 0;                                              // 0: all
  double rate = 0.2, encoder_rate = 0.5, head_alone = 0.1;
  std::uint64_t seed = 1;

  int epochs_of_full() const { return full_epochs > 0 ? full_epochs : epochs; }
  /// What makes the figures: a study goes on only with the same.
  std::string recipe() const {
    const auto text = [](double v) {
      char digits[32];
      return std::string(digits, std::to_chars(digits, digits + sizeof digits, v).ptr);
    };
    return "--epochs " + std::to_string(epochs) + " --full-epochs " + std::to_string(epochs_of_full()) + " --steps " +
           std::to_string(steps) + " --images " + (images > 0 ? std::to_string(images) : "all") + " --batch " +
           std::to_string(batch) + " --rate " + text(rate) + " --encoder-rate " + text(encoder_rate) +
           " --head-alone " + text(head_alone);
  }
};

/// Checks of CLI11: "" or what is wrong.
inline std::string a_rate(const std::string& text) {
  double value = 0;
  if (CLI::detail::lexical_cast(text, value) && value > 0 && value <= 10) return "";
  return "expected a number above 0, 10 at most; found " + text;
}
inline std::string a_part(const std::string& text) {
  double value = -1;
  if (CLI::detail::lexical_cast(text, value) && value >= 0 && value < 1) return "";
  return "expected a share from 0 to below 1; found " + text;
}

inline void add_options(CLI::App& app, options& o) {
  app.add_option("--epochs", o.epochs, "of each pre-training")->check(a_count)->capture_default_str();
  app.add_option("--full-epochs", o.full_epochs, "of full supervision on the target (default: as many)")
      ->check(a_count);
  app.add_option("--steps", o.steps, "of each fine-tuning")->check(a_count)->capture_default_str();
  app.add_option("--images", o.images, "of each part of the data, the first (default: all)")->check(a_count);
  app.add_option("--batch", o.batch, "images of a step")->check(a_count)->capture_default_str();
  app.add_option("--rate", o.rate, "learning rate of the head in fine-tuning")->check(a_rate)->capture_default_str();
  app.add_option("--encoder-rate", o.encoder_rate, "the encoder's share of it")->check(a_rate)->capture_default_str();
  app.add_option("--head-alone", o.head_alone, "share of the steps in which the encoder rests")
      ->check(a_part)
      ->capture_default_str();
  app.add_option("--seeds", o.seeds, "trainings of everything, for a mean and a deviation")
      ->check(a_count)
      ->capture_default_str();
  app.add_option("--seed", o.seed, "the first of them")->check(a_seed)->capture_default_str();
  app.add_option("--threads", o.threads, "of the cpu device (default: all)")->check(a_count);
  app.add_option("--folder", o.folder, "where trainings are kept, to go on from")->capture_default_str();
  app.add_option("--json", o.json, "a file for the figures")->capture_default_str();
}

/// Reads the command line and runs: 0, 1 where it was interrupted, 2 for what went wrong.
int run_program(CLI::App& app, int count, char** words, auto&& run) {
  CLI11_PARSE(app, count, words);
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  try {
    return run() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "transfer: " << e.what() << '\n';
    return 2;
  }
}

}    // namespace transfer_study
