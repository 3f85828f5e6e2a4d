// SPDX-License-Identifier: MIT
// The report: table, curves, pictures.
#include "report.hpp"

#include "../page.hpp"
#include "png.hpp"

#include <algorithm>
#include <cstdio>

namespace quickstart {

namespace {

using namespace page;

// ---- curves ---------------------------------------------------------------------------------------------------------------

std::string curves(const result& r) {
  std::string body;
  for (const curve& c : r.curves) {
    if (c.loss.empty()) continue;
    double most = c.chance_level * 1.1;
    for (const double v : c.loss) most = std::max(most, v * 1.02);
    body += "<div class=\"pair\"><figure>" + plot(c.loss, most, c.chance_level, "", "loss of " + c.title) +
            "<figcaption>Loss of " + escaped(c.title) + "</figcaption></figure>";
    if (!c.accuracy.empty())
      body += "<figure>" + plot(c.accuracy, 1, 0, "", "accuracy of " + c.title) + "<figcaption>Accuracy of " +
              escaped(c.title) + " in training: " + escaped(c.accuracy_title) + "</figcaption></figure>";
    body += "</div>";
  }
  return body;
}

// ---- table ----------------------------------------------------------------------------------------------------------------

std::string table_row(const row& w) {
  std::string body = "<tr><th>" + escaped(w.title) + "</th>";
  for (const auto& v : {w.end_to_end, w.linear_100, w.linear_10, w.linear_1, w.knn_100, w.knn_10, w.knn_1, w.seconds})
    body += "<td>" + number(v) + "</td>";
  return body + "<td>" + number(w.views_per_second, 0) + "</td></tr>";
}
std::string table(const result& r) {
  std::string body =
      "<div class=\"wide\"><table class=\"figures\"><thead><tr><th></th><th></th><th colspan=\"3\">linear "
      "classifier</th><th colspan=\"3\">nearest neighbors</th><th colspan=\"2\">training</th></tr><tr><th>encoder</th>"
      "<th>end to end</th><th>100 %</th><th>10 %</th><th>1 %</th><th>100 %</th><th>10 %</th><th>1 "
      "%</th><th>seconds</th>"
      "<th>views/s</th></tr></thead><tbody>";
  for (const bool all : {false, true}) {
    if (std::none_of(r.rows.begin(), r.rows.end(), [&](const row& w) { return (w.labels_seen == 100) == all; }))
      continue;    // not reached
    body += std::string("<tr><th class=\"block\" colspan=\"10\">") +
            (all ? "saw all labels while it learned" : "saw no labels beyond the stated share") + "</th></tr>";
    for (const row& w : r.rows)
      if ((w.labels_seen == 100) == all) body += table_row(w);
  }
  return body +
         "</tbody></table></div><p>Accuracy in percent on images that were not trained on. 100, 10 and 1 % of the "
         "labels are what the classifier on the frozen encoder was given, the same images for every encoder.</p>";
}

// ---- images and their views -----------------------------------------------------------------------------------------------

std::string shown(const result& r, const picture& p) {
  return "<span class=\"" + std::string(p.right ? "right" : "wrong") + "\">" +
         image_tag(p.pixels, r.height, r.width, r.channels, escaped(p.title)) + "</span>";
}
std::string sheet(const result& r) {
  std::string body = "<div class=\"wide\"><table class=\"gallery\"><tbody>";
  for (const picture_row& line : r.sheet) {
    body += "<tr><th>" + escaped(line.title) + "</th><td>" + shown(r, line.pictures.front()) + "</td><td>";
    for (std::size_t i = 1; i < line.pictures.size(); ++i) body += shown(r, line.pictures[i]);
    body += "</td></tr>";
  }
  return body +
         "</tbody></table></div><p>Each image, and what it was turned into before the encoder saw it. Two views of one "
         "image are to be alike, views of two images are not: that is all that SimCLR is told.</p>";
}

// ---- one view's softmax by both losses ------------------------------------------------------------------------------------

std::string bar(double x, double width, double share, double most, const std::string& kind, const std::string& title) {
  constexpr double top = 16, bottom = 150;
  const double height = std::max((bottom - top) * share / most, 0.5);
  return "<rect class=\"" + kind + "\" x=\"" + number(x) + "\" y=\"" + number(bottom - height) + "\" width=\"" +
         number(width) + "\" height=\"" + number(height) + "\"><title>" + escaped(title) + ": " +
         number(100 * share, 2) + " %</title></rect>";
}
std::string picture_at(const result& r, const picture& p, double x, double y, double size) {
  return "<image x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(size) + "\" height=\"" +
         number(size) + "\" href=\"" + data_url(p.pixels, r.height, r.width, r.channels) + "\"><title>" +
         escaped(p.title) + "</title></image>";
}
std::string over_candidates(const result& r) {
  const auto& f = r.two_losses;
  const double step = 540 / double(f.candidates.size()),
               most = *std::max_element(f.over_candidates.begin(), f.over_candidates.end());
  std::string body = line(10, 150, 550, 150, "grid");
  for (std::size_t i = 0; i < f.candidates.size(); ++i) {
    const double x = 10 + step * double(i);
    const auto& c = f.candidates[i];
    body += bar(x + 2, step - 4, f.over_candidates[i], most, c.right ? "bar positive" : "bar",
                c.right ? "the other view of the image" : c.title) +
            picture_at(r, c, x + 1, 154, step - 2);
  }
  return svg(560, int(160 + step), body, "softmax over candidates");
}
std::string over_classes(const result& r) {
  const auto& f = r.two_losses;
  const double step = 540 / double(r.classes.size()),
               most = *std::max_element(f.over_classes.begin(), f.over_classes.end());
  std::string body = line(10, 150, 550, 150, "grid");
  for (std::size_t c = 0; c < r.classes.size(); ++c) {
    const double x = 10 + step * double(c);
    body += bar(x + 6, step - 12, f.over_classes[c], most, int(c) == f.label ? "bar positive" : "bar", r.classes[c]);
    body += text_at(x + step / 2, c % 2 ? 182 : 166, r.classes[c], "middle");
  }
  return svg(560, 192, body, "softmax over classes");
}
std::string two_losses(const result& r) {
  const auto& f = r.two_losses;
  if (f.over_candidates.empty()) return "<p>Not reached.</p>";
  std::string body = "<p>The view that is asked about: " + shown(r, f.view) + "</p><div class=\"pair\"><figure>" +
                     over_candidates(r) +
                     "<figcaption><b>Contrastive.</b> Which of the other views shows the same image? "
                     "SimCLR's softmax over them at temperature " +
                     number(f.temperature) +
                     "; the loss is −log of the blue bar. No class is named.</figcaption></figure>";
  if (!f.over_classes.empty())
    body += "<figure>" + over_classes(r) +
            "<figcaption><b>Cross-entropy.</b> Which class does the image have? The classifier's softmax over all of "
            "them; the loss is −log of the blue bar. Every image needs a label.</figcaption></figure>";
  return body + "</div>";
}

// ---- false negatives ------------------------------------------------------------------------------------------------------

std::string negatives(const result& r) {
  if (r.negatives.empty()) return "<p>Not reached.</p>";
  constexpr double left = 150, right = 540;
  const auto x_of = [](double cosine) { return left + (right - left) * (cosine + 0.5) / 1.5; };
  std::string body;
  for (const double v : {-0.5, 0., 0.5, 1.})
    body += line(x_of(v), 10, x_of(v), 20 + 44 * double(r.negatives.size()), "grid") +
            text_at(x_of(v), 36 + 44 * double(r.negatives.size()), number(v), "middle");
  double y = 20;
  for (const auto& n : r.negatives) {
    body += text_at(left - 8, y + 19, n.title, "end");
    const std::pair<double, const char*> marks[]{
        {n.other_class, "other"}, {n.same_class, "same"}, {n.positive, "positive"}};
    body += line(x_of(std::max(n.other_class, -0.5)), y + 15, x_of(n.positive), y + 15, "grid");
    for (const auto& [value, kind] : marks)
      body += "<circle class=\"mark-" + std::string(kind) + "\" cx=\"" + number(x_of(std::max(value, -0.5))) +
              "\" cy=\"" + number(y + 15) + "\" r=\"7\"><title>" + kind + ": " + number(value, 3) + "</title></circle>";
    y += 44;
  }
  const double share = 100 * r.negatives.front().same_share;
  return "<p class=\"legend\"><span><i class=\"mark-positive\"></i>the other view of the image</span><span><i "
         "class=\"mark-same\"></i>negatives of its class</span><span><i class=\"mark-other\"></i>negatives of other "
         "classes</span></p>" +
         svg(560, int(50 + 44 * r.negatives.size()), body, "similarity to the anchor") +
         "<p>Mean cosine to the anchor. " + number(share) +
         " % of what SimCLR pushes away has the anchor's own class, for it knows no class: false negatives. Supervised "
         "contrastive counts them as positives.</p>";
}

// ---- maps -----------------------------------------------------------------------------------------------------------------

std::string scatter(const map_figure& m, const std::vector<std::string>& classes) {
  double low[2]{1e300, 1e300}, high[2]{-1e300, -1e300};
  for (const point& p : m.points)
    for (std::size_t d = 0; d < 2; ++d) low[d] = std::min(low[d], p[d]), high[d] = std::max(high[d], p[d]);
  const double span = std::max({high[0] - low[0], high[1] - low[1], 1e-12});
  std::string body;
  for (std::size_t i = 0; i < m.points.size(); ++i) {
    const int label = m.labels[i];
    body += "<circle cx=\"" + number(10 + 400 * (m.points[i][0] - low[0]) / span) + "\" cy=\"" +
            number(10 + 400 * (m.points[i][1] - low[1]) / span) + "\" r=\"3\" fill=\"" + color(label) + "\"><title>" +
            escaped(classes[std::size_t(label)]) + "</title></circle>";
  }
  return svg(420, 420, body, "map of " + m.title);
}
std::string maps(const result& r) {
  std::string body = "<p class=\"legend\">";
  for (std::size_t c = 0; c < r.classes.size(); ++c)
    body += "<span><i style=\"background:" + color(int(c)) + "\"></i>" + escaped(r.classes[c]) + "</span>";
  body += "</p><div class=\"pair\">";
  for (const map_figure& m : r.maps)
    body += "<figure>" + scatter(m, r.classes) + "<figcaption><b>" + escaped(m.title) + "</b><br>alignment " +
            number(m.alignment, 2) + ", uniformity " + number(m.uniformity, 2) + ", effective rank " +
            number(m.effective_rank) + "</figcaption></figure>";
  return body + "</div>";
}

// ---- neighbors and confusion ----------------------------------------------------------------------------------------------

std::string neighbors(const result& r) {
  std::string body = "<div class=\"wide\"><table class=\"gallery\"><thead><tr><th>image</th>";
  if (!r.neighbors.empty())
    for (const auto& [name, list] : r.neighbors.front().by) body += "<th>" + escaped(name) + "</th>";
  body += "</tr></thead><tbody>";
  for (const auto& n : r.neighbors) {
    body += "<tr><td>" + shown(r, n.asked) + "</td>";
    for (const auto& [name, list] : n.by) {
      body += "<td>";
      for (const picture& p : list) body += shown(r, p);
      body += "</td>";
    }
    body += "</tr>";
  }
  return body + "</tbody></table></div><p>Framed: another class than the image's.</p>";
}
std::string confusion(const result& r) {
  const int n = r.confusion.classes();
  std::string body;
  for (int t = 0; t < n; ++t) {
    body += text_at(112, 36 + 30 * t, r.classes[std::size_t(t)], "end");
    for (int p = 0; p < n; ++p) {
      const double share = r.confusion.of_class(t) > 0 ? double(r.confusion(t, p)) / r.confusion.of_class(t) : 0;
      body += "<rect class=\"" + std::string(t == p ? "hit-cell" : "miss-cell") + "\" x=\"" +
              std::to_string(120 + 30 * p) + "\" y=\"" + std::to_string(16 + 30 * t) +
              "\" width=\"29\" height=\"29\" fill-opacity=\"" + number(0.04 + 0.96 * share, 3) + "\"><title>" +
              escaped(r.classes[std::size_t(t)]) + " taken for " + escaped(r.classes[std::size_t(p)]) + ": " +
              std::to_string(r.confusion(t, p)) + "</title></rect>";
    }
  }
  return svg(130 + 30 * n, 30 + 30 * n, body, "confusion matrix") +
         "<p>Rows: the class. Columns, in the same order: what it was taken for.</p>";
}

}    // namespace

std::string html_of(const result& r) {
  std::string run = "<dl>";
  for (const auto& [what, value] : r.run) run += "<dt>" + escaped(what) + "</dt><dd>" + escaped(value) + "</dd>";
  return document(
      "Learned without labels", "What an encoder learned without labels",
      section("What the representations are worth", table(r), "table") +
          section("Images and their views", sheet(r), "sheet") + section("How the losses fell", curves(r), "curves") +
          section("Two losses, one image", two_losses(r), "losses") +
          section("Test images, before and after", maps(r), "maps") +
          section("What is pushed away", negatives(r), "negatives") +
          section("Nearest neighbors", neighbors(r), "neighbors") +
          section("What is taken for what", confusion(r), "confusion") + section("What was run", run + "</dl>", "run"));
}

std::string json_of(const result& r) {
  const auto value = [](const std::optional<double>& v) { return v ? number(*v, 2) : std::string("null"); };
  std::string text = "{\"rows\": [";
  for (const row& w : r.rows) {
    text += std::string(&w == &r.rows.front() ? "\n" : ",\n") + "  {\"encoder\": \"" + w.encoder +
            "\", \"labels_seen\": " + number(w.labels_seen, 0);
    const std::pair<const char*, std::optional<double>> all[]{
        {"end_to_end", w.end_to_end}, {"linear_100", w.linear_100}, {"linear_10", w.linear_10},
        {"linear_1", w.linear_1},     {"knn_100", w.knn_100},       {"knn_10", w.knn_10},
        {"knn_1", w.knn_1},           {"seconds", w.seconds},       {"views_per_second", w.views_per_second}};
    for (const auto& [name, v] : all) text += std::string(", \"") + name + "\": " + value(v);
    text += '}';
  }
  return text + "\n]}\n";
}

}    // namespace quickstart
