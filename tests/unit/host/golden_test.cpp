// SPDX-License-Identifier: MIT
// Laws of the golden values and of the measures that compare with them.
#include "support/golden.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tolerance.hpp"

namespace {

std::vector<std::string> files(const std::string& beginning) {
  std::vector<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator{CONTRASTIVE_GOLDEN_DIR}) {
    auto stem = entry.path().stem().string();
    bool is_list = stem.rfind("names_", 0) == 0;
    if (entry.path().extension() == ".txt" && is_list == (beginning == "names_")) stems.push_back(stem);
  }
  return stems;
}

// the first line says: "... made by tests/golden/<script> with ..."
std::string script_of(const std::string& subject) {
  std::ifstream in{std::string{CONTRASTIVE_GOLDEN_DIR} + "/" + subject + ".txt"};
  std::string line, word;
  std::getline(in, line);
  for (std::istringstream words{line}; words >> word;)
    if (word.rfind("tests/golden/", 0) == 0) return word.substr(word.rfind('/') + 1);
  return "no script named in the first line";
}

std::string message_of(auto&& action) {
  try {
    action();
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return "nothing was thrown";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}    // namespace

TEST_CASE("every file of golden values can be read and is small") {
  auto subjects = files("");
  std::uintmax_t bytes = 0;
  CHECK(subjects.size() >= 3);
  for (const auto& subject : subjects) {
    INFO(subject);
    CHECK(!golden{subject}.names().empty());
    auto size = std::filesystem::file_size(std::string{CONTRASTIVE_GOLDEN_DIR} + "/" + subject + ".txt");
    CHECK(size < 80'000);
    bytes += size;
    CHECK(std::filesystem::exists(std::string{CONTRASTIVE_GOLDEN_DIR} + "/" + script_of(subject)));
  }
  CHECK(bytes < 1'200'000);
}

TEST_CASE("golden values come with their shape, by name and by case") {
  golden g{"cross_entropy"};
  CHECK(g.cases() == std::vector<std::string>{"six_of_four", "five_of_ten", "one_of_two", "far"});
  CHECK(g["six_of_four/x"].shape == std::vector{6, 4});
  CHECK(g.of("six_of_four")["x"].size() == 24);
  CHECK(g.of("six_of_four").names().front() == "x");
  CHECK(g.of("six_of_four").number("value") > 0);
  CHECK(g.contains("far/dx"));
}

TEST_CASE("golden inputs are exact in float") {
  auto x = golden{"cross_entropy"}["six_of_four/x"];
  CHECK(max_abs_difference(x.floats(), x.values) == 0);
}

TEST_CASE("what golden values lack is said by name") {
  CHECK(holds(message_of([] { golden{"no_such_subject"}; }), "no_such_subject.txt cannot be opened"));
  auto message = message_of([] { golden{"cross_entropy"}.of("far")["y"]; });
  CHECK(holds(message, "cross_entropy.txt holds no far/y; it holds x, labels, value"));
  CHECK(holds(message_of([] { golden{"cross_entropy"}.number("far/x"); }), "has 28 values, not one"));
}

TEST_CASE("relative rms is the error's share, and never hides a missing or impossible value") {
  std::vector<double> three{3, 0, 4}, off{3, 0, 4.05}, none{0, 0, 0}, shorter{3, 0};
  std::vector<float> impossible{3, 0, std::numeric_limits<float>::quiet_NaN()};
  CHECK(relative_rms(off, three) == catch_shim::Approx(0.01));
  CHECK(max_abs_difference(off, three) == catch_shim::Approx(0.05));
  CHECK(relative_rms(none, none) == 0);
  CHECK(std::isinf(relative_rms(off, none)));
  CHECK(std::isinf(relative_rms(shorter, three)));
  CHECK(std::isinf(relative_rms(impossible, three)));
  CHECK(std::isinf(max_abs_difference(impossible, three)));
  CHECK(relative_difference(1e-9, 0) == catch_shim::Approx(1e-9));
}

TEST_CASE("numbers that are not stored are the same here and in Python") {
  golden g{"networks"};
  for (std::string key : {"x", "layer1.0.conv1.weight"}) CHECK(golden_numbers(key, 5) == g["numbers/" + key].values);
  auto filter = golden_parameter("x", {1, 1, 1, 5});    // 5 · 1² ≤ 6: not scaled
  CHECK(filter == g["numbers/x"].values);
  CHECK(golden_parameter("conv1.weight", {2, 3, 3, 3}).at(7) == golden_numbers("conv1.weight", 54).at(7) / 4);
  CHECK(golden_parameter("bn1.weight", {4}).at(3) == 1 + golden_numbers("bn1.weight", 4).at(3) / 4);
}

TEST_CASE("lists of torchvision's names tell parameters from state") {
  for (std::string model : {"resnet18", "resnet34", "resnet50", "vgg16", "vgg16_bn"}) {
    INFO(model);
    auto names = golden_names(model);
    CHECK(names.size() >= 32);
    CHECK_FALSE(names.front().is_state());
    CHECK(names.front().shape.size() == 4);
  }
  auto names = golden_names("resnet18");
  CHECK(names.front().path == "conv1.weight");
  CHECK(names.front().shape == std::vector{64, 3, 7, 7});
  CHECK(names.at(3).path == "bn1.running_mean");
  CHECK(names.at(3).is_state());
}
