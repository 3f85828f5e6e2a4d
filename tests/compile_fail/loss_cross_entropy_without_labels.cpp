// SPDX-License-Identifier: MIT
// expect: this loss learns classes: the dataset must provide label_at(i) and classes()
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

struct pictures {
  int label_at(std::size_t) const { return 0; }
#ifdef CONTRASTIVE_CORRECTED
  int classes() const { return 1; }
#endif
};

int main() {
  if constexpr (!ct::detail::loss_has_its_labels<ct::cross_entropy, pictures>::value) return 1;
}
