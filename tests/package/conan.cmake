# SPDX-License-Identifier: MIT
# conan create with every option and without a network, in a cache of its own, and what the recipe refuses:
# cmake -DSOURCE=<repository> -DWORK=<folder> -DTOOLS=<folder of conan> -P conan.cmake
set(conan "${TOOLS}/conan")
set(profile -pr:a "${SOURCE}/packaging/conan/debian.profile")
file(REMOVE_RECURSE "${WORK}")
set(ENV{CONAN_HOME} "${WORK}/home")

if(NOT EXISTS "${conan}")
  message(FATAL_ERROR "there is no ${conan}: tools/packaging_tools.sh build/packaging_tools installs it")
endif()
execute_process(
  COMMAND "${conan}" create "${SOURCE}" -nr ${profile} -o "&:opencl=True" -o "&:thrust=True" -o "&:xtensor=True"
          -c "tools.build:cxxflags=['-O0']" -c "tools.cmake.cmake_layout:test_folder=${WORK}/test"
  RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
message("${text}")
if(NOT code EQUAL 0 OR NOT text MATCHES "contrastive [0-9.]+: loss")
  message(FATAL_ERROR "conan create failed")
endif()

# The recipe must call a package of these settings invalid and say `sentence`.
function(expect_refusal sentence)
  execute_process(COMMAND "${conan}" graph info "${SOURCE}" -nr ${profile} ${ARGN}
                  OUTPUT_VARIABLE text ERROR_VARIABLE text)
  string(FIND "${text}" "info_invalid: ${sentence}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "expected Conan to say '${sentence}', got:\n${text}")
  endif()
endfunction()
expect_refusal("contrastive needs GCC 12 or Clang 16 or newer, not gcc 11" -s compiler.version=11)
expect_refusal("Current cppstd (17) is lower than the required C++ standard (20)" -s compiler.cppstd=17)
