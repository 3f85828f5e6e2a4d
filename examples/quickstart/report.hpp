// SPDX-License-Identifier: MIT
#pragma once
// The result as one page without anything from elsewhere, and as JSON.
#include "result.hpp"

#include <filesystem>

namespace quickstart {

std::string html_of(const result& r);
std::string json_of(const result& r);
/// Writes a file whole or not at all.
void write_file(const std::filesystem::path& file, const std::string& text);

}    // namespace quickstart
