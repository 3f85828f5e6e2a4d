// SPDX-License-Identifier: MIT
// What a run refuses, and that nothing is lost.
#include <contrastive/backend/reference.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <sys/wait.h>
#include <unistd.h>

using namespace training_test;

namespace {

using model_type = small_pipeline<ct::reference>;
auto few() { return ct::unlabeled(ct::first(images(), 32)); }

struct at_each_epoch {
  std::function<void()> action;
  void on_epoch(const ct::epoch_info&) { action(); }
};

template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const ct::error& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

}    // namespace

TEST_CASE("a batch larger than the data, or of one image, is refused by its numbers") {
  model_type model;
  CHECK(message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 64}); }) ==
        "a batch of 64 images is larger than the data, which has 32");
  CHECK(message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 1}); }).find("at least two images") !=
        std::string::npos);
  CHECK(message([&] { (void)model.fit(few(), {.epochs = 0, .batch = 8}); }).find("at least one epoch; found 0") !=
        std::string::npos);
}

TEST_CASE("a run of more steps than an int holds is refused by its numbers") {
  model_type model;
  CHECK(message([&] { (void)model.fit(few(), {.epochs = 600'000'000, .batch = 8}); }) ==
        "a run has at most 2147483647 steps; 600000000 epochs of 4 are more");
}

TEST_CASE("a temperature that is not a number above 0 is refused") {
  for (const double temperature : {0., -1., std::nan("")}) {
    model_type model{{.loss = {.temperature = temperature}}};
    CHECK(message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 8}); }).find("temperature") != std::string::npos);
  }
}

TEST_CASE("a loss that is no number ends the run at its step, and the last good weights are back") {
  const auto exploding = [](double rate, int stop, std::vector<double>& losses) {
    model_type model{{.seed = 2, .optimizer = {.learning_rate = rate}}};
    std::string said;
    try {
      (void)model.fit(few(), {.epochs = 40, .batch = 8, .schedule = {.warmup = 0, .final_share = 1}},
                      recorder{losses, stop});
    } catch (const ct::not_finite& e) {
      said = e.what();
    }
    return std::pair{said, model.embed(few())};
  };
  std::vector<double> losses;
  const auto [said, features] = exploding(1e200, -1, losses);
  REQUIRE(said.find("at step " + std::to_string(losses.size() + 1)) != std::string::npos);
  CHECK(said.find("last good weights") != std::string::npos);
  for (std::size_t i = 0; i < features.rows(); ++i)
    for (const float x : features.row(i)) CHECK(std::isfinite(x));
}

TEST_CASE("a first loss that is no number leaves the model as it came") {
  model_type model{{.seed = 2, .views = {ct::normalize::config{.deviation = 1e-320}}}};    // pixels become infinite
  const auto before = weights_of(model);
  CHECK(message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 8}); }).find("at step 1 ") != std::string::npos);
  CHECK(weights_of(model) == before);
}

TEST_CASE("a run is not resumed with other settings, and the checkpoint stays as it was") {
  const auto folder = std::filesystem::temp_directory_path() / "contrastive_other_settings";
  std::filesystem::remove_all(folder);
  model_type one{{.seed = 1}};
  (void)one.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder});
  const auto size = std::filesystem::file_size(folder / "last.checkpoint");

  model_type seed{{.seed = 2}}, rate{{.seed = 1, .optimizer = {.learning_rate = 0.2}}};
  CHECK(message([&] {
          (void)seed.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder});
        }).find("seed = 1, this run has 2") != std::string::npos);
  CHECK(message([&] {
          (void)rate.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder});
        }).find("optimizer.learning_rate = 0.1, this run has 0.2") != std::string::npos);
  CHECK(message([&] {
          (void)one.fit(few(), {.epochs = 1, .batch = 16}, ct::checkpoints{folder});
        }).find("batch = 8, this run has 16") != std::string::npos);
  CHECK(std::filesystem::file_size(folder / "last.checkpoint") == size);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a truncated checkpoint is one clear error, and the model keeps its weights") {
  const auto folder = std::filesystem::temp_directory_path() / "contrastive_truncated";
  std::filesystem::remove_all(folder);
  model_type one{{.seed = 1}};
  (void)one.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder});
  const auto before = weights_of(one);
  std::filesystem::resize_file(folder / "last.checkpoint", 1000);
  CHECK(message([&] {
          (void)one.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder});
        }).find("last.checkpoint") != std::string::npos);
  CHECK(weights_of(one) == before);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a second run is kept out of a folder until the first one ends, however it ends") {
  const temporary_folder folder;
  const auto fit = [&](model_type& model, auto&&... others) {
    return message(
        [&] { (void)model.fit(few(), {.epochs = 2, .batch = 8}, ct::checkpoints{folder / "run"}, others...); });
  };
  const std::string refusal = "'" + (folder / "run").string() +
                              "': run: another run writes its checkpoints here; choose another folder";
  model_type one{{.seed = 1}}, two{{.seed = 1}}, three{{.seed = 1}};
  std::vector<std::string> said;
  const auto before = weights_of(two);
  CHECK(fit(one, at_each_epoch{[&] { said.push_back(fit(two)); }}) == "(nothing was thrown)");
  CHECK(said == std::vector<std::string>{refusal, refusal});
  CHECK(weights_of(two) == before);

  CHECK(fit(two) == "(nothing was thrown)");
  CHECK(weights_of(two) == weights_of(one));
  const ct::checkpoints kept{folder / "run"};    // lives on, but its run does not
  CHECK(message([&] { (void)three.fit(few(), {.epochs = 3, .batch = 8}, kept); }).find("epochs = 2, this run has 3") !=
        std::string::npos);
  CHECK(fit(three) == "(nothing was thrown)");
}

