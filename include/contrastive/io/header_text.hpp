// SPDX-License-Identifier: MIT
#pragma once
// A reader of small structured texts, character by character: the headers of safetensors and .npy files.
#include <contrastive/core/error.hpp>
#include <contrastive/io/file_messages.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace contrastive::detail {

/// Takes what it is told to expect. Where something else stands there it throws file_error, with the file and the
/// place.
class header_text {
 public:
  header_text(std::string_view text, const std::filesystem::path& file) : text_(text), file_(file) {}

  bool at(char c) {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool accept(char c) {
    const bool there = at(c);
    at_ += there;
    return there;
  }
  void expect(char c) {
    if (!accept(c)) wrong(std::string("'") + c + "'");
  }
  /// Each field stands once, and there are few: who gives more than 64 does not mean a header.
  void require_new(const std::string& field, std::vector<std::string>& seen) {
    if (std::find(seen.begin(), seen.end(), field) != seen.end()) wrong("no second field '" + field + "'");
    if (seen.size() == 64) wrong("no more than 64 fields");
    seen.push_back(field);
  }
  /// Letters only; perhaps none.
  std::string word() {
    skip_spaces();
    const std::size_t from = at_;
    while (at_ < text_.size() && ((text_[at_] >= 'a' && text_[at_] <= 'z') || (text_[at_] >= 'A' && text_[at_] <= 'Z')))
      ++at_;
    return std::string(text_.substr(from, at_ - from));
  }
  std::uint64_t number() {
    skip_spaces();
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (problem != std::errc{}) wrong("a whole number");
    at_ = std::size_t(end - text_.data());
    return value;
  }
  /// [1, 2, 3], with the brackets given; Python's (1,) may end in a comma.
  std::vector<std::uint64_t> numbers(char open, char close) {
    std::vector<std::uint64_t> all;
    expect(open);
    if (accept(close)) return all;
    do {
      all.push_back(number());
      if (open == '(') (void)accept('L');    // as Python 2 wrote them
    } while (accept(',') && !at(close));
    expect(close);
    return all;
  }
  /// A text in quotation marks, with JSON's escapes.
  std::string string(char mark = '"') {
    expect(mark);
    std::string out;
    for (;;) {
      if (at_ == text_.size()) wrong("the end of a text");
      const char c = text_[at_++];
      if (c == mark) return out;
      if (c == '\\') escaped(out);
      else out += c;
    }
  }
  /// Passes over a value of any kind, JSON's or Python's, with all that is in its brackets.
  void skip_value() {
    std::size_t open = 0;
    do {
      if (at_text()) (void)python_string();
      else if (accept('{') || accept('[') || accept('(')) ++open;
      else if (open > 0 && (accept('}') || accept(']') || accept(')'))) --open;
      else if (open == 0 || (!accept(',') && !accept(':'))) skip_plain();
    } while (open > 0);
  }
  bool at_text() { return at('"') || at('\''); }
  /// A text in either of Python's quotation marks.
  std::string python_string() { return string(at('"') ? '"' : '\''); }
  void expect_end() {
    skip_spaces();
    if (at_ != text_.size()) wrong("its end");
  }
  [[noreturn]] void wrong(const std::string& expected) const {
    throw file_error(quoted(file_) + ": its header is damaged: expected " + expected + " at character " +
                     std::to_string(at_));
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  // true, null, -1.5e3
  void skip_plain() {
    constexpr std::string_view marks = "+-._";
    const std::size_t from = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || marks.find(text_[at_]) != marks.npos))
      ++at_;
    if (at_ == from) wrong("a value");
  }
  void escaped(std::string& out) {
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    if (const auto i = names.find(c); i != names.npos) out += values[i];
    else if (c == 'u') append_utf8(out, hex4());
    else wrong("an escaped character");
  }
  std::uint32_t hex4() {
    std::uint32_t code = 0;
    if (text_.size() - at_ < 4 ||
        std::from_chars(text_.data() + at_, text_.data() + at_ + 4, code, 16).ptr != text_.data() + at_ + 4)
      wrong("four hexadecimal digits");
    at_ += 4;
    return code;
  }
  // (two halves of a surrogate pair stay two codes: names of tensors are compared, never shown as characters)
  static void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) out += char(code);
    else if (code < 0x800) (out += char(0xc0 | code >> 6)) += char(0x80 | (code & 0x3f));
    else ((out += char(0xe0 | code >> 12)) += char(0x80 | (code >> 6 & 0x3f))) += char(0x80 | (code & 0x3f));
  }

  std::string_view text_;
  const std::filesystem::path& file_;
  std::size_t at_ = 0;
};

}    // namespace contrastive::detail
