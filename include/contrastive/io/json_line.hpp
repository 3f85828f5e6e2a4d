// SPDX-License-Identifier: MIT
#pragma once
// One JSON object on one line.
#include <contrastive/core/compiler.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

namespace contrastive {

namespace detail {
/// Adds a text as JSON has it, with its quotation marks.
inline void append_json_text(std::string& out, std::string_view s) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : s) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (code < 0x20) ((out += "\\u00") += hex[code >> 4]) += hex[code & 15];
    else out += c;
  }
  out += '"';
}

/// Collects members in their order. What is not finite becomes null, since JSON has no NaN; doubles are as short as
/// they can be and still the same when read back, whatever the locale.
class json_line {
 public:
  json_line& add(std::string_view key, std::string_view value) {
    member(key);
    quote(value);
    return *this;
  }
  json_line& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
  json_line& add(std::string_view key, std::floating_point auto value) {
    return std::isfinite(value) ? number(key, double(value)) : raw(key, "null");
  }
  json_line& add(std::string_view key, std::integral auto value) { return number(key, value); }
  json_line& add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }

  /// The object and a line feed; the next one begins empty, in the same memory.
  std::string_view finish() {
    if (text_.empty() || finished_) text_ = "{";
    finished_ = true;
    return text_ += "}\n";
  }

 private:
  void member(std::string_view key) {
    if (finished_) text_.clear();
    finished_ = false;
    text_ += text_.empty() ? '{' : ',';
    quote(key);
    text_ += ':';
  }
  json_line& raw(std::string_view key, std::string_view value) {
    member(key);
    text_ += value;
    return *this;
  }
  json_line& number(std::string_view key, auto value) {
    char digits[32];
    return raw(key, {digits, std::size_t(std::to_chars(digits, digits + sizeof digits, value).ptr - digits)});
  }
  void quote(std::string_view s) { detail::append_json_text(text_, s); }

  std::string text_;
  bool finished_ = false;
};
}    // namespace detail

}    // namespace contrastive
