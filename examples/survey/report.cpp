// SPDX-License-Identifier: MIT
// The survey's page: the table, accuracy against seconds and parameters, curves with their levels, pictures and maps.
#include "../page.hpp"
#include "../quickstart/png.hpp"
#include "result.hpp"
#include "scatter.hpp"

namespace survey {

namespace {

using namespace page;

std::string number(const measured& m, int digits = 1) {
  if (!m.any()) return "–";
  return page::number(m.mean(), digits) +
         (m.of_seed.size() > 1 ? " <small>± " + page::number(m.deviation(), digits) + "</small>" : "");
}

// ---- table --------------------------------------------------------------------------------------------------------

const row* row_named(const result& r, const std::string& name) {
  for (const row& w : r.rows)
    if (w.name == name) return &w;
  return nullptr;
}
std::string table_row(const row& w, const result& r) {
  const row* base = row_named(r, "simclr");
  std::string body = "<tr><th>" + escaped(w.title) + "</th>";
  for (const auto* m : {&w.linear_100, &w.linear_10, &w.linear_1, &w.knn, &w.effective_rank})
    body += "<td>" + number(*m) + "</td>";
  body += "<td>" + number(w.spread, 2) + "</td><td>" +
          number(w.loss, w.loss.any() && std::abs(w.loss.mean()) > 100 ? 0 : 2) + "</td><td>" +
          (w.chance_level != 0 ? page::number(w.chance_level, 2) : "–") + "</td><td>" +
          (w.epochs > 0 ? std::to_string(w.epochs) : "–") + "</td><td>" +
          (base && w.milliseconds.any() ? page::number(w.milliseconds.mean() / base->milliseconds.mean(), 2) : "–") +
          "</td><td>" + (w.says == contrastive::verdict::unknown ? "" : contrastive::text_of(w.says)) + "</td></tr>";
  return body;
}
std::string table(const result& r) {
  std::string body =
      "<div class=\"wide\"><table class=\"figures\"><thead><tr><th></th><th colspan=\"3\">linear classifier</th>"
      "<th>neighbors</th><th colspan=\"2\">features</th><th colspan=\"2\">loss</th><th colspan=\"3\">training</th></tr>"
      "<tr><th>method</th><th>100 %</th><th>10 %</th><th>1 %</th><th>kNN</th><th>rank</th><th>spread</th><th>last</th>"
      "<th>chance</th><th>epochs</th><th>step</th><th>verdict</th></tr></thead><tbody>";
  const std::pair<kind, const char*> blocks[]{{kind::frame, "beside them: no learning, and all labels"},
                                              {kind::joint_embedding, "views beside each other"},
                                              {kind::generative, "images rebuilt or made"}};
  for (const auto& [of, title] : blocks) {
    if (std::none_of(r.rows.begin(), r.rows.end(), [of = of](const row& w) { return w.of == of; })) continue;
    body += std::string("<tr><th class=\"block\" colspan=\"12\">") + title + "</th></tr>";
    for (const row& w : r.rows)
      if (w.of == of) body += table_row(w, r);
  }
  return body +
         "</tbody></table></div><p class=\"note\">Accuracy in percent on images that were not trained on, by the "
         "frozen encoder's output. Rank: the dimensions that test images use. Spread: 1 where outputs point "
         "everywhere, 0 where all point one way. Step: its time beside SimCLR's.</p>";
}

// ---- accuracy against what it costs -------------------------------------------------------------------------------

std::string cost(const result& r, const std::string& unit, auto&& cost_of) {
  std::vector<named_point> points;
  for (const row& w : r.rows)
    if (w.knn.any())
      points.push_back({cost_of(w), w.knn.mean(), w.title,
                        w.title + ": " + page::number(w.knn.mean()) + " %, " + page::number(cost_of(w)) + ' ' + unit});
  return scatter(std::move(points), unit);
}
std::string costs(const result& r) {
  const auto seconds = [](const row& w) { return w.seconds.any() ? w.seconds.mean() : 0.; };
  const auto parameters = [](const row& w) { return double(w.parameters) / 1000; };
  return "<div class=\"pair\"><figure>" + cost(r, "seconds of training", seconds) +
         "<figcaption>Nearest neighbors' accuracy against the time of training</figcaption></figure><figure>" +
         cost(r, "thousand parameters that learn", parameters) +
         "<figcaption>… and against the parameters of all its networks. The encoder is the same for "
         "all.</figcaption></figure></div>";
}

// ---- curves -------------------------------------------------------------------------------------------------------

std::string level(double y, const std::string& kind, const std::string& what, double v) {
  return line(44, y, 550, y, kind) + text_at(550, y - 4, what + ": " + page::number(v, 2), "end");
}
/// The loss of each epoch between its levels.
std::string curve(const row& w) {
  double low = w.curve[0], high = w.curve[0];
  const auto reach = [&](double v) { low = std::min(low, v), high = std::max(high, v); };
  for (const double v : w.curve) reach(v);
  if (w.chance_level != 0) reach(w.chance_level);
  if (w.collapse_level) reach(*w.collapse_level);
  const double margin = std::max((high - low) * 0.08, 1e-9);
  low -= margin, high += margin;
  const auto y_of = [&](double v) { return 190 - 178 * (v - low) / (high - low); };
  const auto x_of = [&](std::size_t i) {
    return 44 + 506 * (w.curve.size() > 1 ? double(i) / double(w.curve.size() - 1) : 0.5);
  };
  std::string body, points;
  for (int k = 0; k <= 4; ++k) {
    const double v = low + (high - low) * k / 4;
    body += line(44, y_of(v), 550, y_of(v), "grid") + text_at(38, y_of(v) + 4, page::number(v, 2), "end");
  }
  if (w.chance_level != 0) body += level(y_of(w.chance_level), "chance", "without learning", w.chance_level);
  if (w.collapse_level) body += level(y_of(*w.collapse_level), "chance", "collapsed", *w.collapse_level);
  for (std::size_t i = 0; i < w.curve.size(); ++i) {
    points += page::number(x_of(i)) + ',' + page::number(y_of(w.curve[i])) + ' ';
    body += "<circle class=\"dot\" cx=\"" + page::number(x_of(i)) + "\" cy=\"" + page::number(y_of(w.curve[i])) +
            "\" r=\"3\"><title>epoch " + std::to_string(i + 1) + ": " + page::number(w.curve[i], 3) +
            "</title></circle>";
  }
  body += "<polyline class=\"curve\" points=\"" + points + "\"/>" + text_at(44, 212, "epoch 1") +
          text_at(550, 212, std::to_string(w.curve.size()), "end");
  return svg(560, 220, body, "loss of " + w.title);
}
std::string curves(const result& r) {
  std::string body = "<div class=\"pair\">";
  for (const row& w : r.rows)
    if (!w.curve.empty())
      body += "<figure>" + curve(w) + "<figcaption>" + escaped(w.title) + ": " + contrastive::text_of(w.says) +
              "</figcaption></figure>";
  return body + "</div>";
}

// ---- pictures and maps --------------------------------------------------------------------------------------------

std::string rows_of_pictures(const std::vector<gallery_row>& rows, const result& r) {
  std::string body = "<div class=\"wide\"><table class=\"gallery\"><tbody>";
  for (const gallery_row& g : rows) {
    body += "<tr><th>" + escaped(g.title) + "</th><td>";
    for (const auto& p : g.pictures) body += quickstart::image_tag(p, r.height, r.width, r.channels, escaped(g.title));
    body += "</td></tr>";
  }
  return body + "</tbody></table></div>";
}
std::string gallery(const result& r) {
  if (r.gallery.empty()) return "<p>No method that makes images was asked for.</p>";
  return rows_of_pictures(r.gallery, r);
}
std::string seen(const result& r) {
  if (r.seen.empty()) return "<p>SimCLR's encoder is the one that is looked into; it was not asked for.</p>";
  return rows_of_pictures(r.seen, r) +
         "<p class=\"note\">A column for each map of the encoder's last layer: the image that was painted to excite "
         "it, and below it the training image that does so most.</p>";
}
std::string map_of(const map& m, const std::vector<std::string>& classes) {
  const auto [low_x, high_x] = std::minmax_element(m.x.begin(), m.x.end());
  const auto [low_y, high_y] = std::minmax_element(m.y.begin(), m.y.end());
  const double span = std::max({*high_x - *low_x, *high_y - *low_y, 1e-12});
  std::string body;
  for (std::size_t i = 0; i < m.x.size(); ++i)
    body += "<circle cx=\"" + page::number(10 + 400 * (m.x[i] - *low_x) / span) + "\" cy=\"" +
            page::number(10 + 400 * (m.y[i] - *low_y) / span) + "\" r=\"3\" fill=\"" + color(m.labels[i]) +
            "\"><title>" + escaped(classes[std::size_t(m.labels[i])]) + "</title></circle>";
  return svg(420, 420, body, "map of " + m.title);
}
std::string maps(const result& r) {
  if (r.maps.empty()) return "<p>No method that makes maps was asked for.</p>";
  std::string body = "<p class=\"legend\">";
  for (std::size_t c = 0; c < r.classes.size(); ++c)
    body += "<span><i style=\"background:" + color(int(c)) + "\"></i>" + escaped(r.classes[c]) + "</span>";
  body += "</p><div class=\"pair\">";
  for (const map& m : r.maps)
    body += "<figure>" + map_of(m, r.classes) + "<figcaption>" + escaped(m.title) + "</figcaption></figure>";
  return body + "</div>";
}

std::string list(const measured& m) {
  std::string text = "[";
  for (const double v : m.of_seed) text += (text.size() > 1 ? ", " : "") + page::number(v, 4);
  return text + "]";
}

}    // namespace

std::string html_of(const result& r) {
  std::string run = "<dl>";
  for (const auto& [what, value] : r.run) run += "<dt>" + escaped(what) + "</dt><dd>" + escaped(value) + "</dd>";
  return document("The survey", "Every method, the same images, the same encoder",
                  section("What the representations are worth", table(r), "table") +
                      section("What they cost", costs(r), "costs") +
                      section("How the losses went", curves(r), "curves") +
                      section("Images that were made", gallery(r), "gallery") +
                      section("What the last layer sees", seen(r), "seen") +
                      section("Maps of test images", maps(r), "maps") + section("What was run", run + "</dl>", "run"));
}

std::string json_of(const result& r) {
  std::string text = "{\"rows\": [";
  for (const row& w : r.rows) {
    text += std::string(&w == &r.rows.front() ? "\n" : ",\n") + "  {\"method\": \"" + w.name +
            "\", \"epochs\": " + std::to_string(w.epochs) + ", \"parameters\": " + std::to_string(w.parameters) +
            ", \"verdict\": \"" + contrastive::text_of(w.says) +
            "\", \"chance_level\": " + page::number(w.chance_level, 4);
    const std::pair<const char*, const measured*> all[]{{"linear_100", &w.linear_100},
                                                        {"linear_10", &w.linear_10},
                                                        {"linear_1", &w.linear_1},
                                                        {"knn", &w.knn},
                                                        {"effective_rank", &w.effective_rank},
                                                        {"spread", &w.spread},
                                                        {"loss", &w.loss},
                                                        {"seconds", &w.seconds},
                                                        {"milliseconds", &w.milliseconds}};
    for (const auto& [name, m] : all) text += std::string(", \"") + name + "\": " + list(*m);
    text += '}';
  }
  return text + "\n]}\n";
}

}    // namespace survey
