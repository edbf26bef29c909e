# SPDX-License-Identifier: Apache-2.0
# Verilated blocks as libraries. A block is verilated once a configuration, by a build step of
# its own, so that it can have another compiler, another architecture and other flags than the
# project: its speed depends on all three.

set(LPU_RTL_ARCH "x86-64-v3" CACHE STRING "-march of the Verilated blocks")
set(LPU_RTL_OPTIMIZE "-O3" CACHE STRING "Optimisation of the Verilated blocks")
set(LPU_RTL_CXX "${CMAKE_CXX_COMPILER}" CACHE FILEPATH "Compiler of the Verilated blocks")

include(LpuVerilatedRuntime)
find_program(LPU_MAKE make REQUIRED DOC "make, which runs Verilator's makefiles")
find_program(LPU_YOSYS yosys DOC "Yosys, a second reader of the RTL, used when found")
mark_as_advanced(LPU_MAKE LPU_YOSYS)

# lpu_verilate(<target> [LINT_AS_BUILT] TOP <module> PREFIX <class> SOURCES ...
#   [PARAMS Name=value ...]):
# the C++ class <class> of <module> as the library <target>, with assertions and FST tracing,
# and the test lint.verilator.<module>. SOURCES: every file, packages first; those named *.svh are
# only depended upon. Includes come from their folders and rtl/common, waivers from
# rtl/lint/waivers.vlt. The variable LPU_REPLACE_<module>, or LPU_REPLACE_<target> for one
# configuration of it, names files that take the place of SOURCES (docs/cosim.md). The lint test
# takes the parameters' defaults, or LINT_AS_BUILT those given.
function(lpu_verilate target)
  cmake_parse_arguments(ARG "LINT_AS_BUILT" "TOP;PREFIX" "SOURCES;PARAMS" ${ARGN})
  lpu_note_rtl(${target} "${ARG_TOP}" "${ARG_SOURCES}" "${ARG_PARAMS}")
  foreach(name ${ARG_TOP} ${target})
    if(LPU_REPLACE_${name})
      set(ARG_SOURCES)
      foreach(file ${LPU_REPLACE_${name}})
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
        list(APPEND ARG_SOURCES ${file})
      endforeach()
    endif()
  endforeach()
  set(modules ${ARG_SOURCES})
  list(FILTER modules EXCLUDE REGEX "\\.svh$")
  set(waivers ${PROJECT_SOURCE_DIR}/rtl/lint/waivers.vlt)
  set(params ${ARG_PARAMS})
  list(TRANSFORM params PREPEND -G)
  set(includes ${ARG_SOURCES})
  list(FILTER includes INCLUDE REGEX "\\.svh$")
  list(TRANSFORM includes REPLACE "/[^/]*$" "")
  list(APPEND includes ${PROJECT_SOURCE_DIR}/rtl/common)
  list(REMOVE_DUPLICATES includes)
  list(TRANSFORM includes PREPEND -I)
  set(lint -Wall ${waivers} ${includes} --top-module ${ARG_TOP} ${modules})

  # Blocks of rtl/, not what tests put around them, and not the full size: it has the same lines
  # and ten times the counters.
  set(coverage)
  if(LPU_COVERAGE AND CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/rtl/"
      AND NOT ARG_PARAMS MATCHES "(Superlanes=20|Lanes=320)")
    set(coverage --coverage-line --coverage-toggle)
  endif()

  # Unrolled loops are scalar code: the compiler's vectoriser wants them whole. clang++ leaves half
  # of AVX-512 unused unless told; where there is no AVX-512 the width changes nothing.
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(archive ${dir}/${ARG_PREFIX}__ALL.a)
  file(MAKE_DIRECTORY ${dir})
  set(ENV_ROOT ${CMAKE_COMMAND} -E env VERILATOR_ROOT=${VERILATOR_ROOT})
  add_custom_command(
    OUTPUT ${archive}
    BYPRODUCTS ${dir}/${ARG_PREFIX}.h
    COMMAND ${ENV_ROOT} ${VERILATOR_BIN} --cc --assert --trace-fst -O3 --unroll-count 2
      --x-assign fast --x-initial fast ${coverage} --prefix ${ARG_PREFIX} --Mdir ${dir}
      ${params} ${lint}
    COMMAND ${ENV_ROOT} ${LPU_MAKE} --silent --always-make -C ${dir} -f ${ARG_PREFIX}.mk
      CXX=${LPU_RTL_CXX} OBJCACHE=$<$<BOOL:${LPU_CCACHE}>:${LPU_CCACHE}>
      "OPT_FAST=${LPU_RTL_OPTIMIZE} -march=${LPU_RTL_ARCH} -mprefer-vector-width=512"
      ${ARG_PREFIX}__ALL.a
    DEPENDS ${ARG_SOURCES} ${waivers}
    COMMENT "Verilating ${ARG_PREFIX}"
    VERBATIM)
  add_custom_target(${target}_build DEPENDS ${archive})

  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}_build)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${archive})
  target_include_directories(${target} SYSTEM INTERFACE ${dir})
  target_link_libraries(${target} INTERFACE verilated_runtime)

  if(LPU_WITH_TESTS AND NOT TEST lint.verilator.${ARG_TOP})
    add_test(NAME lint.verilator.${ARG_TOP}
      COMMAND ${ENV_ROOT} ${VERILATOR_BIN} --lint-only --assert ${lint}
        "$<$<BOOL:${ARG_LINT_AS_BUILT}>:${params}>"
      COMMAND_EXPAND_LISTS)
    set_tests_properties(lint.verilator.${ARG_TOP} PROPERTIES LABELS lint TIMEOUT 60)
  endif()
endfunction()

# lpu_note_rtl(<target> <module> <sources> <params>): says in rtl_manifest/<target>.json what was
# verilated, for scripts/synth.sh and scripts/mutants.sh.
function(lpu_note_rtl target top sources params)
  list(JOIN sources "\", \"" sources)
  list(JOIN params "\", \"" params)
  file(WRITE ${PROJECT_BINARY_DIR}/rtl_manifest/${target}.json
    "{\"target\": \"${target}\", \"top\": \"${top}\",\n"
    " \"sources\": [\"${sources}\"],\n \"params\": [\"${params}\"]}\n")
endfunction()
