# SPDX-License-Identifier: MIT
# What is promised of the examples, beside that they run: their length, every bit of what the adapters give, and that the
# programs in the documents compile. (examples/CMakeLists.txt makes a test of each example itself.)
add_test(NAME examples.count_lines
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/examples/count_lines.sh" "${PROJECT_SOURCE_DIR}/examples")
set_tests_properties(examples.count_lines PROPERTIES LABELS examples)

if(CONTRASTIVE_BUILD_EXAMPLES AND TARGET contrastive::cpu)
  file(GLOB documents CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/*.md" "${PROJECT_SOURCE_DIR}/docs/*.md"
       "${PROJECT_SOURCE_DIR}/docs/own/*.md" "${PROJECT_SOURCE_DIR}/docs/methods/*.md")
  # by clang with the library's headers precompiled, where mistakes that must not compile are read so
  set(compile "${CMAKE_CXX_COMPILER} -std=c++20 ${CMAKE_CXX_FLAGS}")
  set(precompiled "")
  if("clang++-19" IN_LIST CONTRASTIVE_COMPILE_FAIL_COMPILERS)
    set(compile "clang++-19 -std=c++20 -include-pch ${CMAKE_CURRENT_BINARY_DIR}/compile_fail/clang++-19.pch")
    set(precompiled precompiled_clang++-19)
  endif()
  add_test(NAME examples.documents
    COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/examples/documents.sh"
            "${compile} @${CMAKE_CURRENT_BINARY_DIR}/compile_fail/cpu.rsp" ${documents})
  set_tests_properties(examples.documents PROPERTIES LABELS examples TIMEOUT 240 FIXTURES_REQUIRED "${precompiled}")

  set(examples_components cpu)
  set(examples_optimization -O1)
  set(examples_processors 2)
  if(TARGET contrastive::xtensor)
    list(APPEND examples_components xtensor)
  endif()
  contrastive_test_executable(examples examples/adapters_test.cpp)
  target_compile_definitions(contrastive_tests_examples PRIVATE
    $<$<TARGET_EXISTS:contrastive::xtensor>:CONTRASTIVE_TEST_WITH_XTENSOR>)
  contrastive_test(examples.adapters examples COMMAND contrastive_tests_examples)
endif()

# The quick start's parts, and its page in a browser (skipped where there is none).
set(quickstart_components core)
set(quickstart_optimization -O2)
set(quickstart_processors 1)
find_package(PNG REQUIRED)
contrastive_test_executable(quickstart examples/quickstart_test.cpp "${PROJECT_SOURCE_DIR}/examples/quickstart/report.cpp")
target_link_libraries(contrastive_tests_quickstart PRIVATE PNG::PNG)
contrastive_test(examples.quickstart_parts quickstart COMMAND contrastive_tests_quickstart)
set(page "${CMAKE_CURRENT_BINARY_DIR}/report")
set_tests_properties(examples.quickstart_parts PROPERTIES LABELS examples FIXTURES_SETUP report_page
                     ENVIRONMENT_MODIFICATION "CONTRASTIVE_REPORT=set:${page}.html")
add_test(NAME examples.report_in_browser
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/examples/open_report.sh" "${page}.html" "${page}.png")
set_tests_properties(examples.report_in_browser PROPERTIES LABELS examples FIXTURES_REQUIRED report_page
                     SKIP_RETURN_CODE 77 TIMEOUT 200)
