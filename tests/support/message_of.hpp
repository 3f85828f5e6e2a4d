// SPDX-License-Identifier: MIT
#pragma once
// What a file_error says.
#include <contrastive/core/error.hpp>

#include <string>

inline std::string message_of(auto&& action) {
  try {
    action();
  } catch (const contrastive::file_error& problem) {
    return problem.what();
  }
  return "no file_error was thrown";
}
