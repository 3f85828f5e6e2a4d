# SPDX-License-Identifier: MIT
# cmake -DCOMPILER= -DSOURCE= -DFLAGS_DIR= [-DPRECOMPILED=] -P check.cmake: SOURCE must be refused, its sentence standing
# in the first error.
file(READ "${SOURCE}" text)
if(NOT text MATCHES "// expect: ([^\n]+)")
  message(FATAL_ERROR "${SOURCE} has no line '// expect: <sentence>'")
endif()
set(sentence "${CMAKE_MATCH_1}")
set(component core)
if(text MATCHES "// component: ([a-z]+)")
  set(component "${CMAKE_MATCH_1}")
endif()
set(flags "")
if(text MATCHES "// flags: ([^\n]+)")
  separate_arguments(flags UNIX_COMMAND "${CMAKE_MATCH_1}")
elseif(PRECOMPILED AND text MATCHES "^(//[^\n]*\n)+#include <contrastive/") # where nothing stands before the headers
  set(flags -include-pch "${PRECOMPILED}")
endif()

function(compile result diagnostics)
  execute_process(COMMAND "${COMPILER}" -std=c++20 -fsyntax-only ${flags} ${ARGN} "@${FLAGS_DIR}/${component}.rsp" "${SOURCE}"
                  RESULT_VARIABLE code ERROR_VARIABLE errors OUTPUT_QUIET)
  set(${result} ${code} PARENT_SCOPE)
  set(${diagnostics} "${errors}" PARENT_SCOPE)
endfunction()

compile(code errors)
if(code EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiled; expected: ${sentence}")
endif()
# Up to the end of the first error's line, without the line breaks that would make a list of it.
string(REGEX MATCH "error: [^\n]*" first "${errors}")
string(FIND "${first}" "${sentence}" position)
if(position EQUAL -1)
  message(FATAL_ERROR "the first error should say\n  ${sentence}\nbut is\n  ${first}\nof\n${errors}")
endif()

string(REGEX MATCHALL "error: " all "${errors}")
list(LENGTH all count)
message(STATUS "refused, with ${count} error(s), the first: ${sentence}")

if(text MATCHES "CONTRASTIVE_CORRECTED")
  compile(code errors -DCONTRASTIVE_CORRECTED)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${SOURCE} with -DCONTRASTIVE_CORRECTED should compile:\n${errors}")
  endif()
endif()
