# SPDX-License-Identifier: MIT
# Nothing is lost: a training that is killed at any moment, and one whose calls of the system fail.
if(CONTRASTIVE_PYTHON AND CONTRASTIVE_BUILD_EXAMPLES AND TARGET contrastive::cpu)
  add_executable(contrastive_reliability_trained "${CMAKE_CURRENT_SOURCE_DIR}/reliability/trained.cpp")
  target_link_libraries(contrastive_reliability_trained PRIVATE contrastive::cpu)
  target_compile_options(contrastive_reliability_trained PRIVATE -O1)
  add_test(NAME reliability.kills
    COMMAND "${CONTRASTIVE_PYTHON}" "${CMAKE_CURRENT_SOURCE_DIR}/reliability/kills.py"
            $<TARGET_FILE:contrastive_reliability_trained> --kills $<IF:$<BOOL:${CONTRASTIVE_WIDE_TESTS}>,300,20>)
  set_tests_properties(reliability.kills PROPERTIES LABELS reliability PROCESSORS 2 TIMEOUT 900)

  # a sanitizer's run time wants to be the first that is preloaded
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    add_library(contrastive_reliability_shim MODULE "${CMAKE_CURRENT_SOURCE_DIR}/reliability/failing_calls.cpp")
    target_compile_features(contrastive_reliability_shim PRIVATE cxx_std_20)
    target_link_libraries(contrastive_reliability_shim PRIVATE ${CMAKE_DL_LIBS})
    set(every "")
    if(CONTRASTIVE_WIDE_TESTS)
      set(every --every)
    endif()
    add_test(NAME reliability.failing_calls
      COMMAND "${CONTRASTIVE_PYTHON}" "${CMAKE_CURRENT_SOURCE_DIR}/reliability/failing_calls.py"
              $<TARGET_FILE:contrastive_reliability_trained> $<TARGET_FILE:contrastive_reliability_shim> ${every})
    set_tests_properties(reliability.failing_calls PROPERTIES LABELS reliability PROCESSORS 2 TIMEOUT 3600)
  endif()
endif()
