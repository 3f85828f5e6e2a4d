// SPDX-License-Identifier: MIT
// Somebody's smallest program: that the headers are found is all it says.
#include <contrastive/version.hpp>

int main() { return CONTRASTIVE_VERSION >= 100 ? 0 : 1; }
