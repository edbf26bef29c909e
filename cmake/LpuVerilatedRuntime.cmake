# SPDX-License-Identifier: Apache-2.0
# Verilator's own C++ as the library verilated_runtime, once for the whole program: Verilated
# blocks run on it, and the model's signals go through its FST writer, too.
include_guard(GLOBAL)

find_package(verilator 5.006 REQUIRED)
find_package(ZLIB REQUIRED)

add_library(verilated_runtime STATIC
  ${VERILATOR_ROOT}/include/verilated.cpp
  ${VERILATOR_ROOT}/include/verilated_fst_c.cpp
  ${VERILATOR_ROOT}/include/verilated_threads.cpp)
target_include_directories(verilated_runtime SYSTEM PUBLIC
  ${VERILATOR_ROOT}/include ${VERILATOR_ROOT}/include/vltstd)
target_compile_definitions(verilated_runtime PUBLIC VM_TRACE=1 VM_TRACE_FST=1 VM_SC=0)
# What it prints is about broken schedules, so it goes to standard error.
target_compile_options(verilated_runtime PRIVATE "-DVL_PRINTF(...)=fprintf(stderr,__VA_ARGS__)")
if(LPU_COVERAGE)
  target_sources(verilated_runtime PRIVATE ${VERILATOR_ROOT}/include/verilated_cov.cpp)
  target_compile_definitions(verilated_runtime PUBLIC VM_COVERAGE=1 LPU_COVERAGE)
endif()
target_link_libraries(verilated_runtime PUBLIC Threads::Threads ZLIB::ZLIB)