TEST_CASE("another process is kept out of a run's folder too") {
  const temporary_folder folder;
  model_type one{{.seed = 1}}, two{{.seed = 1}};
  int refused = 0;
  const auto in_a_child = [&] {
    const pid_t child = fork();
    if (child == 0)
      _exit(message([&] {
              (void)two.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder.path()});
            }).find("another run writes its checkpoints here") != std::string::npos);
    int status = 0;
    waitpid(child, &status, 0);
    refused += WIFEXITED(status) && WEXITSTATUS(status) == 1;
  };
  (void)one.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder.path()}, at_each_epoch{in_a_child});
  CHECK(refused == 1);
  in_a_child();
  CHECK(refused == 1);
}

TEST_CASE("what killed runs left of their checkpoints is gone with the next run, and nothing else is") {
  const temporary_folder folder;
  for (const char* name : {"last.checkpoint.7-1.partial", "last.checkpoint.partial", "best.npy.7-1.partial"})
    std::ofstream(folder / name) << "torn";
  model_type model;
  (void)model.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{folder.path()});
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
  CHECK(std::filesystem::exists(folder / "best.npy.7-1.partial"));
}

TEST_CASE("a folder that cannot be made is one clear error") {
  const temporary_folder folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  std::ofstream(folder / "file") << "x";
  model_type model;
  const auto made = [&](const std::filesystem::path& place) {
    return message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 8}, ct::checkpoints{place}); });
  };
  for (const auto& place : {folder / "loop", folder / "file", folder / "file/run", folder / std::string(300, 'x')}) {
    CHECK(made(place).starts_with("'" + place.string() + "': cannot make this folder for checkpoints: "));
    CHECK_THROWS_AS(ct::checkpoints{place}.hold(), ct::file_error);
  }
  CHECK(made("").starts_with("'': cannot make this folder"));
  CHECK(made(folder / "a/b/c") == "(nothing was thrown)");
  CHECK(std::filesystem::exists(folder / "a/b/c/last.checkpoint"));
}

TEST_CASE("a clone has the same weights and its own life") {
  model_type one{{.seed = 1}};
  auto two = one.clone();
  CHECK(weights_of(two) == weights_of(one));
  (void)two.fit(few(), {.epochs = 1, .batch = 8});
  CHECK_FALSE(weights_of(two) == weights_of(one));
}

TEST_CASE("without callbacks a run prints nothing and installs no signal handler") {
  struct sigaction before{}, after{};
  sigaction(SIGINT, nullptr, &before);
  std::fflush(stdout), std::fflush(stderr);
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int out = dup(1), err = dup(2);
  dup2(fileno(file), 1), dup2(fileno(file), 2);
  model_type model;
  (void)model.fit(few(), {.epochs = 1, .batch = 8});
  std::fflush(stdout), std::fflush(stderr);
  dup2(out, 1), dup2(err, 2);
  close(out), close(err);
  CHECK(lseek(fileno(file), 0, SEEK_END) == 0);
  std::fclose(file);
  sigaction(SIGINT, nullptr, &after);
  CHECK(before.sa_handler == after.sa_handler);
}
