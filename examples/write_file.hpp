// SPDX-License-Identifier: MIT
#pragma once
// A text file that is written whole or not at all.
#include <contrastive/io/whole_file.hpp>

#include <span>
#include <string>

inline void write_file(const std::filesystem::path& file, const std::string& text) {
  contrastive::detail::whole_file out(file);
  out.write(std::as_bytes(std::span(text)));
  out.commit();
}
