# SPDX-License-Identifier: Apache-2.0
# One target, lpu_systemc, for SystemC as Debian ships it: no CMake package, and a library
# built as C++17 that carries its language level in a symbol. The definition lets C++20 link
# against it.

find_path(SYSTEMC_INCLUDE_DIR systemc DOC "Folder of the SystemC headers")
find_library(SYSTEMC_LIBRARY systemc DOC "The SystemC library")
if(NOT SYSTEMC_INCLUDE_DIR OR NOT SYSTEMC_LIBRARY)
  message(FATAL_ERROR
    "SystemC not found: install libsystemc-dev, or run scripts/install_packages.sh")
endif()
mark_as_advanced(SYSTEMC_INCLUDE_DIR SYSTEMC_LIBRARY)

add_library(lpu_systemc INTERFACE)
target_include_directories(lpu_systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIR})
target_link_libraries(lpu_systemc INTERFACE ${SYSTEMC_LIBRARY})
target_compile_definitions(lpu_systemc INTERFACE SC_CPLUSPLUS=201703L)

# Without this a SystemC built for another language level fails much later, in the linker.
try_compile(LPU_SYSTEMC_LINKS
  ${CMAKE_BINARY_DIR}/try_systemc SOURCES ${CMAKE_CURRENT_LIST_DIR}/try_systemc.cpp
  CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${SYSTEMC_INCLUDE_DIR}"
  COMPILE_DEFINITIONS -DSC_CPLUSPLUS=201703L
  LINK_LIBRARIES ${SYSTEMC_LIBRARY}
  CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
if(NOT LPU_SYSTEMC_LINKS)
  message(FATAL_ERROR
    "${SYSTEMC_LIBRARY} does not link with SC_CPLUSPLUS=201703L: it was built for another C++ "
    "standard than Debian's libsystemc-dev (C++17); rebuild SystemC with -std=c++17")
endif()
