// SPDX-License-Identifier: MIT
// Laws of the progress bar.
#include <contrastive/train/callbacks/progress_bar.hpp>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/contains.hpp"

using namespace contrastive;

namespace {

using Catch::Matchers::StartsWith;

static_assert(contrastive::detail::callback_can_be_called<progress_bar>::value && !detail::MayStop<progress_bar>);

// A run of `epochs` × 10 steps, 64 images each, that takes `seconds` in all.
std::string show(progress_bar_options options, double seconds, int epochs = 4, int first = 0, int last = -1,
                 int lonely = 0) {
  std::ostringstream out;
  options.out = &out;
  progress_bar bar{options};
  const int steps = 10 * epochs, end = last < 0 ? steps : last;
  bar.on_start({.epochs = epochs, .steps_per_epoch = 10, .steps_total = steps, .first_step = first});
  for (int s = first; s < end; ++s)
    bar.on_step({.epoch = s / 10,
                 .step = s,
                 .steps_total = steps,
                 .steps_per_epoch = 10,
                 .images = 64,
                 .loss = 4.25,
                 .chance_level = 4.844,
                 .figures = {{"accuracy", 0.25}, {"divergence", 12345678}},
                 .anchors_without_positives = lonely,
                 .seconds = seconds * (s - first + 1) / (end - first)});
  bar.on_end({.epochs = epochs,
              .steps = end,
              .loss = 4.125,
              .chance_level = 4.844,
              .figures = {{"accuracy", 0.5}},
              .seconds = seconds,
              .ended = end == steps ? outcome::finished : outcome::interrupted});
  return out.str();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in{text};
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}
int columns(std::string line) {
  for (const std::string code : {"\x1b[32m", "\x1b[0m", "\x1b[K"})
    for (auto at = line.find(code); at != line.npos; at = line.find(code)) line.erase(at, code.size());
  return int(line.size());
}

// The environment is as it was afterwards.
class no_color {
 public:
  explicit no_color(const char* value) { setenv("NO_COLOR", value, 1); }
  ~no_color() { unsetenv("NO_COLOR"); }
};

const progress_bar_options terminal{.terminal = true, .color = false, .width = 120}, plain{.terminal = false};

}    // namespace

TEST_CASE("elsewhere than on a terminal there are plain lines, a few seconds apart, and one at the end") {
  const auto lines = split(show(plain, 40), '\n');
  REQUIRE(lines.size() == 9);
  CHECK(lines[0] ==
        "epoch 1/4, step 5/40 (12 %), loss 4.25 (chance 4.844), accuracy 0.25, divergence 1.235e+07, 64 images/s, ETA "
        "0:35");
  CHECK(lines[7] ==
        "epoch 4/4, step 40/40 (100 %), loss 4.25 (chance 4.844), accuracy 0.25, divergence 1.235e+07, 64 images/s, "
        "ETA 0:00");
  CHECK(lines[8] == "4 epochs, 40 steps in 0:40: loss 4.125 (chance 4.844), accuracy 0.5");
}

TEST_CASE("plain output has no control characters, and a short run has its last line only") {
  CHECK(show(plain, 1) == "4 epochs, 40 steps in 0:01: loss 4.125 (chance 4.844), accuracy 0.5\n");
  for (const char c : show(plain, 4000)) CHECK((c == '\n' || (c >= ' ' && c < 127)));
}

TEST_CASE("on a terminal one line is drawn over and over, from nothing to 100 percent") {
  const auto text = show(terminal, 40);
  REQUIRE(split(text, '\n').size() == 2);
  const auto looks = split(split(text, '\n')[0], '\r');
  REQUIRE(looks.size() == 1 + 1 + 40);    // nothing stands before the first return
  CHECK_THAT(looks[1], StartsWith("  0 % [----") && contains("the first step is under way"));
  CHECK_THAT(
      looks[21],
      StartsWith(" 50 % [####") &&
          contains("] epoch 2/4, loss 4.25 (chance 4.844), accuracy 0.25, divergence 1.235e+07, 64 images/s, ETA"));
  CHECK_THAT(looks[41], StartsWith("100 % [####") && !contains("-]") && contains("ETA 0:00"));
  CHECK(split(text, '\n')[1] == "4 epochs, 40 steps in 0:40: loss 4.125 (chance 4.844), accuracy 0.5");
}

TEST_CASE("as many figures are shown as leave room for a bar, the first of them first") {
  const auto look = [](int width) {
    return split(split(show({.terminal = true, .color = false, .width = width}, 40), '\n')[0], '\r')[21];
  };
  CHECK_THAT(look(102), contains("[") && contains("accuracy 0.25, 64 images/s"));
  CHECK_THAT(look(86), contains("[") && !contains("accuracy"));
}

