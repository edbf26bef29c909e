# SPDX-License-Identifier: Apache-2.0
# What must be the same for every target: language, warnings, include root. The functions of
# this file are the only way a target of the project is made.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(LPU_CCACHE ccache DOC "Compiler cache, used when found")
mark_as_advanced(LPU_CCACHE)
if(LPU_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LPU_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
include(LpuSystemC)

add_library(lpu_options INTERFACE)
target_include_directories(lpu_options INTERFACE ${PROJECT_SOURCE_DIR})
# No contraction: a fused multiply-add rounds once where the modelled machine rounds twice.
target_compile_options(lpu_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off
  $<$<BOOL:${LPU_WARNINGS_ARE_ERRORS}>:-Werror>)
# toml++ 3.3 asserts on some damaged files ("[?") that it goes on to report properly.
target_compile_options(lpu_options INTERFACE "-DTOML_ASSERT(expr)=static_assert(true)")
target_link_libraries(lpu_options INTERFACE fmt::fmt)
if(LPU_SANITIZE)
  target_compile_options(lpu_options INTERFACE
    -fsanitize=${LPU_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(lpu_options INTERFACE -fsanitize=${LPU_SANITIZE})
endif()

if(LPU_WITH_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(LPU_WITH_FUZZERS)
  add_custom_target(fuzzers)
endif()

# lpu_library(<target> SOURCES ... LIBS ... [BLOCKS ...]): a static library seen as lpu::<target>.
# BLOCKS are libraries whose headers only its own sources see: Verilated blocks.
function(lpu_library target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;BLOCKS" ${ARGN})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(lpu::${target} ALIAS ${target})
  target_link_libraries(${target} PUBLIC lpu_options ${ARG_LIBS} PRIVATE ${ARG_BLOCKS})
endfunction()

# lpu_test(<scope> [SYSTEMC] [SLOW] SOURCES ... LIBS ...): <scope> is "<level>.<part>", for example
# unit.tlm.mem; it becomes the ctest prefix, its first word the label. Every TEST runs
# in a process of its own, so each gets a fresh SystemC kernel. SYSTEMC takes the main of
# testbench/support, which makes SystemC warnings failures. SLOW tests are left out of
# sanitizer builds. The target tests_<level> builds all tests of a level.
function(lpu_test scope)
  cmake_parse_arguments(ARG "SYSTEMC;SLOW" "" "SOURCES;LIBS" ${ARGN})
  if(NOT LPU_WITH_TESTS OR (ARG_SLOW AND LPU_SANITIZE))
    return()
  endif()
  string(REPLACE "." "_" target ${scope})
  string(REGEX MATCH "^[a-z]+" level ${scope})
  add_executable(${target} ${ARG_SOURCES})
  target_compile_definitions(${target} PRIVATE LPU_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE lpu_options ${ARG_LIBS} GTest::gtest GTest::gmock)
  # Test code runs once: what -O3 would save is less than what it costs to compile. Sanitizers
  # cost most in what a test expands to, and there -O0 takes 40 % off.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(LPU_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(ARG_SYSTEMC)
    target_link_libraries(${target} PRIVATE testbench_main)
  else()
    target_link_libraries(${target} PRIVATE GTest::gtest_main)
  endif()
  if(LPU_COVERAGE AND level STREQUAL "cosim")
    target_link_libraries(${target} PRIVATE unit_points)
  endif()
  if(NOT TARGET tests_${level})
    add_custom_target(tests_${level})
  endif()
  add_dependencies(tests_${level} ${target})
  gtest_discover_tests(${target} TEST_PREFIX "${scope}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${level} TIMEOUT 600 ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1)
endfunction()

# lpu_fuzz(<name> SOURCES ... LIBS ...): a libFuzzer harness, its seeds in
# testbench/fuzz/seeds/<name>. The preset `fuzz` (clang) builds the fuzzer fuzz_<name>; every
# other build replays the seeds once, as the test fuzz.<name>.
function(lpu_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT LPU_WITH_FUZZERS AND NOT LPU_WITH_TESTS)
    return()
  endif()
  set(target fuzz_${name})
  add_executable(${target} ${ARG_SOURCES})
  target_compile_definitions(${target} PRIVATE LPU_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE lpu_options ${ARG_LIBS})
  if(LPU_WITH_FUZZERS)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${target})
  else()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/testbench/support/fuzz_replay_main.cpp)
    add_test(NAME fuzz.${name}
      COMMAND ${target} ${PROJECT_SOURCE_DIR}/testbench/fuzz/seeds/${name})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()
