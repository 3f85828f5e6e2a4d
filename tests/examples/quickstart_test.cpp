// SPDX-License-Identifier: MIT
// The quick start's parts: t-SNE against scikit-learn, images as PNG, and a page that names nothing outside itself.
// With CONTRASTIVE_REPORT=file the page is left there, for open_report.sh.
#include "../../examples/quickstart/png.hpp"
#include "../../examples/quickstart/report.hpp"
#include "../../examples/survey/scatter.hpp"
#include "../../examples/whole_options.hpp"
#include "../../examples/write_file.hpp"

#include <contrastive/io/byte_sum.hpp>

#include "reliability/fuzz/corpus.hpp"
#include "reliability/fuzz/png.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"
#include "support/tolerance.hpp"

using namespace quickstart;

namespace {

contrastive::matrix matrix_of(const golden_tensor& t) {
  contrastive::matrix m(std::size_t(t.shape.at(0)), std::size_t(t.shape.at(1)));
  std::copy(t.values.begin(), t.values.end(), m.data());
  return m;
}
std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

picture some_picture(unsigned seed, const std::string& title, bool right = true) {
  picture p{std::vector<std::uint8_t>(28 * 28), title, right};
  for (unsigned i = 0; i < 28 * 28; ++i) p.pixels[i] = std::uint8_t((i % 28 + seed) * (i / 28) % 256);
  return p;
}
result some_result() {
  result r{.classes = {"shirt <1>", "bag", "boot"}, .height = 28, .width = 28, .channels = 1};
  r.rows = {{.encoder = "random", .title = "Random", .linear_100 = 76.8, .knn_1 = 51.25},
            {.encoder = "simclr", .title = "SimCLR", .linear_100 = 85.1, .seconds = 60},
            {.encoder = "sup_con", .title = "Supervised", .labels_seen = 100, .linear_100 = 88}};
  for (unsigned n = 0; n < 2; ++n) r.sheet.push_back({"boot", {some_picture(n, "boot"), some_picture(n + 20, "view")}});
  r.two_losses = {.view = some_picture(1, "bag"),
                  .candidates = {some_picture(2, "boot", false), some_picture(3, "bag")},
                  .over_candidates = {0.25, 0.75},
                  .over_classes = {0.1, 0.7, 0.2},
                  .temperature = 0.2,
                  .label = 1};
  r.negatives = {{"Random", 0.9, 0.8, 0.7, 0.1}, {"SimCLR", 0.9, 0.4, -0.1, 0.1}};
  curve c{.title = "SimCLR", .accuracy_title = "share of views", .loss = {}, .accuracy = {}, .chance_level = 5.5};
  for (int i = 0; i < 450; ++i)
    c.loss.push_back(1.5 + 4 / (1 + 0.02 * i)), c.accuracy.push_back(1 - 1 / (1 + 0.02 * i));
  r.curves = {c};
  for (const char* title : {"before", "after"}) {
    map_figure m{.title = title, .points = {}, .labels = {}, .uniformity = -1.25, .effective_rank = 17.5};
    for (int i = 0; i < 90; ++i)
      m.points.push_back({i % 9 * 1. + i % 3 * 20, i / 9. + i % 3 * 5}), m.labels.push_back(i % 3);
    r.maps.push_back(m);
  }
  for (unsigned n = 0; n < 2; ++n)
    r.neighbors.push_back({some_picture(n, "bag"),
                           {{"random", {some_picture(n + 5, "boot", false), some_picture(n + 6, "bag")}},
                            {"SimCLR", {some_picture(n + 7, "bag"), some_picture(n + 8, "bag")}}}});
  r.confusion = contrastive::confusion_matrix(std::vector<int>{0, 0, 1, 2}, std::vector<int>{0, 1, 1, 2}, 3);
  r.run = {{"images", "10,000"}, {"machine", "two cores"}};
  return r;
}

}    // namespace

TEST_CASE("t-SNE's cost and gradient are scikit-learn's, and its maps cost no more") {
  const golden g{"tsne"};
  const auto x = matrix_of(g["x"]);
  std::vector<point> y(60), gradient(60);
  for (std::size_t i = 0; i < 60; ++i) y[i] = {g["y"].values[2 * i], g["y"].values[2 * i + 1]};
  tsne model(x, 8);
  CHECK(relative_difference(model.cost(y), g.number("cost")) < tolerance::tsne);
  model.gradient(y, gradient);
  std::vector<double> flat;
  for (const point& p : gradient) flat.insert(flat.end(), p.begin(), p.end());
  CHECK(relative_rms(flat, g["gradient"].values) < tolerance::tsne);
  double least = 1e9;
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u})
    least = std::min(least, map_of(x, {.perplexity = 8, .seed = seed}).cost);
  CHECK(least < 1.05 * g.number("least"));    // the best of some, as scikit-learn's
  CHECK(map_of(x, {.perplexity = 8}).points == map_of(x, {.perplexity = 8}).points);
}

TEST_CASE("a picture that claims very many pixels is refused before memory is asked for") {
  const auto chunk = [](const std::string& type, const std::string& data) {
    const auto number = [](std::size_t n) { return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)}; };
    const std::string summed = type + data;
    return number(data.size()) + summed + number(contrastive::detail::add_to_sum(0, std::as_bytes(std::span(summed))));
  };
  const std::string extent("\0\0\xea\x60", 4);    // 60,000
  const temporary_folder folder;
  const auto file = folder / "large.png";
  write_file(file, "\x89PNG\r\n\x1a\n" + chunk("IHDR", extent + extent + std::string("\x8\2\0\0\0", 5)) +
                       chunk("IDAT", "x") + chunk("IEND", ""));
  CHECK_THROWS_WITH(read_png(file), contains("large.png' claims 60000×60000 pixels; at most 100000000 are read"));
  CHECK_THROWS_AS(read_png(file), contrastive::file_error);
}

