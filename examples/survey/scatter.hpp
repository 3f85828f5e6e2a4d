// SPDX-License-Identifier: MIT
#pragma once
// Points with names that do not cover each other, in a frame with round ticks.
#include "../page.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace survey {

struct box {
  double left, top, right, bottom;
  bool meets(const box& b) const { return left < b.right && b.left < right && top < b.bottom && b.top < bottom; }
  bool holds(const box& b) const { return left <= b.left && b.right <= right && top <= b.top && b.bottom <= bottom; }
};
struct named_point {
  double x, y;
  std::string name, says;    // shown beside it; shown where the mouse rests
};

constexpr double point_radius = 5, line_height = 13, letter_width = 6.8;

/// A place for each name, beside its point or above or below that place; none where all are taken.
inline std::vector<std::optional<box>> places_of_names(const std::vector<named_point>& points, const box& frame) {
  std::vector<box> taken;
  for (const auto& p : points)
    taken.push_back({p.x - point_radius, p.y - point_radius, p.x + point_radius, p.y + point_radius});
  const auto free = [&](const box& b) {
    return frame.holds(b) && std::none_of(taken.begin(), taken.end(), [&](const box& t) { return b.meets(t); });
  };
  std::vector<std::optional<box>> places(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& [x, y, name, says] = points[i];
    const double width = letter_width * double(name.size()), beside = point_radius + 3;
    for (double away = 0; away < frame.bottom - frame.top && !places[i]; away += line_height / 2)
      for (const double middle : {y - away, y + away})
        for (const double left : {x + beside, x - beside - width}) {
          const box tried{left, middle - line_height / 2, left + width, middle + line_height / 2};
          if (!places[i] && free(tried)) places[i] = tried;
        }
    if (places[i]) taken.push_back(*places[i]);
  }
  return places;
}

/// 1, 2 or 5 times a power of ten: at most six steps of it from low to high.
inline double round_step(double low, double high) {
  const double least = (high - low) / 6, power = std::pow(10, std::floor(std::log10(least)));
  for (const double times : {1., 2., 5.})
    if (times * power >= least) return times * power;
  return 10 * power;
}

/// The value of each point against its cost, in a frame of 560 × 300.
inline std::string scatter(std::vector<named_point> points, const std::string& unit) {
  const box frame{44, 8, 556, 264};
  double low = 100, high = 0, most = 1e-9;
  for (const auto& p : points) low = std::min(low, p.y), high = std::max(high, p.y), most = std::max(most, p.x);
  const double margin = std::max(1., (high - low) * 0.1);
  low -= margin, high += margin, most *= 1.15;
  const auto x_of = [&](double v) { return frame.left + (frame.right - frame.left) * v / most; };
  const auto y_of = [&](double v) { return frame.bottom - (frame.bottom - frame.top) * (v - low) / (high - low); };

  std::string body;
  const double up = round_step(low, high), along = round_step(0, most);
  for (double v = std::ceil(low / up) * up; v <= high; v += up)
    body += page::line(frame.left, y_of(v), frame.right, y_of(v), "grid") +
            page::text_at(frame.left - 6, y_of(v) + 4, page::number(v, up < 1 ? 1 : 0), "end");
  for (double v = 0; v <= most; v += along)
    body += page::text_at(x_of(v), 280, page::number(v, along < 1 ? 1 : 0), "middle");

  for (auto& p : points) p.x = x_of(p.x), p.y = y_of(p.y);
  const auto places = places_of_names(points, frame);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (const auto& at = places[i]; at && std::abs((at->top + at->bottom) / 2 - points[i].y) > 1)
      body += page::line(points[i].x, points[i].y, at->left < points[i].x ? at->right : at->left,
                         (at->top + at->bottom) / 2, "leader");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& p = points[i];
    body += "<circle cx=\"" + page::number(p.x) + "\" cy=\"" + page::number(p.y) + "\" r=\"" +
            page::number(point_radius, 0) + "\" fill=\"" + page::color(int(i)) + "\"><title>" + page::escaped(p.says) +
            "</title></circle>";
    if (const auto& at = places[i])
      body += at->left < p.x ? page::text_at(at->right, at->bottom - 3, p.name, "end")
                             : page::text_at(at->left, at->bottom - 3, p.name);
  }
  return page::svg(560, 300, body + page::text_at(frame.right, 296, unit, "end"), "accuracy against " + unit);
}

}    // namespace survey
