# SPDX-License-Identifier: MIT
# Nothing is lost: a training that is killed at any moment, and one whose calls of the system fail. Of the long run: each of
# these by every method, fuzzers of every reader, and large things.
option(CONTRASTIVE_EVERY_FAULT "Every method is killed and has failing calls, often" OFF)
option(CONTRASTIVE_FUZZ "Fuzzers of readers and command lines, by clang's libFuzzer" OFF)
option(CONTRASTIVE_LARGE_TESTS "More than 2^31 numbers, 200,000 rows, images of 4096 x 4096: 14 GB of memory" OFF)
set(reliability "${CMAKE_CURRENT_SOURCE_DIR}/reliability")

if(CONTRASTIVE_PYTHON AND CONTRASTIVE_BUILD_EXAMPLES AND TARGET contrastive::cpu)
  add_executable(contrastive_reliability_trained "${reliability}/trained.cpp")
  target_link_libraries(contrastive_reliability_trained PRIVATE contrastive::cpu)
  target_compile_options(contrastive_reliability_trained PRIVATE -O1)
  target_compile_definitions(contrastive_reliability_trained PRIVATE
    $<$<BOOL:${CONTRASTIVE_EVERY_FAULT}>:CONTRASTIVE_EVERY_METHOD>)
  add_test(NAME reliability.kills
    COMMAND "${CONTRASTIVE_PYTHON}" "${reliability}/kills.py"
            $<TARGET_FILE:contrastive_reliability_trained> --kills $<IF:$<BOOL:${CONTRASTIVE_EVERY_FAULT}>,300,20>)
  set_tests_properties(reliability.kills PROPERTIES LABELS reliability PROCESSORS 2 TIMEOUT 1800)

  # a sanitizer's run time wants to be the first that is preloaded
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    add_library(contrastive_reliability_shim MODULE "${reliability}/failing_calls.cpp")
    target_compile_features(contrastive_reliability_shim PRIVATE cxx_std_20)
    target_link_libraries(contrastive_reliability_shim PRIVATE ${CMAKE_DL_LIBS})
    set(every "")
    if(CONTRASTIVE_EVERY_FAULT)
      set(every --every)
    endif()
    add_test(NAME reliability.failing_calls
      COMMAND "${CONTRASTIVE_PYTHON}" "${reliability}/failing_calls.py"
              $<TARGET_FILE:contrastive_reliability_trained> $<TARGET_FILE:contrastive_reliability_shim> ${every})
    set_tests_properties(reliability.failing_calls PROPERTIES LABELS reliability PROCESSORS 2 TIMEOUT 7200)
  endif()
endif()

if(CONTRASTIVE_FUZZ)
  find_package(CLI11 CONFIG REQUIRED)
  add_custom_target(contrastive_fuzz)
  file(GLOB sources CONFIGURE_DEPENDS "${reliability}/fuzz/*.cpp")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    set(target contrastive_fuzz_${name})
    add_executable(${target} EXCLUDE_FROM_ALL ${source})
    add_dependencies(contrastive_fuzz ${target})
    target_link_libraries(${target} PRIVATE contrastive::core CLI11::CLI11 PNG::PNG)
    set(sanitizers -fsanitize=fuzzer,address,undefined,float-cast-overflow -fno-sanitize-recover=all)
    target_compile_options(${target} PRIVATE ${sanitizers})
    target_link_options(${target} PRIVATE ${sanitizers})
    add_test(NAME fuzz.${name} COMMAND "${reliability}/fuzz.sh" $<TARGET_FILE:${target}> "${reliability}/corpus/${name}"
                                       "${CMAKE_CURRENT_BINARY_DIR}/fuzz/${name}")
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 100000)
  endforeach()
endif()

if(CONTRASTIVE_LARGE_TESTS AND TARGET contrastive::cpu)
  set(large_components cpu)
  set(large_optimization -O2)
  set(large_processors 2)
  contrastive_test_executable(large "${reliability}/large.cpp")
  contrastive_test(large.numbers large COMMAND contrastive_tests_large -d yes)
  set_tests_properties(large.numbers PROPERTIES TIMEOUT 7200)
endif()
