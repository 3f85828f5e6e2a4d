# SPDX-License-Identifier: MIT
# Checks of the sources themselves.
find_program(CONTRASTIVE_CLANG_FORMAT clang-format-19)
mark_as_advanced(CONTRASTIVE_CLANG_FORMAT)
if(CONTRASTIVE_CLANG_FORMAT)
  add_test(NAME style.format
    COMMAND "${PROJECT_SOURCE_DIR}/tools/check_format.sh" "${CONTRASTIVE_CLANG_FORMAT}")
  set_tests_properties(style.format PROPERTIES LABELS style)
endif()

# Rooms stand on floors: no include runs upwards. A name at contrastive:: has its ///. One version everywhere.
find_program(CONTRASTIVE_PYTHON python3)
mark_as_advanced(CONTRASTIVE_PYTHON)
if(CONTRASTIVE_PYTHON)
  add_test(NAME style.rooms COMMAND "${CONTRASTIVE_PYTHON}" tools/rooms.py --check docs/rooms.svg)
  add_test(NAME style.names COMMAND "${CONTRASTIVE_PYTHON}" tools/names.py)
  add_test(NAME style.versions COMMAND "${CONTRASTIVE_PYTHON}" tools/versions.py)
  set_tests_properties(style.rooms style.names style.versions PROPERTIES LABELS style WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endif()

# Where there is a CUDA compiler the Thrust backend is compiled with it too; no GPU is needed for that.
find_program(CONTRASTIVE_NVCC nvcc HINTS /usr/local/cuda/bin)
mark_as_advanced(CONTRASTIVE_NVCC)
file(GLOB sources CONFIGURE_DEPENDS nvcc/*.cu)
if(CONTRASTIVE_NVCC AND "thrust" IN_LIST CONTRASTIVE_COMPONENTS)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_test(NAME nvcc.${name}
      COMMAND "${CONTRASTIVE_NVCC}" -std=c++20 -O1 --expt-relaxed-constexpr -Xcompiler -fopenmp
              -I "${PROJECT_SOURCE_DIR}/include" -c ${source} -o "${CMAKE_CURRENT_BINARY_DIR}/${name}.cu.o")
    set_tests_properties(nvcc.${name} PROPERTIES LABELS nvcc TIMEOUT 300)
  endforeach()
  # without the flag its kernels would be empty: no source may get that far
  add_test(NAME nvcc.without_its_flag
    COMMAND "${CONTRASTIVE_NVCC}" -std=c++20 -E -I "${PROJECT_SOURCE_DIR}/include"
            "${CMAKE_CURRENT_SOURCE_DIR}/nvcc/thrust_systems.cu" -o "${CMAKE_CURRENT_BINARY_DIR}/without_its_flag.ii")
  set_tests_properties(nvcc.without_its_flag PROPERTIES LABELS nvcc TIMEOUT 300
                       PASS_REGULAR_EXPRESSION "error.*kernels would be empty: compile with nvcc's flag --expt-relaxed-constexpr")
endif()

# compile/*.cpp are what a user compiles, built to be measured only.
if(CONTRASTIVE_MEASURE_COMPILE AND "cpu" IN_LIST CONTRASTIVE_COMPONENTS)
  file(GLOB sources CONFIGURE_DEPENDS compile/*.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_library(contrastive_compile_${name} OBJECT ${source})
    target_link_libraries(contrastive_compile_${name} PRIVATE contrastive::cpu)
    target_compile_definitions(contrastive_compile_${name} PRIVATE HEADER=<contrastive/cpu.hpp> DEVICE=cpu)
  endforeach()
endif()
if(CONTRASTIVE_MEASURE_COMPILE)
  add_test(NAME compile_time.gate
    COMMAND "${PROJECT_SOURCE_DIR}/tools/compile_report.sh" "${PROJECT_BINARY_DIR}/compile_log.tsv" --again)
  set_tests_properties(compile_time.gate PROPERTIES LABELS compile_time RUN_SERIAL TRUE)
endif()
