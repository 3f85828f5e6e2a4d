# SPDX-License-Identifier: MIT
# Runs the port's portfile as vcpkg does, with stand-ins for vcpkg's functions that do what the port relies on:
# cmake -DSOURCE=<repository> -DWORK=<folder> -DFORBIDDEN=<packages,...> -P vcpkg.cmake. Leaves ${WORK}/packages.
cmake_minimum_required(VERSION 3.25...3.31)
set(PORT contrastive)
set(CURRENT_PORT_DIR "${SOURCE}/packaging/vcpkg/contrastive")
set(CURRENT_PACKAGES_DIR "${WORK}/packages")
file(REMOVE_RECURSE "${WORK}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${text}")
  endif()
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  string(REPLACE "," ";" FORBIDDEN "${FORBIDDEN}")
  list(TRANSFORM FORBIDDEN REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON")
  run(${CMAKE_COMMAND} -S "${arg_SOURCE_PATH}" -B "${WORK}/build" "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}"
      ${FORBIDDEN} ${arg_OPTIONS})
endfunction()

function(vcpkg_cmake_install)
  run(${CMAKE_COMMAND} --install "${WORK}/build")
endfunction()

# share/cmake/contrastive becomes share/contrastive, one folder nearer to the prefix.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "CONFIG_PATH" "")
  set(to "${CURRENT_PACKAGES_DIR}/share/${PORT}")
  file(GLOB files "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}/*")
  file(COPY ${files} DESTINATION "${to}")
  file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}")
  file(GLOB files "${to}/*.cmake")
  set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(REPLACE "${up}${up}${up}" "${up}${up}" text "${text}")
    string(REPLACE "\${CMAKE_CURRENT_LIST_DIR}/../../../" "\${CMAKE_CURRENT_LIST_DIR}/../../" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  file(COPY_FILE "${arg_FILE_LIST}" "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright")
endfunction()

include("${CURRENT_PORT_DIR}/portfile.cmake")

# What vcpkg refuses after the build: config files or licences elsewhere, empty folders, absolute paths.
foreach(wanted IN ITEMS copyright usage contrastiveConfig.cmake contrastiveConfigVersion.cmake)
  if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/share/${PORT}/${wanted}")
    message(FATAL_ERROR "the port does not install share/${PORT}/${wanted}")
  endif()
endforeach()
file(GLOB shared RELATIVE "${CURRENT_PACKAGES_DIR}/share" "${CURRENT_PACKAGES_DIR}/share/*")
if(NOT shared STREQUAL "contrastive;pkgconfig")
  message(FATAL_ERROR "the port leaves in share/: ${shared}")
endif()
file(GLOB_RECURSE installed "${CURRENT_PACKAGES_DIR}/share/*")
foreach(file IN LISTS installed)
  file(READ "${file}" text)
  string(FIND "${text}" "${WORK}" position)
  if(NOT position EQUAL -1)
    message(FATAL_ERROR "${file} names the folder that it was made in")
  endif()
endforeach()
