// SPDX-License-Identifier: MIT
#pragma once
// What the losses of an epoch come to, and its record in a checkpoint.
#include <contrastive/io/checkpoint_file.hpp>
#include <contrastive/loss/report.hpp>
#include <contrastive/train/settings_record.hpp>

namespace contrastive {

namespace detail {
/// The sum of some steps' reports, from which their mean is made.
struct report_sums {
  int steps = 0;
  loss_report sum{};    // its chance level is the last one's

  void add(const loss_report& r) {
    ++steps;
    sum.value += r.value, sum.chance_level = r.chance_level, sum.figures += r.figures;
    sum.anchors_without_positives += r.anchors_without_positives;
  }
  /// Value and figures in the mean; the anchors in all.
  loss_report mean() const {
    loss_report m = sum;
    m.value /= steps, m.figures = m.figures / steps;
    return m;
  }
};

/// A report as texts by name, from which read_report makes the same report.
inline void add_report(settings_record& to, const std::string& name, const loss_report& r) {
  to.add(name + ".loss", r.value);
  to.add(name + ".chance_level", r.chance_level);
  to.add(name + ".anchors_without_positives", r.anchors_without_positives);
  for (const figure& f : r.figures) to.add(name + ".figure." + f.name, f.value);
}
inline loss_report read_report(const safetensors_reader& from, const std::string& name) {
  loss_report r{.value = from.number<double>(name + ".loss"),
                .chance_level = from.number<double>(name + ".chance_level"),
                .anchors_without_positives = from.number<int>(name + ".anchors_without_positives")};
  const std::string figures = name + ".figure.";
  for (const auto& [key, text] : from.texts())
    if (key.starts_with(figures)) r.figures.add({key.substr(figures.size()), from.number<double>(key)});
  return r;
}

}    // namespace detail

}    // namespace contrastive