TEST_CASE("rows without positives are told, where there are any") {
  CHECK_THAT(show(plain, 40, 4, 0, -1, 3), contains("divergence 1.235e+07, 3 rows without positives, 64 images/s"));
  CHECK_THAT(show(plain, 40, 4, 0, -1, 1), contains(", 1 row without positives, "));
}

TEST_CASE("the bar is never wider than its terminal") {
  for (const int width : {1, 10, 40, 79, 80, 100, 200})
    for (const bool color : {true, false})
      for (const auto& look : split(split(show({.terminal = true, .color = color, .width = width}, 40), '\n')[0], '\r'))
        CHECK(columns(look) < std::max(width, 2));
}

TEST_CASE("a bar is redrawn ten times a second at most, and for the last step in any case") {
  const auto looks = split(split(show(terminal, 1), '\n')[0], '\r');
  CHECK(looks.size() <= 1 + 1 + 11);
  CHECK_THAT(looks.back(), StartsWith("100 %"));
}

TEST_CASE("a resumed run begins where it was, and its speed is that of its own steps") {
  const auto looks = split(split(show(terminal, 20, 4, 20), '\n')[0], '\r');
  CHECK_THAT(looks[1], StartsWith(" 50 % ["));
  CHECK_THAT(looks[2], StartsWith(" 52 % [") && contains("64 images/s, ETA 0:19"));
}

TEST_CASE("an interrupted run says so") {
  CHECK_THAT(show(plain, 1, 4, 0, 7),
             contains("4 epochs, 7 steps in 0:01: loss 4.125 (chance 4.844), accuracy 0.5, interrupted\n"));
}

TEST_CASE("color is for terminals, and NO_COLOR is honored") {
  CHECK_THAT(show({.terminal = true, .width = 120}, 1), contains("\x1b[32m"));
  CHECK_THAT(show({.terminal = false}, 100), !contains("\x1b"));
  const no_color set("1");
  CHECK_THAT(show({.terminal = true, .width = 120}, 1), !contains("\x1b[32m"));
  CHECK_THAT(show({.terminal = true, .color = true, .width = 120}, 1), contains("\x1b[32m"));
}

TEST_CASE("an empty NO_COLOR is none") {
  const no_color empty("");
  CHECK_THAT(show({.terminal = true, .width = 120}, 1), contains("\x1b[32m"));
}

TEST_CASE("a stream that is no terminal gets plain lines without being told") {
  CHECK_THAT(show({}, 1), !contains("\r"));
}

TEST_CASE("times are minutes and seconds, then hours") {
  CHECK_THAT(show(plain, 4000), contains("in 1:06:40:") && contains("ETA 1:05:00"));
  CHECK_THAT(show(plain, 725), contains("in 12:05:"));
}

TEST_CASE("a run that an exception ends leaves the cursor on a line of its own") {
  std::ostringstream out;
  {
    progress_bar bar{{.out = &out, .terminal = true, .color = false, .width = 80}};
    bar.on_start({.epochs = 1, .steps_per_epoch = 2, .steps_total = 2});
  }
  CHECK(out.str().back() == '\n');
}

TEST_CASE("a bar serves several runs, one after another") {
  std::ostringstream out;
  progress_bar bar{{.out = &out, .terminal = false}};
  for (int run = 0; run < 2; ++run) {
    bar.on_start({.epochs = 1, .steps_per_epoch = 1, .steps_total = 1});
    bar.on_step({.steps_total = 1, .images = 8, .seconds = 6});
    bar.on_end({.epochs = 1, .steps = 1, .seconds = 6});
  }
  const auto lines = split(out.str(), '\n');
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == lines[2]);
  CHECK(lines[1] == "1 epoch, 1 step in 0:06: loss 0 (chance 0)");
}

TEST_CASE("what an epoch says of the run stands beside the loss, unless all is well, and at the end") {
  std::ostringstream out;
  progress_bar bar{{.out = &out, .plain_every = 0}};
  const step_info step{.step = 1, .steps_total = 4, .steps_per_epoch = 2, .images = 4, .loss = -0.99};
  bar.on_start({.epochs = 2, .steps_per_epoch = 2, .steps_total = 4});
  bar.on_epoch({.says = verdict::learning});
  bar.on_step(step);
  CHECK(out.str().find("learning") == std::string::npos);
  bar.on_epoch({.says = verdict::collapsed});
  bar.on_step(step);
  CHECK(out.str().find(", collapsed, ") != std::string::npos);
  bar.on_end({.epochs = 2, .steps = 4, .loss = -1, .says = verdict::not_learning});
  CHECK(out.str().ends_with(", not learning\n"));
}
