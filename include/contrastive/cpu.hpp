// SPDX-License-Identifier: MIT
#pragma once
// The CPU backend.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/steps/overrides.hpp>
