// SPDX-License-Identifier: MIT
// component: cpu
// expect: a macro is named I (of <complex.h>), min or max, a name used here: #undef it, or include contrastive before it
#include <algorithm>
#define I _Complex_I
#ifdef CONTRASTIVE_CORRECTED
#undef I
// words of other systems' headers, which do no harm
#define near
#define far
#define small char
#endif
#include <contrastive/contrastive.hpp>
#include <contrastive/cpu.hpp>

int main() {}
