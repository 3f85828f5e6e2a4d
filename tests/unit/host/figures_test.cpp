// SPDX-License-Identifier: MIT
// Laws of figures by name, and of their means over an epoch.
#include <contrastive/train/report_sums.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/figures.hpp"
#include "support/temporary_folder.hpp"

using namespace contrastive;

TEST_CASE("figures are found by name, and keep their order") {
  const figure_list f{{"reconstruction", 12.5}, {"divergence", 0.5}};
  CHECK((f.size() == 2 && !f.empty()));
  CHECK((f["divergence"] == 0.5 && f["reconstruction"] == 12.5));
  CHECK((f.find("divergence") && !f.find("loss") && !f.find("diverge")));
  CHECK(f.names() == "reconstruction divergence");
  CHECK_THROWS_WITH(f["accuracy"], "there is no figure 'accuracy': reconstruction divergence");
  CHECK_THROWS_WITH(figure_list{}["accuracy"], "there is no figure 'accuracy': there are none");
}

TEST_CASE("a list holds its names itself") {
  std::string name = "short-lived";
  const figure_list f{{name, 1}};
  name = "something else";
  CHECK(f["short-lived"] == 1);
}

TEST_CASE("a name twice, no name, a long one, and a ninth figure are refused") {
  CHECK_THROWS_WITH((figure_list{{"a", 1}, {"a", 2}}), "there are two figures 'a'");
  CHECK_THROWS_WITH((figure("", 1)), contains("1 to 31 characters; found ''"));
  CHECK_THROWS_AS((figure(std::string(32, 'x'), 1)), argument_error);
  CHECK(std::string(figure(std::string(31, 'x'), 1).name).size() == 31);
  figure_list f;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) f.add({name, 1});
  CHECK_THROWS_WITH(f.add({"i", 1}), contains("8 figures at most: a b c d e f g h"));
}

TEST_CASE("sums are by name, not by position") {
  figure_list sum;
  sum += {{"a", 1}, {"b", 10}};
  sum += {{"b", 20}, {"a", 2}};
  CHECK((sum["a"] == 3 && sum["b"] == 30));
  CHECK(figure_difference(sum / 2, {{"b", 15}, {"a", 1.5}}) == 0);
  CHECK_THROWS_WITH((sum += {{"a", 1}, {"c", 1}}), contains("there were (b a), now there are (a c)"));
  CHECK_THROWS_AS((sum += {{"a", 1}}), argument_error);
}

TEST_CASE("the mean of an epoch has the mean of each figure, the last chance level and all anchors") {
  contrastive::detail::report_sums sums;
  sums.add({.value = 1, .chance_level = 4, .figures = {{"accuracy", 0.5}}, .anchors_without_positives = 2});
  sums.add({.value = 2, .chance_level = 5, .figures = {{"accuracy", 1}}, .anchors_without_positives = 3});
  const loss_report mean = sums.mean();
  CHECK((mean.value == 1.5 && mean.chance_level == 5 && mean.anchors_without_positives == 5));
  CHECK(figure_difference(mean.figures, {{"accuracy", 0.75}}) == 0);
}

TEST_CASE("a report comes back from a checkpoint bit for bit") {
  const loss_report written{.value = 1 / 3.,
                            .chance_level = 0.1,
                            .figures = {{"of the generator", -1e-300}, {"divergence", 2 / 3.}},
                            .anchors_without_positives = 7};
  contrastive::detail::settings_record texts;
  detail::add_report(texts, "sums", written);
  detail::add_report(texts, "epoch", {.value = 8});
  safetensors_writer all;
  for (const auto& [name, value] : texts.values) all.set(name, value);
  temporary_folder folder;
  all.write(folder / "a");
  const loss_report read = detail::read_report(safetensors_reader{folder / "a"}, "sums");
  CHECK((read.value == written.value && read.chance_level == 0.1 && read.anchors_without_positives == 7));
  CHECK(read.figures.size() == 2);
  for (const figure& f : written.figures) CHECK(read.figures[f.name] == f.value);
  CHECK(detail::read_report(safetensors_reader{folder / "a"}, "epoch").figures.empty());
}
