# SPDX-License-Identifier: MIT
# Whoever links a component that was not loaded is told its name and where to ask for it, in place of CMake's "target not found".
include_guard(GLOBAL)

# contrastive_check_links(<place>): once, when the whole project is read. `place` is where components are asked for.
function(contrastive_check_links place)
  get_property(waits GLOBAL PROPERTY contrastive_place SET)
  set_property(GLOBAL PROPERTY contrastive_place "${place}")
  if(NOT waits)
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _contrastive_check_folder "${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

function(_contrastive_check_folder folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER targets EXCLUDE REGEX "^contrastive_") # the components themselves, with or without their dependencies
  foreach(target IN LISTS targets)
    get_target_property(private ${target} LINK_LIBRARIES)
    get_target_property(public ${target} INTERFACE_LINK_LIBRARIES)
    foreach(link IN LISTS private public)
      _contrastive_check_link(${target} "${link}")
    endforeach()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    _contrastive_check_folder("${below}")
  endforeach()
endfunction()

# A component counts as there once any folder has loaded it: what it is to another folder is CMake's to say.
function(_contrastive_check_link target link)
  if(TARGET "${link}" OR NOT "${link}" MATCHES "^contrastive(::([a-z]+))?$")
    return()
  endif()
  set(component "${CMAKE_MATCH_2}")
  get_property(there GLOBAL PROPERTY contrastive_there)
  if(component MATCHES "^(core|cpu|native|thrust|opencl|xtensor)$")
    if(NOT component IN_LIST there)
      get_property(place GLOBAL PROPERTY contrastive_place)
      message(FATAL_ERROR "target '${target}' links ${link}, but component ${component} was not asked for: "
                          "name it in ${place}")
    endif()
  else()
    message(FATAL_ERROR "target '${target}' links ${link}, which is no target: "
                        "there are contrastive::core, cpu, native, thrust, opencl and xtensor")
  endif()
endfunction()
