# SPDX-License-Identifier: MIT
# Finds the CCCL headers (Thrust and libcu++ 3.0 or newer) of a CUDA toolkit or of the Python wheel nvidia-cuda-cccl.
# No CUDA compiler is needed. Makes the target contrastive::cccl.

set(CONTRASTIVE_CCCL_ROOT "" CACHE PATH "A CUDA toolkit, or a wheel's nvidia/cu13, where include/cccl lies")
find_path(ContrastiveCccl_INCLUDE_DIR thrust/version.h
  HINTS ${CONTRASTIVE_CCCL_ROOT} ${CUDAToolkit_ROOT} $ENV{CUDAToolkit_ROOT} $ENV{CUDA_PATH} $ENV{CUDA_HOME}
  PATHS /usr/local/cuda /opt/cuda
  PATH_SUFFIXES include/cccl nvidia/cu13/include/cccl include)
mark_as_advanced(ContrastiveCccl_INCLUDE_DIR)

if(ContrastiveCccl_INCLUDE_DIR)
  file(STRINGS "${ContrastiveCccl_INCLUDE_DIR}/thrust/version.h" _version REGEX "#define THRUST_VERSION [0-9]+")
  string(REGEX MATCH "[0-9]+" _version "${_version}")
  math(EXPR _major "${_version} / 100000")
  math(EXPR _minor "${_version} / 100 % 1000")
  math(EXPR _patch "${_version} % 100")
  set(ContrastiveCccl_VERSION "${_major}.${_minor}.${_patch}")
endif()

include(FindPackageHandleStandardArgs)
set(ContrastiveCccl_FIND_VERSION 3.0)
set(ContrastiveCccl_FIND_VERSION_COUNT 2)
find_package_handle_standard_args(ContrastiveCccl REQUIRED_VARS ContrastiveCccl_INCLUDE_DIR
                                  VERSION_VAR ContrastiveCccl_VERSION)

if(ContrastiveCccl_FOUND AND NOT TARGET contrastive::cccl)
  add_library(contrastive::cccl INTERFACE IMPORTED GLOBAL)
  target_include_directories(contrastive::cccl SYSTEM INTERFACE "${ContrastiveCccl_INCLUDE_DIR}")
endif()
