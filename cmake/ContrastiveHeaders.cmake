# SPDX-License-Identifier: MIT
# The components' targets, the headers that belong to each, and the installed package.
file(GLOB_RECURSE contrastive_core_headers CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/include/contrastive/*.hpp" "${PROJECT_SOURCE_DIR}/include/contrastive/*.inl")

# Takes the headers that match `pattern` out of the core's list into `out`.
function(contrastive_take_headers out pattern)
  set(taken ${contrastive_core_headers})
  list(FILTER taken INCLUDE REGEX "/include/contrastive/(${pattern})")
  list(FILTER contrastive_core_headers EXCLUDE REGEX "/include/contrastive/(${pattern})")
  set(${out} ${taken} PARENT_SCOPE)
  set(contrastive_core_headers ${contrastive_core_headers} PARENT_SCOPE)
endfunction()

contrastive_take_headers(contrastive_cpu_headers "cpu\\.hpp|backend/cpu(/|\\.hpp)|adapt/eigen")
contrastive_take_headers(contrastive_thrust_headers "thrust_host\\.hpp|cuda\\.hpp|backend/thrust")
contrastive_take_headers(contrastive_opencl_headers "opencl\\.hpp|backend/opencl(/|\\.hpp)")
contrastive_take_headers(contrastive_xtensor_headers "adapt/xtensor")

contrastive_component(core LINK Threads::Threads ZLIB::ZLIB HEADERS ${contrastive_core_headers})
contrastive_component(cpu LINK contrastive_core Eigen3::Eigen HEADERS ${contrastive_cpu_headers})

# contrastive::native: the cpu component for this kind of machine only, which compiles faster. The unit's flags decide, so it
# brings -march=native; give your own -march and define CONTRASTIVE_NATIVE for another kind.
add_library(contrastive_native INTERFACE)
set_target_properties(contrastive_native PROPERTIES EXPORT_NAME native)
target_link_libraries(contrastive_native INTERFACE contrastive_cpu)
target_compile_options(contrastive_native INTERFACE -march=native)
target_compile_definitions(contrastive_native INTERFACE CONTRASTIVE_NATIVE)
if("cpu" IN_LIST CONTRASTIVE_COMPONENTS)
  add_library(contrastive::native ALIAS contrastive_native)
endif()
install(TARGETS contrastive_native EXPORT contrastive-cpu-targets)

contrastive_component(thrust LINK contrastive_core contrastive::cccl OpenMP::OpenMP_CXX
                      HEADERS ${contrastive_thrust_headers})
contrastive_component(opencl LINK contrastive_core OpenCL::OpenCL Boost::boost HEADERS ${contrastive_opencl_headers})
contrastive_component(xtensor LINK contrastive_core xtensor HEADERS ${contrastive_xtensor_headers})

include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/contrastiveConfig.cmake.in contrastiveConfig.cmake
                              INSTALL_DESTINATION "${contrastive_package_dir}"
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(contrastiveConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/contrastiveConfig.cmake" "${PROJECT_BINARY_DIR}/contrastiveConfigVersion.cmake"
              cmake/ContrastiveDependencies.cmake cmake/ContrastiveLinks.cmake cmake/FindContrastiveCccl.cmake
        DESTINATION "${contrastive_package_dir}" ${contrastive_installed})
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/contrastive" ${contrastive_installed})
include(ContrastivePackages)

set_property(GLOBAL APPEND PROPERTY contrastive_there ${CONTRASTIVE_COMPONENTS})
if("cpu" IN_LIST CONTRASTIVE_COMPONENTS)
  set_property(GLOBAL APPEND PROPERTY contrastive_there native)
endif()
if(NOT PROJECT_IS_TOP_LEVEL)
  include(ContrastiveLinks)
  contrastive_check_links("set(CONTRASTIVE_COMPONENTS ...) before the folder is added")
endif()
