// SPDX-License-Identifier: MIT
#pragma once
// The survey's command line.
#include "../whole_options.hpp"
#include "options.hpp"

#include <CLI/CLI.hpp>

namespace survey {

inline void add_options(CLI::App& app, options& o) {
  app.add_option("--minutes", o.minutes, "for all trainings together")->check(some_minutes)->capture_default_str();
  app.add_option("--epochs", o.epochs, "of every method (default: what there is time for)")->check(a_count);
  app.add_option("--methods", o.methods, "some of them, by name (default: all)")->delimiter(',');
  app.add_option("--seeds", o.seeds, "trainings of every method")->check(a_count)->capture_default_str();
  app.add_option("--seed", o.seed, "the first of them")->check(a_seed)->capture_default_str();
  app.add_option("--images", o.images, "training and test images, the first of each (default: all)")->check(a_count);
  app.add_option("--batch", o.batch, "images in a batch")->check(a_count)->capture_default_str();
  app.add_option("--threads", o.threads, "of the cpu (default: all)")->check(a_count);
  app.add_option("--data", o.data, "folder of the data set that this program was built for")->capture_default_str();
  app.add_option("--folder", o.folder, "where trainings are kept, and go on from")->capture_default_str();
  app.add_option("--page", o.page, "the report")->capture_default_str();
  app.add_option("--json", o.json, "the table")->capture_default_str();
  app.add_option("--spent", o.spent, "seconds that have gone by before")->check(some_seconds)->group("");
}

}    // namespace survey
