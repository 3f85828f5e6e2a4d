// SPDX-License-Identifier: MIT
#pragma once
// The version, for the preprocessor: 0.MINOR releases may change names, their patches do not (CHANGELOG.md).
#include <contrastive/core/compiler.hpp>

/// The parts of the version, as semver.org has them: `#if CONTRASTIVE_VERSION >= 200` asks for 0.2.0 or newer.
#define CONTRASTIVE_VERSION_MAJOR 0
#define CONTRASTIVE_VERSION_MINOR 1
#define CONTRASTIVE_VERSION_PATCH 0

/// major · 10000 + minor · 100 + patch
#define CONTRASTIVE_VERSION                                                                                            \
  (CONTRASTIVE_VERSION_MAJOR * 10000 + CONTRASTIVE_VERSION_MINOR * 100 + CONTRASTIVE_VERSION_PATCH)
#define CONTRASTIVE_VERSION_STRING "0.1.0"
