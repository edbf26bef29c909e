# SPDX-License-Identifier: Apache-2.0
# What must be the same for every target: language, warnings, include root.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)

# Debian ships SystemC without a CMake package and built as C++17; the definition
# lets C++20 link against it.
find_path(SYSTEMC_INCLUDE_DIR systemc REQUIRED)
find_library(SYSTEMC_LIBRARY systemc REQUIRED)
add_library(lpu_systemc INTERFACE)
target_include_directories(lpu_systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIR})
target_link_libraries(lpu_systemc INTERFACE ${SYSTEMC_LIBRARY})
target_compile_definitions(lpu_systemc INTERFACE SC_CPLUSPLUS=201703L)

add_library(lpu_options INTERFACE)
target_include_directories(lpu_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(lpu_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -ffp-contract=off)
target_link_libraries(lpu_options INTERFACE fmt::fmt)

if(LPU_WITH_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# lpu_library(<target> SOURCES ... LIBS ...): a static library seen as lpu::<target>.
function(lpu_library target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(lpu::${target} ALIAS ${target})
  target_link_libraries(${target} PUBLIC lpu_options ${ARG_LIBS})
endfunction()

# lpu_test(<scope> [SYSTEMC] SOURCES ... LIBS ...): <scope> is "<level>.<part>", for example
# unit.tlm.mem; it becomes the ctest prefix, its first word the label. Every TEST runs
# in a process of its own, so each gets a fresh SystemC kernel.
function(lpu_test scope)
  cmake_parse_arguments(ARG "SYSTEMC" "" "SOURCES;LIBS" ${ARGN})
  if(NOT LPU_WITH_TESTS)
    return()
  endif()
  string(REPLACE "." "_" target ${scope})
  string(REGEX MATCH "^[a-z]+" level ${scope})
  add_executable(${target} ${ARG_SOURCES})
  target_compile_definitions(${target} PRIVATE LPU_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(ARG_SYSTEMC)
    target_link_libraries(${target} PRIVATE ${ARG_LIBS} testbench_main GTest::gtest)
  else()
    target_link_libraries(${target} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gtest_main)
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${scope}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${level} TIMEOUT 600 ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1)
endfunction()
