# SPDX-License-Identifier: MIT
# What only contrastive's own build wants: warnings as errors, a compiler cache, figures of each compilation.
set(CMAKE_CXX_EXTENSIONS OFF)
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# measure_compile.sh stands between the cache and the compiler, so it runs only where something is compiled.
find_program(CONTRASTIVE_CCACHE ccache)
mark_as_advanced(CONTRASTIVE_CCACHE)
set(_measure "${PROJECT_SOURCE_DIR}/cmake/measure_compile.sh")
set(_launcher "")
if(CONTRASTIVE_MEASURE_COMPILE)
  list(APPEND _launcher ${CMAKE_COMMAND} -E env "CONTRASTIVE_COMPILE_LOG=${PROJECT_BINARY_DIR}/compile_log.tsv")
  if(CONTRASTIVE_CCACHE)
    list(APPEND _launcher "CCACHE_PREFIX=${_measure}")
  else()
    list(APPEND _launcher "${_measure}")
  endif()
endif()
if(CONTRASTIVE_CCACHE)
  list(APPEND _launcher ${CONTRASTIVE_CCACHE})
endif()
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_launcher})
endif()
