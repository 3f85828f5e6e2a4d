// SPDX-License-Identifier: MIT
// expect: this loss pairs samples by class: the dataset must provide label_at(i) and classes()
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/train/pipeline.hpp>

namespace ct = contrastive;

struct pictures {
#ifdef CONTRASTIVE_CORRECTED
  int label_at(std::size_t) const { return 0; }
  int classes() const { return 1; }
#endif
};

int main() {
  if constexpr (!ct::detail::loss_has_its_labels<ct::sup_con, pictures>::value) return 1;
}
