// SPDX-License-Identifier: Apache-2.0
// One memory slice in a testbench of your own: 64 bytes are written and read back through its
// socket, first as they are, then with one wrong bit in the SRAM, then with two.
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <systemc>
#include <tlm>

#include "tlm/mem/mem_slice_module.h"

namespace {

constexpr unsigned kBytes = 64;
using Data = std::array<std::uint8_t, kBytes>;

struct Testbench : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Testbench> tx{"tx"};

  explicit Testbench(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {}

  tlm::tlm_response_status access(tlm::tlm_command command, Data& data) {
    tlm::tlm_generic_payload trans;
    trans.set_command(command);
    trans.set_address(3 * 320);  // row 3
    trans.set_data_ptr(data.data());
    trans.set_data_length(kBytes);
    trans.set_streaming_width(kBytes);
    sc_core::sc_time delay;
    tx->b_transport(trans, delay);
    return trans.get_response_status();
  }
};

}  // namespace

int sc_main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: mem_slice_alone CHIP.toml\n";
    return 2;
  }
  sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
  Testbench testbench("testbench");
  lpu::tlm::MemSliceModule slice("slice", {.spec = lpu::isa::read_chip_spec(argv[1])});
  testbench.tx.bind(slice.rx);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);

  Data sent;
  std::fill(sent.begin(), sent.end(), std::uint8_t{0x5a});
  Data got{};
  testbench.access(tlm::TLM_WRITE_COMMAND, sent);
  testbench.access(tlm::TLM_READ_COMMAND, got);
  std::cout << "clean: " << (got == sent ? "the same bytes" : "other bytes") << '\n';

  slice.inject(3, 0, 17);
  testbench.access(tlm::TLM_READ_COMMAND, got);
  std::cout << "one wrong bit: " << (got == sent ? "the same bytes" : "other bytes") << ", "
            << slice.corrected_errors() << " corrected\n";

  slice.inject(3, 0, 18);
  const tlm::tlm_response_status status = testbench.access(tlm::TLM_READ_COMMAND, got);
  std::cout << "two wrong bits: "
            << (status == tlm::TLM_GENERIC_ERROR_RESPONSE ? "error response" : "no error") << '\n';
  return 0;
}
