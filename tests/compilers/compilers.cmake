# SPDX-License-Identifier: MIT
# A small training as a user's compiler sees it: under every warning that the headers are free of, by g++ at -O3, and for ARM.
if(NOT TARGET contrastive::cpu OR CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  return()
endif()
add_library(contrastive_compilers_cpu OBJECT compilers/cpu.cpp)
target_link_libraries(contrastive_compilers_cpu PRIVATE contrastive::native)
target_compile_options(contrastive_compilers_cpu PRIVATE ${CONTRASTIVE_USERS_WARNINGS}
                                                         $<IF:$<CXX_COMPILER_ID:GNU>,-O3,-O0>) # clang warns the same at -O0
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  return()
endif()

# ARM: Debian's cross compiler, g++-aarch64-linux-gnu; where it is missing, the test fails. In the long run the program is made
# and qemu-user runs it: its losses are those of this machine's reference.
get_directory_property(flags COMPILE_OPTIONS)
get_target_property(eigen Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM eigen PREPEND -isystem)
set(aarch64 aarch64-linux-gnu-g++ -std=c++20 ${flags} ${CONTRASTIVE_USERS_WARNINGS}
    -I "${PROJECT_SOURCE_DIR}/include" -I "${CMAKE_CURRENT_SOURCE_DIR}" ${eigen})
set(sources "${CMAKE_CURRENT_SOURCE_DIR}/compilers/training.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/compilers/cpu.cpp")
if(NOT CONTRASTIVE_WIDE_TESTS)
  add_test(NAME aarch64.compiles COMMAND ${aarch64} -fsyntax-only ${sources})
  set_tests_properties(aarch64.compiles PROPERTIES LABELS style TIMEOUT 300)
  return()
endif()
add_executable(contrastive_compilers_training compilers/training.cpp)
target_link_libraries(contrastive_compilers_training PRIVATE contrastive::core contrastive_compilers_cpu)
target_include_directories(contrastive_compilers_training PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
set(folder "${CMAKE_CURRENT_BINARY_DIR}")
add_test(NAME aarch64.compiles COMMAND ${aarch64} -O1 -static -o ${folder}/aarch64_training ${sources})
add_test(NAME aarch64.oracle COMMAND contrastive_compilers_training write ${folder}/aarch64_losses.txt)
add_test(NAME aarch64.trains COMMAND qemu-aarch64 ${folder}/aarch64_training compare ${folder}/aarch64_losses.txt)
set_tests_properties(aarch64.compiles aarch64.oracle PROPERTIES FIXTURES_SETUP aarch64_program)
set_tests_properties(aarch64.trains PROPERTIES FIXTURES_REQUIRED aarch64_program)
set_tests_properties(aarch64.compiles aarch64.oracle aarch64.trains PROPERTIES LABELS style TIMEOUT 600)
