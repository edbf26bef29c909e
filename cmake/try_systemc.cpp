// SPDX-License-Identifier: Apache-2.0
// Compiled at configure time only: does this SystemC link for the language level we ask for?
#include <systemc>

int sc_main(int, char**) { return sc_core::sc_delta_count() == 0 ? 0 : 1; }
