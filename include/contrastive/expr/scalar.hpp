// SPDX-License-Identifier: MIT
#pragma once
// The functions of expressions on plain numbers. A backend with packets specializes `math` for its packet types.
#include <contrastive/core/macros.hpp>

#include <cmath>

namespace contrastive::scalar {

template <class X>
struct math {
  CONTRASTIVE_FN static X exp(X x) { return std::exp(x); }
  CONTRASTIVE_FN static X log(X x) { return std::log(x); }
  CONTRASTIVE_FN static X log1p(X x) { return std::log1p(x); }
  CONTRASTIVE_FN static X sqrt(X x) { return std::sqrt(x); }
  CONTRASTIVE_FN static X erf(X x) { return std::erf(x); }
  CONTRASTIVE_FN static X tanh(X x) { return std::tanh(x); }
  CONTRASTIVE_FN static X sin(X x) { return std::sin(x); }
  CONTRASTIVE_FN static X cos(X x) { return std::cos(x); }
};

}    // namespace contrastive::scalar
