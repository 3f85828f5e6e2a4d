// SPDX-License-Identifier: MIT
// Laws of the metrics log and of its lines.
#include <contrastive/train/callbacks/metrics_log.hpp>

#include <limits>
#include <sstream>
#include <vector>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"

using namespace contrastive;

namespace {

static_assert(contrastive::detail::callback_can_be_called<metrics_log>::value);
static_assert(contrastive::detail::WatchesStart<metrics_log> && contrastive::detail::WatchesSteps<metrics_log> &&
              contrastive::detail::WatchesEpochs<metrics_log> && contrastive::detail::WatchesEnd<metrics_log>);

std::vector<std::string> lines(const std::filesystem::path& file) {
  std::istringstream in{read_bytes(file)};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

}    // namespace

TEST_CASE("a line of JSON keeps the order of its members and their values") {
  contrastive::detail::json_line line;
  line.add("name", "x").add("count", 3).add("rate", 0.1).add("big", -1e300).add("yes", true).add("no", false);
  CHECK(line.finish() == "{\"name\":\"x\",\"count\":3,\"rate\":0.1,\"big\":-1e+300,\"yes\":true,\"no\":false}\n");
}

TEST_CASE("a number in JSON is the same when it is read back") {
  for (const double x : {1 / 3., 0.1f + 0.2, 5e-324, 1.7976931348623157e308, -0., 123456789012345678.}) {
    contrastive::detail::json_line line;
    const std::string text{line.add("x", x).finish()};
    CHECK(std::strtod(text.c_str() + 5, nullptr) == x);
  }
}

TEST_CASE("what is not finite is null in JSON") {
  contrastive::detail::json_line line;
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(line.add("a", std::nan("")).add("b", infinity).add("c", -infinity).finish() ==
        "{\"a\":null,\"b\":null,\"c\":null}\n");
}

TEST_CASE("text in JSON is escaped where it must be") {
  contrastive::detail::json_line line;
  CHECK(line.add("k\"", "a\\b\n\x01 ü").finish() == "{\"k\\\"\":\"a\\\\b\\u000a\\u0001 ü\"}\n");
}

TEST_CASE("a line of JSON begins anew after its end") {
  contrastive::detail::json_line line;
  CHECK(line.finish() == "{}\n");
  CHECK(line.add("a", 1).finish() == "{\"a\":1}\n");
  CHECK(line.add("b", 2).finish() == "{\"b\":2}\n");
  CHECK(line.finish() == "{}\n");
}

TEST_CASE("a run leaves a line for its start, each step, each epoch and its end") {
  temporary_folder folder;
  const figure_list means{{"accuracy", 0.25}, {"divergence", 1}};
  {
    metrics_log log{folder / "run.jsonl"};
    log.on_start({.epochs = 1, .steps_per_epoch = 2, .steps_total = 2, .images = 9, .batch = 4, .views = 2});
    log.on_step({.epoch = 0,
                 .step = 0,
                 .images = 4,
                 .views = 2,
                 .loss = 2.25,
                 .chance_level = 1.5,
                 .figures = {{"accuracy", 0.5}, {"divergence", -0.125}},
                 .anchors_without_positives = 2,
                 .learning_rate = 0.01,
                 .seconds = 3});
    log.on_step({.epoch = 0, .step = 1, .images = 4, .views = 2, .loss = std::nan(""), .figures = means, .seconds = 5});
    log.on_epoch({.epoch = 0,
                  .epochs = 1,
                  .steps = 2,
                  .loss = 2,
                  .chance_level = 1.5,
                  .figures = means,
                  .seconds = 6,
                  .spread = 0.5,
                  .says = verdict::learning});
    log.on_end({.epochs = 1,
                .steps = 2,
                .loss = 2,
                .chance_level = 1.5,
                .figures = means,
                .spread = 0.5,
                .says = verdict::not_learning,
                .seconds = 7,
                .ended = outcome::interrupted});
  }
  const std::vector<std::string> expected{
      R"({"event":"start","epochs":1,"steps_per_epoch":2,"steps_total":2,"first_step":0,"images":9,"batch":4,"views":2})",
      R"({"event":"figures","names":"accuracy divergence"})",
      R"({"event":"step","epoch":0,"step":0,"images":4,"views":2,"loss":2.25,"chance_level":1.5,"accuracy":0.5,)"
      R"("divergence":-0.125,"anchors_without_positives":2,"learning_rate":0.01,"seconds":3})",
      R"({"event":"step","epoch":0,"step":1,"images":4,"views":2,"loss":null,"chance_level":0,"accuracy":0.25,)"
      R"("divergence":1,"anchors_without_positives":0,"learning_rate":0,"seconds":5})",
      R"({"event":"epoch","epoch":0,"steps":2,"spread":0.5,"says":"learning","loss":2,"chance_level":1.5,)"
      R"("accuracy":0.25,"divergence":1,)"
      R"("anchors_without_positives":0,"learning_rate":0,"seconds":6})",
      R"({"event":"end","epochs":1,"steps":2,"spread":0.5,"says":"not learning","loss":2,"chance_level":1.5,)"
      R"("accuracy":0.25,"divergence":1,)"
      R"("seconds":7,"ended":"interrupted"})"};
  CHECK(lines(folder / "run.jsonl") == expected);
}

TEST_CASE("a log that goes on says its figures once, and refuses other ones by their names") {
  temporary_folder folder;
  const figure_list two{{"accuracy", 0.5}, {"divergence", 1}}, one{{"accuracy", 0.5}};
  metrics_log{folder / "a"}.on_step({.figures = two});
  metrics_log{folder / "a"}.on_step({.step = 1, .figures = two});
  CHECK(lines(folder / "a").size() == 3);
  for (const auto& others : {one, figure_list{}, figure_list{{"divergence", 1}, {"accuracy", 0.5}}}) {
    metrics_log other{folder / "a"};
    CHECK_THROWS_WITH(other.on_step({.figures = others}),
                      contains("/a' has the figures (accuracy divergence), this run "
                               "has (" +
                               others.names() + "): give it another file"));
    CHECK_THROWS_AS(other.on_epoch({.figures = others}), argument_error);
  }
  CHECK(lines(folder / "a").size() == 3);
}

TEST_CASE("a figure that has the name of a line's own member is refused") {
  temporary_folder folder;
  metrics_log log{folder / "a"};
  CHECK_THROWS_WITH(log.on_step({.figures = {{"accuracy", 1}, {"loss", 2}}}),
                    "metrics_log: every line has a member 'loss' already; give that figure another name");
}

TEST_CASE("every line is on disk as soon as it is told") {
  temporary_folder folder;
  metrics_log log{folder / "a"};
  log.on_step({.step = 0});
  CHECK(lines(folder / "a").size() == 1);
  log.on_step({.step = 1});
  CHECK(lines(folder / "a").size() == 2);
}

TEST_CASE("a log appends, and keeps away from a line that a crash cut off") {
  temporary_folder folder;
  write_bytes(folder / "a", "{\"event\":\"start\"}\n{\"event\":\"st");
  metrics_log{folder / "a"}.on_end({});
  metrics_log{folder / "a"}.on_end({});
  const auto all = lines(folder / "a");
  REQUIRE(all.size() == 4);
  CHECK(all[1] == "{\"event\":\"st");
  CHECK_THAT(all[2], contains("{\"event\":\"end\""));
}

TEST_CASE("every n-th step is written where that is asked for, and every epoch all the same") {
  temporary_folder folder;
  metrics_log log{folder / "a", {.every = 3}};
  for (int step = 0; step < 7; ++step) log.on_step({.step = step});
  log.on_epoch({});
  const auto all = lines(folder / "a");
  REQUIRE(all.size() == 3);
  CHECK_THAT(all[0], contains("\"step\":2,"));
  CHECK_THAT(all[1], contains("\"step\":5,"));
}

TEST_CASE("a moved log goes on writing") {
  temporary_folder folder;
  metrics_log first{folder / "a"};
  metrics_log second{std::move(first)};
  second.on_end({});
  CHECK(lines(folder / "a").size() == 1);
}

TEST_CASE("a log that cannot be written is a file_error with path and reason") {
  temporary_folder folder;
  CHECK_THROWS_WITH((metrics_log{folder / "no" / "a"}), contains("cannot open '") && contains("/no/a': No such file"));
  CHECK_THROWS_AS((metrics_log{folder / "no" / "a"}), file_error);
  CHECK_THROWS_WITH((metrics_log{folder / "a", {.every = 0}}), "metrics_log: every is at least 1; found 0");
  metrics_log full{"/dev/full"};
  CHECK_THROWS_WITH(full.on_end({}), "cannot write '/dev/full': No space left on device");
}
