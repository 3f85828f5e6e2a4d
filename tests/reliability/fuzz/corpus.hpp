// SPDX-License-Identifier: MIT
#pragma once
// The files with which the fuzzers begin, given to their targets: what make.py promises of them, and what was found once.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../../support/catch.hpp"
#include "input.hpp"

namespace fuzz {

inline bool is_read(void (*target)(bytes), bytes input) {
  try {
    target(input);
    return true;
  } catch (const contrastive::error&) {
    return false;
  }
}

/// good… is read, bad… is refused, found… is one or the other.
inline void check_corpus(const std::string& name, void (*target)(bytes)) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(CONTRASTIVE_GOLDEN_DIR "/../reliability/corpus/" + name)) {
    const std::string file = entry.path().filename().string();
    INFO(name << "/" << file);
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<char> content{std::istreambuf_iterator<char>(in), {}};
    const bool read = is_read(target, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    if (file.starts_with("good")) CHECK(read);
    else if (file.starts_with("bad")) CHECK(!read);
    else CHECK(file.starts_with("found"));
    ++files;
  }
  CHECK(files > 0);
}

}    // namespace fuzz
