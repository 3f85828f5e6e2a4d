// SPDX-License-Identifier: MIT
#pragma once
// Settings as texts by name: how a checkpoint knows what run it belongs to.
#include <contrastive/core/error.hpp>
#include <contrastive/core/place_concepts.hpp>

#include <array>
#include <charconv>
#include <map>
#include <string>

namespace contrastive {

namespace detail {
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

  /// Throws argument_error with the first setting that differs from what was found in `where`, be it on one side only.
  void require_equal(const std::map<std::string, std::string>& found, const std::string& where) const {
    const auto text_of = [](const auto& all, const std::string& name) {
      const auto at = all.find(name);
      return at == all.end() ? "(nothing)" : at->second;
    };
    auto names = found;
    names.insert(values.begin(), values.end());
    for (const auto& [name, either] : names)
      if (text_of(found, name) != text_of(values, name))
        refuse(where, name, text_of(found, name), text_of(values, name));
  }

 private:
  [[noreturn]] static void refuse(const std::string& where, const std::string& name, const std::string& before,
                                  const std::string& value) {
    throw argument_error("cannot resume from " + where + ": it was written with " + name + " = " + before +
                         ", this run has " + value + "; resume with the same settings or choose another folder");
  }
};
}    // namespace detail

}    // namespace contrastive
