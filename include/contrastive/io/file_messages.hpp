// SPDX-License-Identifier: MIT
#pragma once
// Parts of the messages of file errors: a file's name, and the system's reason.
#include <contrastive/core/compiler.hpp>

#include <filesystem>
#include <string>
#include <system_error>

namespace contrastive {

namespace detail {
inline std::string quoted(const std::filesystem::path& file) { return "'" + file.string() + "'"; }
inline std::string errno_text(int number) { return std::generic_category().message(number); }
}    // namespace detail

}    // namespace contrastive
