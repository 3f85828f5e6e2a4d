// SPDX-License-Identifier: MIT
#pragma once
// The command line of first_light, but for its devices.
#include "first_light.hpp"
#include "whole_options.hpp"

#include <CLI/CLI.hpp>

inline void add_options(CLI::App& app, first_light_options& o) {
  app.add_option("--data", o.data, "folder of train-images-idx3-ubyte.gz, train-labels-…, t10k-…")
      ->capture_default_str();
  app.add_option("--epochs", o.epochs, "passes over the images (default: what the device does in time)")
      ->check(a_count);
  app.add_option("--images", o.images, "how many of the images (default: likewise)")->check(a_count);
  app.add_option("--batch", o.batch, "images in a step (default: likewise)")->check(a_count);
  app.add_option("--threads", o.threads, "of the cpu device (default: all)")->check(a_count);
  app.add_option("--seed", o.seed, "of weights, order and views")->check(a_seed)->capture_default_str();
}
