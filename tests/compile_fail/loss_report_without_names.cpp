// SPDX-License-Identifier: MIT
// expect: a report's numbers beside its loss have names: write .figures = {{"accuracy", share}}
#include <contrastive/loss/loss.hpp>

namespace ct = contrastive;

ct::loss_report read(double loss, double share) {
#ifdef CONTRASTIVE_CORRECTED
  return {.value = loss, .chance_level = 1, .figures = {{"accuracy", share}}, .anchors_without_positives = 0};
#else
  return {.value = loss, .chance_level = 1, .accuracy = share, .anchors_without_positives = 0};
#endif
}
int main() {}
