// SPDX-License-Identifier: MIT
#pragma once
// The functions of expressions on plain numbers. A backend with packets overloads them for its packet types.
#include <contrastive/core/macros.hpp>

#include <cmath>
#include <concepts>

namespace contrastive::scalar {

CONTRASTIVE_FN auto exp(std::floating_point auto x) { return std::exp(x); }
CONTRASTIVE_FN auto log(std::floating_point auto x) { return std::log(x); }
CONTRASTIVE_FN auto sqrt(std::floating_point auto x) { return std::sqrt(x); }
CONTRASTIVE_FN auto erf(std::floating_point auto x) { return std::erf(x); }

}    // namespace contrastive::scalar
