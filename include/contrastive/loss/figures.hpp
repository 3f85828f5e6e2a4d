// SPDX-License-Identifier: MIT
#pragma once
// What a loss says of a batch beside its value: a few numbers by name.
#include <contrastive/core/error.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace contrastive {

/// A number and its name, which it holds itself.
struct figure {
  char name[32] = "";
  double value = 0;

  constexpr figure() = default;
  constexpr figure(std::string_view called, double v) : value(v) {
    if (called.empty() || called.size() >= sizeof name)
      throw argument_error("the name of a figure has 1 to 31 characters; found '" + std::string(called) + "'");
    std::copy(called.begin(), called.end(), name);
  }
};

/// At most 8 figures in the order in which they were given; nothing is allocated.
///
///     const ct::figure_list f{{"reconstruction", 12.5}, {"divergence", 0.5}};
///     std::cout << f["divergence"];    // 0.5; for another name an argument_error says what there is
class figure_list {
 public:
  static constexpr std::size_t capacity = 8;

  constexpr figure_list() = default;
  constexpr figure_list(std::initializer_list<figure> all) {
    for (const figure& f : all) add(f);
  }
  /// Throws argument_error where the name is taken or the list is full.
  constexpr void add(const figure& f) {
    if (find(f.name)) throw argument_error("there are two figures '" + std::string(f.name) + "'");
    if (count_ == capacity) throw argument_error("a report has 8 figures at most: " + names() + "; found another");
    figures_[count_++] = f;
  }

  constexpr const figure* begin() const { return figures_.data(); }
  constexpr const figure* end() const { return begin() + count_; }
  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }

  /// The value, or nullptr where there is no such figure.
  constexpr const double* find(std::string_view name) const {
    for (const figure& f : *this)
      if (f.name == name) return &f.value;
    return nullptr;
  }
  constexpr double operator[](std::string_view name) const {
    if (const double* value = find(name)) return *value;
    throw argument_error("there is no figure '" + std::string(name) + "': " + (empty() ? "there are none" : names()));
  }
  /// All names, with a space between two.
  std::string names() const {
    std::string all;
    for (const figure& f : *this) (all += all.empty() ? "" : " ") += f.name;
    return all;
  }

  /// Adds what has the same name. An empty list is one of zeros; else both have the same names, or it is an
  /// argument_error.
  figure_list& operator+=(figure_list more) {
    if (!empty() && !more.has_names_of(*this))
      throw argument_error("figures keep their names from step to step: there were (" + names() + "), now there are (" +
                           more.names() + ")");
    for (std::size_t i = 0; i < more.count_; ++i)
      if (const double* before = find(more.figures_[i].name)) more.figures_[i].value += *before;
    return *this = more;    // in the newer order
  }
  figure_list operator/(double by) const {
    figure_list all = *this;
    for (std::size_t i = 0; i < count_; ++i) all.figures_[i].value /= by;
    return all;
  }

 private:
  bool has_names_of(const figure_list& other) const {
    return count_ == other.count_ &&
           std::all_of(begin(), end(), [&](const figure& f) { return other.find(f.name) != nullptr; });
  }
  std::array<figure, capacity> figures_{};
  std::size_t count_ = 0;
};

}    // namespace contrastive
