# SPDX-License-Identifier: MIT
# Components: which dependencies are looked for, and contrastive_component(), which makes and installs one target.
include(ContrastiveDependencies)
include(GNUInstallDirs)

set(contrastive_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/contrastive")

# How each thing is installed: as component `contrastive`. A guest too has these rules, so that what it exports may link
# contrastive, but they wait to be asked for.
set(contrastive_installed COMPONENT contrastive)
if(NOT CONTRASTIVE_INSTALL)
  list(APPEND contrastive_installed EXCLUDE_FROM_ALL)
endif()

# At top level the backends of what is built say which components are needed; whoever adds this folder says it with this list.
set(_default core cpu)
if(PROJECT_IS_TOP_LEVEL AND NOT CONTRASTIVE_BUILD_TESTS AND NOT CONTRASTIVE_BUILD_EXAMPLES
   AND NOT CONTRASTIVE_BUILD_BENCHMARKS)
  set(_default core)
elseif(PROJECT_IS_TOP_LEVEL)
  set(_default core xtensor)
  foreach(_backend IN LISTS CONTRASTIVE_BACKENDS)
    if(_backend MATCHES "^thrust_(cpp|omp)$")
      list(APPEND _default thrust)
    elseif(_backend MATCHES "^(cpu|opencl)$")
      list(APPEND _default ${_backend})
    elseif(NOT _backend STREQUAL "reference")
      message(FATAL_ERROR "CONTRASTIVE_BACKENDS names '${_backend}'; "
                          "there are: reference, cpu, thrust_cpp, thrust_omp, opencl")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES _default)
endif()
set(CONTRASTIVE_COMPONENTS "${_default}" CACHE STRING "Components to build with: core, cpu, thrust, opencl, xtensor")

list(PREPEND CONTRASTIVE_COMPONENTS core)
list(TRANSFORM CONTRASTIVE_COMPONENTS REPLACE "^native$" cpu) # a target of that component
list(REMOVE_DUPLICATES CONTRASTIVE_COMPONENTS)

foreach(_component IN LISTS CONTRASTIVE_COMPONENTS)
  contrastive_find_dependencies(${_component})
  if(contrastive_${_component}_MISSING)
    set(_way "Name what you use with -DCONTRASTIVE_COMPONENTS=\"core;...\"")
    if(PROJECT_IS_TOP_LEVEL)
      set(_way "-DBUILD_TESTING=OFF is enough to install the headers of every component; to build tests and examples "
               "without it name the others, -DCONTRASTIVE_COMPONENTS=\"core;...\" and -DCONTRASTIVE_BACKENDS=\"reference;...\"")
    endif()
    string(CONCAT _way ${_way})
    message(FATAL_ERROR "contrastive's component ${_component} needs ${contrastive_${_component}_MISSING}.\n${_way}.")
  endif()
endforeach()

# contrastive_first_included(<out> <headers...>): those of the headers that another of them includes before anything else. They
# are compiled alone whenever that one is, so only the long run does it once more.
function(contrastive_first_included out)
  set(found "")
  foreach(header IN LISTS ARGN)
    file(STRINGS "${header}" first REGEX "^#(include|define|if)" LIMIT_COUNT 1)
    if(first MATCHES "^#include <(contrastive/.+)>")
      list(APPEND found "${PROJECT_SOURCE_DIR}/include/${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(elsewhere ${found})
  list(REMOVE_ITEM elsewhere ${ARGN})
  list(REMOVE_ITEM found "" ${elsewhere})
  list(REMOVE_DUPLICATES found)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# contrastive_component(<name> LINK <targets...> HEADERS <files...>): the interface target contrastive::<name>, exported
# in a file of its own. Every component is installed, since a link is only a name; it is usable here (has its alias) only
# where its dependencies were looked for.
function(contrastive_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;HEADERS")
  set(target contrastive_${name})
  add_library(${target} INTERFACE)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_link_libraries(${target} INTERFACE ${arg_LINK})
  # *.inl files are parts of a header: installed, but not compiled alone.
  set(parts ${arg_HEADERS})
  list(FILTER parts INCLUDE REGEX "\\.inl$")
  list(REMOVE_ITEM arg_HEADERS ${parts})
  if(PROJECT_IS_TOP_LEVEL AND NOT CONTRASTIVE_WIDE_TESTS)
    contrastive_first_included(included ${arg_HEADERS})
    list(REMOVE_ITEM arg_HEADERS "" ${included})
    list(APPEND parts ${included})
  endif()
  set(include "${PROJECT_SOURCE_DIR}/include")
  target_sources(${target} INTERFACE FILE_SET HEADERS BASE_DIRS "${include}" FILES ${arg_HEADERS}
                 FILE_SET parts TYPE HEADERS BASE_DIRS "${include}" FILES ${parts})
  if(name IN_LIST CONTRASTIVE_COMPONENTS)
    add_library(contrastive::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL}
                          INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
  endif()
  # after target_sources: CMake 3.25 does not look at file sets added later
  install(TARGETS ${target} EXPORT contrastive-${name}-targets
          FILE_SET HEADERS ${contrastive_installed} FILE_SET parts ${contrastive_installed})
  install(EXPORT contrastive-${name}-targets NAMESPACE contrastive:: DESTINATION "${contrastive_package_dir}"
          ${contrastive_installed})
endfunction()
