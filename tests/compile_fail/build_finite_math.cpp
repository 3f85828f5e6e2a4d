// SPDX-License-Identifier: MIT
// flags: -ffinite-math-only
// expect: contrastive looks for NaN, which this build denies: compile without -ffast-math
#include <contrastive/contrastive.hpp>

int main() {}
