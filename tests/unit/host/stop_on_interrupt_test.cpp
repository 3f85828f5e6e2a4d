// SPDX-License-Identifier: MIT
// Laws of stop_on_interrupt.
#include <contrastive/train/callbacks/stop_on_interrupt.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "support/catch.hpp"

using namespace contrastive;

namespace {

static_assert(contrastive::detail::callback_can_be_called<stop_on_interrupt>::value &&
              detail::MayStop<stop_on_interrupt>);
static_assert(!contrastive::detail::WatchesEpochs<stop_on_interrupt>);

std::sig_atomic_t volatile heard = 0;
void hear(int) { heard = heard + 1; }

// Each test has a handler of its own below, as a user's program may have.
struct users_handler {
  struct sigaction before{};
  users_handler() {
    struct sigaction ours{};
    ours.sa_handler = hear;
    sigaction(SIGINT, &ours, &before);
    heard = 0;
  }
  ~users_handler() { sigaction(SIGINT, &before, nullptr); }
  static bool is_back() {
    struct sigaction now{};
    sigaction(SIGINT, nullptr, &now);
    return now.sa_handler == hear;
  }
};

}    // namespace

TEST_CASE("nothing is installed before a run starts") {
  const users_handler handler;
  stop_on_interrupt callback;
  CHECK(handler.is_back());
  CHECK(detail::tell_step({}, callback) == control::go_on);
}

TEST_CASE("an interrupt stops the run after its step, and the user's handler does not hear of it") {
  const users_handler handler;
  stop_on_interrupt callback;
  detail::tell_start({}, callback);
  CHECK(!handler.is_back());
  CHECK(detail::tell_step({}, callback) == control::go_on);
  std::raise(SIGINT);
  CHECK(detail::tell_step({}, callback) == control::stop);
  CHECK(heard == 0);
  detail::tell_end({}, callback);
  CHECK(handler.is_back());
  std::raise(SIGINT);
  CHECK(heard == 1);
}

TEST_CASE("a second interrupt acts as if nobody had asked to stop") {
  const users_handler handler;
  stop_on_interrupt callback;
  detail::tell_start({}, callback);
  std::raise(SIGINT);
  std::raise(SIGINT);
  CHECK(heard == 1);
  detail::tell_end({}, callback);
}

TEST_CASE("the old handler comes back when the callback goes away without on_end") {
  const users_handler handler;
  {
    stop_on_interrupt callback;
    detail::tell_start({}, callback);
  }
  CHECK(handler.is_back());
}

TEST_CASE("an interrupt of one run does not stop the next") {
  const users_handler handler;
  stop_on_interrupt callback;
  detail::tell_start({}, callback);
  std::raise(SIGINT);
  detail::tell_end({}, callback);
  detail::tell_start({}, callback);
  CHECK(detail::tell_step({}, callback) == control::go_on);
  detail::tell_end({}, callback);
  CHECK(handler.is_back());
}

TEST_CASE("several runs stop together, and the last one brings the old handler back") {
  const users_handler handler;
  auto first = std::make_unique<stop_on_interrupt>(), second = std::make_unique<stop_on_interrupt>();
  detail::tell_start({}, *first, *second);
  std::raise(SIGINT);
  CHECK(detail::tell_step({}, *first) == control::stop);
  CHECK(detail::tell_step({}, *second) == control::stop);
  first.reset();
  CHECK(!handler.is_back());
  second.reset();
  CHECK(handler.is_back());
}

TEST_CASE("who ignores interrupts goes on ignoring them") {
  const users_handler handler;
  std::signal(SIGINT, SIG_IGN);
  {
    stop_on_interrupt callback;
    detail::tell_start({}, callback);
    std::raise(SIGINT);
    CHECK(detail::tell_step({}, callback) == control::go_on);
  }
  CHECK(std::signal(SIGINT, SIG_DFL) == SIG_IGN);
}

TEST_CASE("without another handler a second interrupt ends the process") {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);
    stop_on_interrupt callback;
    callback.on_start({});
    std::raise(SIGINT);
    if (callback.on_step({}) == control::stop) std::raise(SIGINT);
    _exit(3);    // should not be reached
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT));
}
