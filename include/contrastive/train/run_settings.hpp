// SPDX-License-Identifier: MIT
#pragma once
// What a person sets on one run of a pipeline, and the record by which a checkpoint knows the settings of both.
#include <contrastive/core/error.hpp>
#include <contrastive/core/place_concepts.hpp>
#include <contrastive/optim/schedule.hpp>

#include <charconv>
#include <map>
#include <string>

namespace contrastive {

/// The settings of one run. `batch` counts images, not views.
struct fit_options {
  int epochs = 10;
  int batch = 256;
  warmup_cosine schedule{};
  batch_scaling scaling = batch_scaling::none;
};

/// Settings by name, as text: compared when a run is resumed.
class settings_record {
 public:
  std::map<std::string, std::string> values;

  void add(const std::string& name, const std::string& value) { values[name] = value; }
  template <class T>
    requires std::is_arithmetic_v<T>
  void add(const std::string& name, T value) {    // exact: the shortest text that reads back as the same number
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    values[name] = std::string(text, end);
  }
  void add(const std::string& name, bool value) { values[name] = value ? "true" : "false"; }
  template <class T>
    requires std::is_enum_v<T>
  void add(const std::string& name, T value) {
    add(name, int(value));
  }
  /// An aggregate with members(f, config...).
  template <class T>
    requires requires(const T& t) { T::members(detail::any_member{}, t); }
  void add(const std::string& name, const T& config) {
    T::members([&](const char* member, const auto& value) { add(name + "." + member, value); }, config);
  }
  template <class T, std::size_t N>
  void add(const std::string& name, const std::array<T, N>& list) {
    for (std::size_t i = 0; i < N; ++i) add(name + "." + std::to_string(i), list[i]);
  }

  /// Throws argument_error with the first setting that differs from what was found in `where`.
  void require_equal(const std::map<std::string, std::string>& found, const std::string& where) const {
    for (const auto& [name, value] : values) {
      const auto other = found.find(name);
      const std::string before = other == found.end() ? "(nothing)" : other->second;
      if (before != value) refuse(where, name, before, value);
    }
  }

 private:
  [[noreturn]] static void refuse(const std::string& where, const std::string& name, const std::string& before,
                                  const std::string& value) {
    throw argument_error("cannot resume from " + where + ": it was written with " + name + " = " + before +
                         ", this run has " + value + "; resume with the same settings or choose another folder");
  }
};

}    // namespace contrastive
