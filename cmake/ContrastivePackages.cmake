# SPDX-License-Identifier: MIT
# What other build systems read: a pkg-config file for each target (contrastive for core, contrastive-cpu, …), and CPS files, the
# Common Package Specification, which CMake 4.3 reads. Both find the headers from where they lie.
set(_pc_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
set(_cps_dir "${CMAKE_INSTALL_DATADIR}/contrastive/cps")
file(RELATIVE_PATH _from_pc "/prefix/${_pc_dir}" "/prefix")
string(REGEX REPLACE "/$" "" _from_pc "${_from_pc}")
set(_made "${PROJECT_BINARY_DIR}/packages")

# contrastive_pkg_config(<name> <description> [REQUIRES <packages>] [CFLAGS <flags>] [LIBS <flags>] [VARIABLE <name=value>])
function(contrastive_pkg_config name description)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "REQUIRES;CFLAGS;LIBS;VARIABLE" "")
  string(CONCAT text
    "prefix=\${pcfiledir}/${_from_pc}\n" "includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}\n" "${arg_VARIABLE}\n"
    "Name: ${name}\n" "Description: ${description}\n" "Version: ${PROJECT_VERSION}\n"
    "Requires: ${arg_REQUIRES}\n" "Cflags: ${arg_CFLAGS}\n" "Libs: ${arg_LIBS}\n")
  string(REGEX REPLACE "\n(Requires|Cflags|Libs): (\n(Cflags|Libs): )*\n" "\n" text "${text}") # what is empty
  file(CONFIGURE OUTPUT "${_made}/${name}.pc" CONTENT "${text}" @ONLY)
  install(FILES "${_made}/${name}.pc" DESTINATION "${_pc_dir}" ${contrastive_installed})
endfunction()

contrastive_pkg_config(contrastive "${PROJECT_DESCRIPTION}" REQUIRES zlib
                       CFLAGS "-I\${includedir} -pthread" LIBS -pthread)
contrastive_pkg_config(contrastive-cpu "contrastive's CPU device" REQUIRES "contrastive, eigen3 >= 3.4")
contrastive_pkg_config(contrastive-native "contrastive's CPU device for this kind of machine alone"
                       REQUIRES contrastive-cpu CFLAGS "-march=native -DCONTRASTIVE_NATIVE")
contrastive_pkg_config(contrastive-opencl "contrastive's OpenCL devices; Boost.Compute's headers are looked for as the compiler does"
                       REQUIRES "contrastive, OpenCL")
contrastive_pkg_config(contrastive-thrust "contrastive on Thrust's host systems; --define-variable=cccl=... says where Thrust is"
                       VARIABLE "cccl=/usr/local/cuda/include/cccl\n" REQUIRES contrastive
                       CFLAGS "-isystem \${cccl} -fopenmp" LIBS -fopenmp)
contrastive_pkg_config(contrastive-xtensor "contrastive's view of xtensor's arrays" REQUIRES "contrastive, xtensor >= 0.24")

# The CPS files lie where CMake does not look by itself (contrastive_DIR leads it there): it would prefer them to
# contrastiveConfig.cmake, and 4.4.5 accepts that one unasked where a CPS file lacks a component. zlib, threads and OpenCL
# are named as libraries, since CMake looks for what a CPS file requires by CPS and config files alone. Three targets have no
# CPS: Thrust's headers are found by a module of ours, xtensor's target has no namespace, native is a compiler's flag, which
# CMake 4.4.5 does not read.
set(at @) # configure_file would take CPS's own @prefix@ for a variable
foreach(_file IN ITEMS contrastive contrastive-cpu contrastive-opencl)
  configure_file("packaging/cps/${_file}.cps.in" "${_made}/${_file}.cps" @ONLY)
  install(FILES "${_made}/${_file}.cps" DESTINATION "${_cps_dir}" ${contrastive_installed})
endforeach()
