// SPDX-License-Identifier: MIT
// The profile of a step: every layer once, its work by the formula, its seconds inside the step's.
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>
#include <contrastive/train/step_profile.hpp>

#include <algorithm>
#include <map>
#include <sstream>

#include "support/catch.hpp"

namespace ct = contrastive;

namespace {

// a residual block with its relu is fused, its branches are programs; one without is generic
using block = ct::residual<ct::sequential<ct::named<"conv1", ct::conv2d<32, 3, 2>>, ct::named<"bn1", ct::batch_norm>>,
                           ct::sequential<ct::conv2d<32, 1, 2>, ct::batch_norm>>;
using alone = ct::residual<ct::sequential<ct::conv2d<32, 3>>>;
using encoder = ct::sequential<ct::conv2d<16, 3>, ct::batch_norm, ct::relu, ct::named<"block", block>, ct::relu,
                               ct::named<"alone", alone>, ct::global_average_pool>;
using model = ct::pipeline<ct::cpu, ct::image<8, 8, 3>, ct::views<ct::horizontal_flip, ct::normalize>, encoder,
                           ct::mlp<4>, ct::sup_con>;

constexpr int batch = 8, rows = 2 * batch;

// Multiplications and additions of one pass of each layer that has weights.
const std::map<std::string, double> work = {
    {"encoder.0", 2. * rows * 64 * 16 * 27},
    {"encoder.block.conv1", 2. * rows * 16 * 32 * 144},
    {"encoder.block.downsample.0", 2. * rows * 16 * 32 * 16},
    {"encoder.alone.0", 2. * rows * 16 * 32 * 288},
    {"head.0", 2. * rows * 32 * 4},
};

}    // namespace

TEST_CASE("a profile has every layer once, with its work and its time") {
  ct::cpu device;
  const model trained{{.seed = 1}, device};
  const auto found = ct::profile_step(trained, {.batch = batch, .steps = 2, .peak_gflops = 10});
  std::vector<std::string> layers;
  std::map<std::string, double> operations;
  for (const auto& row : found.network) {
    if (!row.path.empty()) layers.push_back(row.path);
    if (row.forward.operations > 0) operations[row.path] = row.forward.operations;
    const double to_input = row.path == "encoder.0" ? 0 : 1;    // nobody asks for the gradient of the images
    CHECK(row.backward.operations == (1 + to_input) * row.forward.operations);
    CHECK(row.forward.seconds > 0);
    CHECK(row.backward.seconds > 0);
  }
  CHECK(operations == work);
  std::sort(layers.begin(), layers.end());
  CHECK(std::adjacent_find(layers.begin(), layers.end()) == layers.end());
  CHECK(found.rows == rows);
  for (const char* name : {"views", "loss", "optimizer"}) CHECK(found.section_seconds(name) > 0);
  CHECK(found.network_seconds() + found.section_seconds("loss") + found.section_seconds("views") < found.seconds);
  CHECK(found.overhead_percent() > 0);
  CHECK(found.overhead_percent() < 100);
}

TEST_CASE("a profile is a table, and leaves the model as it was") {
  ct::cpu device;
  const model trained{{.seed = 1}, device};
  const auto before = trained.clone();
  std::ostringstream table;
  table << ct::profile_step(trained, {.batch = batch, .steps = 1, .peak_gflops = 10});
  for (const char* text :
       {"encoder.block.conv1", "conv2d 3x3 + batch_norm + relu", "4x4x32", " %", "optimizer", "the step, 16 rows"})
    CHECK(table.str().find(text) != std::string::npos);
  std::vector<std::vector<float>> now, then;
  trained.each_parameter([&](const auto&, auto, auto values) { now.push_back(values); });
  before.each_parameter([&](const auto&, auto, auto values) { then.push_back(values); });
  CHECK(now == then);
  CHECK_THROWS_WITH(ct::profile_step(trained, {.batch = 1}),
                    "a profile needs at least two images and one step; found 1 and 5");
}
