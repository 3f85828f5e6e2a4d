// SPDX-License-Identifier: MIT
#pragma once
// The quick start's command line.
#include "../whole_options.hpp"
#include "options.hpp"

#include <CLI/CLI.hpp>

namespace quickstart {

inline void add_options(CLI::App& app, options& o) {
  app.add_option("--data", o.data, "folder of the data set that this program was built for")->capture_default_str();
  app.add_option("--epochs", o.epochs, "of every training (default: what there is time for)")->check(a_count);
  app.add_option("--threads", o.threads, "of the cpu device (default: all)")->check(a_count);
  app.add_option("--draws", o.draws, "of 10 and 1 % of the labels; five take minutes (default: 1)")->check(a_count);
  app.add_option("--seed", o.seed, "of weights, order, views and labeled draws")->check(a_seed)->capture_default_str();
  app.add_option("--summary", o.summary, "a file for the table as JSON");
  app.add_option("--spent", o.spent, "seconds that have gone by before")->check(some_seconds)->group("");
}

}    // namespace quickstart
