// SPDX-License-Identifier: MIT
#pragma once
// The result as one page without anything from elsewhere, and as JSON.
#include "result.hpp"

#include <string>

namespace quickstart {

std::string html_of(const result& r);
std::string json_of(const result& r);

}    // namespace quickstart
