// SPDX-License-Identifier: MIT
#pragma once
// Pages of the examples: one file without anything from elsewhere. Vector graphics made of text, colors that follow the
// reader's light or dark, values on hover.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace page {

inline std::string number(double v, int digits = 1) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, v);
  return text;
}
inline std::string number(const std::optional<double>& v, int digits = 1) { return v ? number(*v, digits) : "–"; }

inline std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text)
    if (c == '<') safe += "&lt;";
    else if (c == '&') safe += "&amp;";
    else if (c == '"') safe += "&quot;";
    else safe += c;
  return safe;
}
inline std::string color(int label) {    // ten hues that are told apart, in light and dark (Tableau's)
  static const char* const palette[] = {"#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f",
                                        "#edc948", "#b07aa1", "#ff9da7", "#9c755f", "#8a8a8a"};
  return palette[label % 10];
}
inline std::string section(const std::string& title, const std::string& body, const std::string& id) {
  return "<section id=\"" + id + "\"><h2>" + escaped(title) + "</h2>" + body + "</section>\n";
}
inline std::string svg(int width, int height, const std::string& body, const std::string& label) {
  return "<svg role=\"img\" aria-label=\"" + escaped(label) + "\" viewBox=\"0 0 " + std::to_string(width) + ' ' +
         std::to_string(height) + "\">" + body + "</svg>";
}
inline std::string text_at(double x, double y, const std::string& text, const std::string& anchor = "start") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + escaped(text) +
         "</text>";
}
inline std::string line(double x, double y, double to_x, double to_y, const std::string& kind) {
  return "<line class=\"" + kind + "\" x1=\"" + number(x) + "\" y1=\"" + number(y) + "\" x2=\"" + number(to_x) +
         "\" y2=\"" + number(to_y) + "\"/>";
}

// ---- curves -------------------------------------------------------------------------------------------------------

/// At most 200 points, each the mean of a stretch of steps.
inline std::vector<double> thinned(const std::vector<double>& values) {
  const std::size_t count = std::min<std::size_t>(values.size(), 200);
  std::vector<double> few(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i * values.size() / count, to = (i + 1) * values.size() / count;
    for (std::size_t k = from; k < to; ++k) few[i] += values[k] / double(to - from);
  }
  return few;
}
/// A line over steps in a frame of 560 × 220 from 0 to `most`, with dots that say their value.
inline std::string plot(const std::vector<double>& values, double most, double chance, const std::string& unit,
                        const std::string& label) {
  constexpr double left = 44, right = 550, top = 12, bottom = 190;
  const auto y_of = [&](double v) { return bottom - (bottom - top) * v / most; };
  const auto few = thinned(values);
  const auto x_of = [&](std::size_t i) {
    return left + (right - left) * (few.size() > 1 ? double(i) / double(few.size() - 1) : 0.5);
  };
  std::string body, points;
  for (int k = 0; k <= 4; ++k) {
    const double v = most * k / 4;
    body += line(left, y_of(v), right, y_of(v), "grid") +
            text_at(left - 6, y_of(v) + 4, number(v, most < 3 ? 2 : 1), "end");
  }
  for (std::size_t i = 0; i < few.size(); ++i) points += number(x_of(i)) + ',' + number(y_of(few[i])) + ' ';
  if (chance > 0)
    body += line(left, y_of(chance), right, y_of(chance), "chance") +
            text_at(right, y_of(chance) - 5, "without learning: " + number(chance, 2), "end");
  body += "<polyline class=\"curve\" points=\"" + points + "\"/>";
  for (std::size_t i = 0; i < few.size(); ++i)
    body += "<circle class=\"hit\" cx=\"" + number(x_of(i)) + "\" cy=\"" + number(y_of(few[i])) +
            "\" r=\"6\"><title>step " + std::to_string((i + 1) * values.size() / few.size()) + ": " +
            number(few[i], 3) + unit + "</title></circle>";
  body += text_at(left, 212, "step 1") + text_at(right, 212, std::to_string(values.size()), "end");
  return svg(560, 220, body, label);
}
// ---- the whole page -----------------------------------------------------------------------------------------------

inline constexpr const char* style = R"(<style>
:root{color-scheme:light dark;--ink:#222;--soft:#666;--back:#fdfdfb;--grid:#ddd;--main:#2f6db0;--warm:#d1495b}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e3;--soft:#a5a29d;--back:#17181a;--grid:#3a3c40;--main:#7fb2ea;--warm:#ff8a93}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);margin:0 auto;max-width:960px;padding:1rem}
h1{line-height:1.2}h2{margin-top:2.2rem}figure{margin:1rem 0}figcaption,p.note{color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto;max-width:640px}svg text{font-size:12px;fill:var(--soft)}
.grid{stroke:var(--grid)}.leader{stroke:var(--soft);stroke-width:.6}.chance{stroke:var(--warm);stroke-dasharray:5 4}.curve{fill:none;stroke:var(--main);stroke-width:2}
.bar{fill:var(--soft)}.bar.positive{fill:var(--main)}.mark-positive{fill:var(--main);background:var(--main)}
.mark-same{fill:var(--warm);background:var(--warm)}.mark-other{fill:var(--soft);background:var(--soft)}.block{color:var(--soft);font-weight:normal}
.dot{fill:var(--main)}.hit{fill:transparent}.hit:hover{fill:var(--main)}.hit-cell{fill:var(--main)}.miss-cell{fill:var(--warm)}
.wide{overflow-x:auto}.figures{font-size:.9rem}.figures th:first-child{position:sticky;left:0;background:var(--back)}table{border-collapse:collapse}td,th{padding:.3rem .45rem;text-align:right;border-bottom:1px solid var(--grid)}
th{white-space:nowrap}th[colspan]{text-align:center}th.block{text-align:left}th:first-child,td:first-child{text-align:left}.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:1rem}
.legend span{display:inline-block;margin-right:.9rem}.legend i{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.3em}
img{width:44px;height:44px;image-rendering:pixelated}.right,.wrong{display:inline-block;padding:2px;margin:1px;border:2px solid transparent}
.wrong{border-color:var(--warm)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--soft)}dd{margin:0}
</style>)";

inline std::string document(const std::string& title, const std::string& heading, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\"><title>" +
         escaped(title) + "</title><link rel=\"icon\" href=\"data:,\">\n" + style + "</head>\n<body><h1>" +
         escaped(heading) + "</h1>\n" + body + "</body></html>\n";
}

}    // namespace page
