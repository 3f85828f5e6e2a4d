// SPDX-License-Identifier: MIT
// Laws of callbacks.
#include <contrastive/train/callbacks/callback.hpp>

#include <string>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

// each has one hook only
struct starts {
  void on_start(const run_info&) {}
};
struct steps {
  void on_step(const step_info&) {}
};
struct epochs {
  void on_epoch(const epoch_info&) {}
};
struct ends {
  void on_end(const fit_result&) {}
};
struct silent {};
struct misses_by_a_letter {
  void on_steps(const step_info&) {}
};
struct takes_another {
  void on_start(const run_info&) {}
  void on_step(int*) {}
};
struct returns_another {
  int on_step(const step_info&) { return 0; }
};
struct by_template {
  void on_step(const auto&) {}
};

static_assert(Callback<starts> && Callback<steps> && Callback<epochs> && Callback<ends> && Callback<by_template>);
static_assert(!Callback<silent> && !Callback<misses_by_a_letter> && !Callback<int>);
static_assert(contrastive::detail::callback_can_be_called<steps>::value &&
              contrastive::detail::callback_can_be_called<by_template>::value);
static_assert(!detail::HooksTakeTheirInfo<takes_another> && detail::HooksTakeTheirInfo<starts>);
static_assert(!detail::StepHookReturns<returns_another> && detail::StepHookReturns<steps>);

// a member of that name alone keeps nothing
struct has_a_file {
  std::string file() const { return "notes.txt"; }
  void on_end(const fit_result&) {}
};
struct keeps {
  static constexpr bool keeps_run = true;
  std::filesystem::path file() const { return "run"; }
};
struct keeps_nowhere {
  static constexpr bool keeps_run = true;
  void on_end(const fit_result&) {}
};
static_assert(KeepsRun<keeps> && contrastive::detail::callback_can_be_called<keeps>::value && !KeepsRun<has_a_file> &&
              !KeepsRun<keeps_nowhere>);

struct scribe {
  std::string& text;
  char name;
  control answer = control::go_on;
  void on_start(const run_info& i) { (text += name) += std::to_string(i.steps_total); }
  control on_step(const step_info& i) { return (text += name) += std::to_string(i.step), answer; }
  void on_epoch(const epoch_info& i) { (text += name) += std::to_string(i.epoch); }
  void on_end(const fit_result& r) { (text += name) += std::to_string(r.steps); }
};

}    // namespace

TEST_CASE("callbacks are told in their order, each only what it has a hook for") {
  std::string text;
  scribe a{text, 'a'}, b{text, 'b'};
  silent none;
  detail::tell_start({.steps_total = 9}, a, none, b);
  CHECK(detail::tell_step({.step = 1}, a, none, b) == control::go_on);
  detail::tell_epoch({.epoch = 2}, a, b);
  detail::tell_end({.steps = 3}, a, b);
  CHECK(text == "a9b9a1b1a2b2a3b3");
}

TEST_CASE("one callback stops a run, and those after it are still told") {
  std::string text;
  scribe stops{text, 's', control::stop}, goes_on{text, 'g'};
  steps returns_nothing;
  CHECK(detail::tell_step({.step = 4}, stops, goes_on, returns_nothing) == control::stop);
  CHECK(text == "s4g4");
}

TEST_CASE("without callbacks a step goes on") { CHECK(detail::tell_step({}) == control::go_on); }
