// SPDX-License-Identifier: MIT
// expect: none of these views has an augmentation with this configuration
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/views.hpp>

namespace ct = contrastive;

#ifdef CONTRASTIVE_CORRECTED
using views = ct::views<ct::horizontal_flip, ct::intensity_jitter>;
#else
using views = ct::views<ct::horizontal_flip>;
#endif

int main() { views::config config{ct::intensity_jitter::config{.brightness = 0.8}}; }
