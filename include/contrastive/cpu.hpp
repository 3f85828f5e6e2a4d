// SPDX-License-Identifier: MIT
#pragma once
// The CPU backend.
#include <contrastive/backend/cpu/device.hpp>
#include <contrastive/backend/cpu/overrides.hpp>
#include <contrastive/backend/cpu/view_pass.hpp>
