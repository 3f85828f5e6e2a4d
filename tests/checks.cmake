# SPDX-License-Identifier: MIT
# Checks of the sources themselves.
find_program(CONTRASTIVE_CLANG_FORMAT clang-format-19)
mark_as_advanced(CONTRASTIVE_CLANG_FORMAT)
if(CONTRASTIVE_CLANG_FORMAT)
  add_test(NAME style.format
    COMMAND "${PROJECT_SOURCE_DIR}/tools/check_format.sh" "${CONTRASTIVE_CLANG_FORMAT}")
  set_tests_properties(style.format PROPERTIES LABELS style)
endif()
if(CONTRASTIVE_MEASURE_COMPILE)
  add_test(NAME compile_time.gate
    COMMAND "${PROJECT_SOURCE_DIR}/tools/compile_report.sh" "${PROJECT_BINARY_DIR}/compile_log.tsv")
  set_tests_properties(compile_time.gate PROPERTIES LABELS compile_time)
endif()
