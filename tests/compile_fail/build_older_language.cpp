// SPDX-License-Identifier: MIT
// flags: -std=c++17
// expect: contrastive is written in C++20: compile with -std=c++20 or newer
#include <contrastive/contrastive.hpp>

int main() {}
