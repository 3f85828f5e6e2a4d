// SPDX-License-Identifier: MIT
// flags: -ffast-math
// expect: contrastive looks for NaN, which this build denies: compile without -ffast-math, -Ofast and -ffinite-math-only
#include <contrastive/contrastive.hpp>

int main() {}
