// SPDX-License-Identifier: MIT
#pragma once
// OpenCL devices: `opencl`.
#include <contrastive/backend/opencl/opencl.hpp>