TEST_CASE("a seed is a whole number of 64 bits, and not below 0") {
  CHECK(a_seed("0").empty());
  CHECK(a_seed("18446744073709551615").empty());
  for (const char* text : {"-1", "18446744073709551616", "1.5", "", "1x", "010", "0x10"})
    CHECK(a_seed(text) == "a seed is a whole number from 0 to 18446744073709551615; found " + std::string(text));
}

TEST_CASE("a number of epochs or threads is a whole one in decimal digits, and not boundless") {
  for (const char* text : {"1", "10", "1000000"}) CHECK(a_count(text).empty());
  for (const char* text : {"0", "-1", "1000001", "010", "0x10", "1.5", ""})
    CHECK(a_count(text) == "expected a whole number from 1 to 1000000; found " + std::string(text));
}

TEST_CASE("a time is a finite number in decimal digits") {
  for (const char* text : {"0.1", "30", "1000000", "2.5", ".5"}) CHECK(some_minutes(text).empty());
  for (const char* text : {"nan", "inf", "-1", "0", "1000001", "0x10", "1e3", "1.2.3", ".", ""})
    CHECK(some_minutes(text) == "expected minutes, from 0.1 to 1000000; found " + std::string(text));
  CHECK(some_seconds("0").empty());
  CHECK(some_seconds("nan") == "expected seconds, from 0 to 1000000000; found nan");
}

TEST_CASE("names of points cover neither each other nor points, also where many stand on a line") {
  std::vector<survey::named_point> points;
  for (int i = 0; i < 20; ++i) points.push_back({300, 40 + 9. * i, "method " + std::to_string(i), ""});
  points.push_back({550, 100, "a name at the margin", ""});
  const survey::box frame{44, 8, 556, 264};
  const auto places = survey::places_of_names(points, frame);
  for (std::size_t i = 0; i < places.size(); ++i) {
    REQUIRE(places[i]);
    CHECK(frame.holds(*places[i]));
    for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(places[i]->meets(*places[j]));
    for (const auto& p : points) CHECK_FALSE(places[i]->meets({p.x - 4, p.y - 4, p.x + 4, p.y + 4}));
  }
  CHECK(survey::round_step(36.6, 56.3) == 5);
  CHECK(survey::round_step(0, 4.5) == 1);
  CHECK(survey::round_step(0, 1200) == 200);
}

TEST_CASE("pictures of the fuzzer's are read or refused") { fuzz::check_corpus("png", fuzz::png); }

TEST_CASE("a picture is read back as it was written, and what is no PNG is refused by name") {
  std::vector<std::uint8_t> pixels(2 * 3 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::uint8_t(i * 13);
  const temporary_folder folder;
  const auto file = folder / "some.png";
  write_file(file, png_of(pixels, 2, 3, 3));
  const rgb_picture read = read_png(file);
  CHECK(read.height == 2);
  CHECK(read.width == 3);
  CHECK(read.pixels == pixels);
  const std::string gray = png_of(std::vector<std::uint8_t>{7, 9}, 1, 2, 1);
  write_file(file, gray);
  CHECK(read_png(file).pixels == std::vector<std::uint8_t>{7, 7, 7, 9, 9, 9});
  write_file(file, gray.substr(0, 40));
  CHECK_THROWS_WITH(read_png(file), contains("some.png"));
  CHECK_THROWS_WITH(read_png(folder / "none.png"), contains("none.png") && contains("No such file"));
  CHECK(is_png(file));
  write_file(file, "JFIF");
  CHECK_FALSE(is_png(file));
  CHECK_FALSE(is_png(folder / "none.png"));
  CHECK(base64("M") == "TQ==");
  CHECK(base64("Ma") == "TWE=");
  CHECK(base64("Man") == "TWFu");
}

TEST_CASE("the page holds every figure and nothing from elsewhere") {
  const result r = some_result();
  const std::string page = html_of(r);
  CHECK(count_of(page, "<svg") == 8);    // loss, accuracy, two losses, two maps, negatives, confusion
  CHECK(count_of(page, "<svg") == count_of(page, "</svg>"));
  CHECK(count_of(page, "data:image/png;base64,") == 2 * 5 + 2 * 2 + 3);    // neighbors, sheet, view and candidates
  CHECK(count_of(page, "class=\"wrong\"") == 2);
  CHECK(page.find("without learning: 5.50") != page.npos);
  CHECK(page.find("shirt &lt;1>") != page.npos);
  for (const char* outside : {"http:", "https:", "//", "url(", "@import", "<script", "nan"}) {
    INFO(outside);
    std::string rest = page;
    for (auto at = rest.find("base64,"); at != rest.npos; at = rest.find("base64,", at + 1))
      rest.erase(at + 7, rest.find('"', at) - at - 7);
    CHECK(rest.find(outside) == rest.npos);
  }
  if (const char* file = std::getenv("CONTRASTIVE_REPORT")) write_file(file, page);
}

TEST_CASE("the summary has null where a figure does not apply") {
  const std::string json = json_of(some_result());
  CHECK(json.find("{\"encoder\": \"random\", \"labels_seen\": 0, \"end_to_end\": null, \"linear_100\": 76.80") !=
        json.npos);
  CHECK(count_of(json, "\"encoder\"") == 3);
}
