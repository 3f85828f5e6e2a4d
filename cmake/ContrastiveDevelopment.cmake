# SPDX-License-Identifier: MIT
# What only contrastive's own build wants: warnings as errors, a compiler cache, figures of each compilation.
set(CMAKE_CXX_EXTENSIONS OFF)
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Werror)

# Of these the headers are free too, the tests are not: for the units that hold them to it.
set(CONTRASTIVE_USERS_WARNINGS -Wsign-conversion -Wfloat-equal -Wdouble-promotion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND CONTRASTIVE_USERS_WARNINGS -Wuseless-cast)
endif()

# The launcher: ccache, with measure_compile.sh between it and the compiler, so that only real compilations are measured.
# CCACHE_DEPEND spares the preprocessor's extra run.
find_program(CONTRASTIVE_CCACHE ccache)
mark_as_advanced(CONTRASTIVE_CCACHE)
set(_environment CCACHE_DEPEND=1)
set(_measure "")
if(CONTRASTIVE_MEASURE_COMPILE)
  set(_measure "${PROJECT_SOURCE_DIR}/cmake/measure_compile.sh")
  list(APPEND _environment "CONTRASTIVE_COMPILE_LOG=${PROJECT_BINARY_DIR}/compile_log.tsv")
  if(CONTRASTIVE_CCACHE)
    list(APPEND _environment "CCACHE_PREFIX=${_measure}")
    set(_measure "")
  endif()
endif()
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER AND (CONTRASTIVE_CCACHE OR CONTRASTIVE_MEASURE_COMPILE))
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${_environment})
  if(CONTRASTIVE_CCACHE)
    list(APPEND CMAKE_CXX_COMPILER_LAUNCHER ${CONTRASTIVE_CCACHE})
  else()
    list(APPEND CMAKE_CXX_COMPILER_LAUNCHER ${_measure})
  endif()
endif()
