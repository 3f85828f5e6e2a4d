# SPDX-License-Identifier: MIT
include(CMakeFindDependencyMacro)
find_dependency(contrastive CONFIG COMPONENTS core)
include("${CMAKE_CURRENT_LIST_DIR}/guest-targets.cmake")
