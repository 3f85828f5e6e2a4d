// SPDX-License-Identifier: MIT
#pragma once
// The bytes of a file, plain or gzip (told apart by content), read from front to back.
#include <contrastive/core/error.hpp>
#include <contrastive/io/claimed_size.hpp>
#include <contrastive/io/file_messages.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace contrastive {

namespace detail {
/// Reads a file, unpacking it where it begins with gzip's magic. Every error is a file_error that names the file.
class byte_source {
 public:
  explicit byte_source(const std::filesystem::path& file)
      : path_(file), file_(std::fopen(file.c_str(), "rb"), &std::fclose) {
    if (!file_) throw file_error("cannot open " + detail::quoted(file) + ": " + detail::errno_text(errno));
    fill();
    packed_ = begins_gzip();
    // 15 + 16: the largest window, gzip's header
    if (packed_ && inflateInit2(&stream_, 15 + 16) != Z_OK)
      throw file_error("cannot unpack " + detail::quoted(file) + ": zlib has no memory");
  }
  ~byte_source() {
    if (packed_) inflateEnd(&stream_);
  }
  byte_source(const byte_source&) = delete;
  byte_source& operator=(const byte_source&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Bytes handed out so far: the offset of the next one in the unpacked file.
  std::uint64_t position() const { return position_; }

  /// Fills `out` and returns its size, or less where the file ends. Throws file_error where a gzip ends early or is
  /// damaged, or where the file cannot be read.
  std::size_t read(std::span<std::uint8_t> out) {
    std::size_t got = 0, more = 1;
    while (got < out.size() && more > 0) got += more = packed_ ? unpack(out.subspan(got)) : copy(out.subspan(got));
    position_ += got;
    return got;
  }
  /// Refuses a claim that only a pipe without end could meet.
  void require_memory(std::uint64_t claimed) const { detail::require_memory(file_.get(), claimed, path_); }
  /// Nothing follows. (Of a gzip this also checks the sum at its end.)
  bool at_end() {
    std::uint8_t byte;
    return read({&byte, 1}) == 0;
  }

 private:
  std::size_t left() const { return filled_ - used_; }
  bool begins_gzip() const { return left() >= 2 && buffer_[used_] == 0x1f && buffer_[used_ + 1] == 0x8b; }

  // Moves what is left to the front and reads behind it.
  void fill() {
    std::copy(buffer_.begin() + std::ptrdiff_t(used_), buffer_.begin() + std::ptrdiff_t(filled_), buffer_.begin());
    filled_ -= used_;
    used_ = 0;
    const std::size_t got = std::fread(buffer_.data() + filled_, 1, buffer_.size() - filled_, file_.get());
    if (std::ferror(file_.get()))
      throw file_error("cannot read " + detail::quoted(path_) + ": " + detail::errno_text(errno));
    filled_ += got;
    packed_read_ += got;
  }

  std::size_t copy(std::span<std::uint8_t> out) {
    if (left() == 0) fill();
    const std::size_t count = std::min(out.size(), left());
    std::copy_n(buffer_.begin() + std::ptrdiff_t(used_), count, out.begin());
    used_ += count;
    return count;
  }

  // At least one byte, unless the last member of the gzip is complete.
  std::size_t unpack(std::span<std::uint8_t> out) {
    const auto want = uInt(std::min(out.size(), std::size_t(1) << 30));    // zlib counts in 32 bits
    stream_.next_out = out.data();
    stream_.avail_out = want;
    while (stream_.avail_out == want && next_member()) inflate_some();
    return want - stream_.avail_out;
  }

  // False at the end of the file. A gzip may consist of several members, one after another.
  bool next_member() {
    if (left() < 2) fill();
    if (!complete_) return true;
    if (left() == 0) return false;
    if (!begins_gzip())
      throw file_error(detail::quoted(path_) + ": bytes follow the end of the gzip data, at offset " + offset());
    inflateReset(&stream_);
    complete_ = false;
    return true;
  }

  void inflate_some() {
    if (left() == 0)
      throw file_error(detail::quoted(path_) + ": the gzip data ends early, after " + offset() +
                       " bytes of the file and " + std::to_string(position_) + " or more unpacked ones");
    stream_.next_in = buffer_.data() + used_;
    stream_.avail_in = uInt(left());
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    used_ = filled_ - stream_.avail_in;
    complete_ = answer == Z_STREAM_END;
    if (answer != Z_OK && answer != Z_STREAM_END)
      throw file_error(detail::quoted(path_) + ": damaged gzip data before offset " + offset() + ": " +
                       (stream_.msg ? stream_.msg : zError(answer)));
  }

  std::string offset() const { return std::to_string(packed_read_ - left()); }

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::array<std::uint8_t, 1 << 16> buffer_;
  std::size_t used_ = 0, filled_ = 0;
  std::uint64_t packed_read_ = 0, position_ = 0;
  z_stream stream_{};
  bool packed_ = false, complete_ = false;
};
}    // namespace detail

}    // namespace contrastive
