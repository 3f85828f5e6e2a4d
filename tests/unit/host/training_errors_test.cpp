// SPDX-License-Identifier: MIT
// What a run refuses, and that nothing is lost.
#include <contrastive/backend/reference.hpp>
#include <contrastive/train/callbacks/checkpoints.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/training.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

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

namespace {

bool finite(const ct::matrix& features) {
  return std::all_of(features.data(), features.data() + features.rows() * features.columns(),
                     [](float x) { return std::isfinite(x); });
}
// rates that grow step by step, and break the weights by the last of a run of `steps`
struct breaks_in_the_end {
  double at_the_end = 1e200;
  static constexpr void members(auto&& f, auto&... c) { f("at_the_end", c.at_the_end...); }
  double rate(std::int64_t step, std::int64_t total) const { return step + 1 == total ? at_the_end : 1e-3; }
};

}    // namespace

TEST_CASE("weights that the last step broke are neither handed out nor saved") {
  const auto folder = std::filesystem::temp_directory_path() / "contrastive_broken_in_the_end";
  std::filesystem::remove_all(folder);
  model_type model{{.seed = 2, .optimizer = {.learning_rate = 1}}};
  const ct::fit_options options{.epochs = 1, .batch = 8, .schedule = breaks_in_the_end{}};
  CHECK(message([&] {
          (void)model.fit(few(), options, ct::checkpoints{folder});
        }).starts_with("step 4 left weights whose loss is "));
  CHECK(finite(model.embed(few())));
  CHECK_FALSE(std::filesystem::exists(folder / "last.checkpoint"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("what was good at the end of an epoch is on disk, and a run may go on from it") {
  const auto folder = std::filesystem::temp_directory_path() / "contrastive_broken_in_between";
  std::filesystem::remove_all(folder);
  const ct::fit_options options{.epochs = 2, .batch = 8, .schedule = breaks_in_the_end{}};
  for (int attempt = 0; attempt < 2; ++attempt) {
    model_type model{{.seed = 2, .optimizer = {.learning_rate = 1}}};
    CHECK(message([&] {
            (void)model.fit(few(), options, ct::checkpoints{folder});
          }).starts_with("step 8 left weights whose loss is "));
    CHECK(std::filesystem::exists(folder / "last.checkpoint"));
    CHECK(finite(model.embed(few())));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("looking at the weights changes nothing: a run that is saved in between has the bits of one that is not") {
  const auto folder = std::filesystem::temp_directory_path() / "contrastive_looked_at";
  std::filesystem::remove_all(folder);
  model_type one{{.seed = 3}}, other{{.seed = 3}};
  (void)one.fit(few(), {.epochs = 3, .batch = 8}, ct::checkpoints{folder});
  (void)other.fit(few(), {.epochs = 3, .batch = 8});
  CHECK(weights_of(one) == weights_of(other));
  std::filesystem::remove_all(folder);
}

TEST_CASE("numbers that no run can mean are refused before it, by their names") {
  const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();
  const auto said = [](auto&& change) {
    model_type::settings s;
    change(s);
    model_type model{s};
    return message([&] { (void)model.fit(few(), {.epochs = 1, .batch = 8}); });
  };
  CHECK(said([&](auto& s) { s.optimizer.learning_rate = nan; }) ==
        "the setting optimizer.learning_rate is nan; it must be a finite number");
  CHECK(said([&](auto& s) { s.optimizer.weight_decay = infinite; }) ==
        "the setting optimizer.weight_decay is inf; it must be a finite number");
  CHECK(said([&](auto& s) { s.loss.temperature = infinite; }) ==
        "the setting loss.temperature is inf; it must be a finite number");
  CHECK(said([&](auto& s) { s.optimizer_of[""].momentum = nan; }).find("momentum is nan") != std::string::npos);
  CHECK(said([&](auto& s) { s.optimizer.learning_rate = -0.5; }) ==
        "sgd: learning_rate is -0.500000; it must be a number from 0 on");
  CHECK(said([&](auto& s) { s.optimizer.momentum = 1; }) == "sgd: momentum is 1.000000; it must be from 0 to below 1");
  CHECK(said([&](auto& s) { s.optimizer.weight_decay = -1; }) ==
        "sgd: weight_decay is -1.000000; it must be a number from 0 on");
}

TEST_CASE("an encoder is asked for at least one row at once, and for no more than there can be memory for") {
  model_type model;
  for (const int rows : {0, -1, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CHECK(message([&] { (void)model.embed(few(), rows); }).ends_with("found " + std::to_string(rows)));
    CHECK(message([&] { (void)model.freeze().embed(few(), rows); }).ends_with("found " + std::to_string(rows)));
  }
}

TEST_CASE("a frozen encoder may outlive its pipeline, whose device it shares") {
  const auto frozen = [] {
    model_type model{{.seed = 5}};
    return std::pair{model.freeze(), model.embed(few())};
  }();
  const ct::matrix again = frozen.first.embed(few());
  CHECK(std::equal(again.data(), again.data() + again.rows() * again.columns(), frozen.second.data()));
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
