// SPDX-License-Identifier: MIT
// expect: a macro is named I (of <complex.h>), min or max, a name used here: #undef it, or include contrastive before it
#include <algorithm>
#define max(a, b) ((a) > (b) ? (a) : (b))
#ifdef CONTRASTIVE_CORRECTED
#undef max
#endif
#include <contrastive/loss/nt_xent.hpp>

int main() {}
