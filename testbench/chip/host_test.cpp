// SPDX-License-Identifier: Apache-2.0
// One chip behind its host socket.
#include <gtest/gtest.h>

#include <cstring>

#include "testbench/chip/timetable.h"
#include "testbench/support/systemc_main.h"
#include "tlm/chip/chip.h"

namespace lpu::testbench {
namespace {

using isa::Hemisphere;
using lpu::tlm::Chip;
using lpu::tlm::ChipState;
using lpu::tlm::MemoryMap;

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

Chip::Config config() {
  sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
  Chip::Config chip;
  chip.spec = spec();
  return chip;
}

struct Host : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Host> tx{"tx"};
  explicit Host(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {}
};

class HostTest : public testing::Test {
 protected:
  HostTest() { host.tx.bind(chip.host_rx); }

  ::tlm::tlm_response_status access(::tlm::tlm_command command, std::uint64_t address, void* data,
                                    unsigned bytes) {
    ::tlm::tlm_generic_payload trans;
    trans.set_command(command);
    trans.set_address(address);
    trans.set_data_ptr(static_cast<std::uint8_t*>(data));
    trans.set_data_length(bytes);
    trans.set_streaming_width(bytes);
    sc_core::sc_time delay;
    host.tx->b_transport(trans, delay);
    dmi_hint = trans.is_dmi_allowed();
    return trans.get_response_status();
  }
  std::uint64_t status(std::uint64_t offset) {
    std::uint64_t value = 0;
    EXPECT_EQ(access(::tlm::TLM_READ_COMMAND, MemoryMap::registers(spec()) + offset, &value, 8),
              ::tlm::TLM_OK_RESPONSE);
    return value;
  }

  Chip chip{"chip", config()};
  Host host{"host"};
  Timetable table{spec()};
  isa::Program program;
  bool dmi_hint{false};
};

TEST_F(HostTest, TheHostPlacesDataStartsAProgramAndReadsTheResult) {
  // Row 5 of slice E0 goes to row 6 of slice E4.
  const isa::Geometry& geometry = table.geometry();
  table.at(0, geometry.mem_queue(Hemisphere::kEast, 0), read_row(5, east(1)));
  table.at(2, geometry.mem_queue(Hemisphere::kEast, 4), write_row(east(1), 6));
  program = table.program();
  EXPECT_EQ(status(MemoryMap::kState), static_cast<std::uint64_t>(ChipState::kIdle));
  chip.load(program);
  std::vector<std::uint8_t> sent(320, 0xab);
  EXPECT_EQ(access(::tlm::TLM_WRITE_COMMAND, MemoryMap::row(spec(), 44, 5), sent.data(), 320),
            ::tlm::TLM_OK_RESPONSE);
  EXPECT_TRUE(dmi_hint);
  std::uint64_t wait = 100;
  EXPECT_EQ(
      access(::tlm::TLM_WRITE_COMMAND, MemoryMap::registers(spec()) + MemoryMap::kStart, &wait, 8),
      ::tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(status(MemoryMap::kState), static_cast<std::uint64_t>(ChipState::kRunning));
  sc_core::sc_start();
  EXPECT_EQ(status(MemoryMap::kState), static_cast<std::uint64_t>(ChipState::kFinished));
  EXPECT_EQ(status(MemoryMap::kEndCycle), 100U + 2 + 2 + 20);
  EXPECT_EQ(status(MemoryMap::kCorrected), 0U);
  EXPECT_EQ(sc_core::sc_time_stamp(), chip.time_of({100 + 2 + 2 + 20}))
      << "done() is the last event";
  std::vector<std::uint8_t> got(320);
  EXPECT_EQ(access(::tlm::TLM_READ_COMMAND, MemoryMap::row(spec(), 48, 6), got.data(), 320),
            ::tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(got, sent);
}

TEST_F(HostTest, DirectAndDebugAccessReachTheSameBytes) {
  ::tlm::tlm_generic_payload trans;
  trans.set_address(12345);
  ::tlm::tlm_dmi dmi;
  ASSERT_TRUE(host.tx->get_direct_mem_ptr(trans, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0U);
  EXPECT_EQ(dmi.get_end_address(), static_cast<std::uint64_t>(spec().mem_bytes()) - 1);
  EXPECT_TRUE(dmi.is_read_write_allowed());
  dmi.get_dmi_ptr()[MemoryMap::row(spec(), 87, 8191) + 319] = 42;
  EXPECT_EQ(chip.read_vector(87, 8191)[319], 42);

  std::uint8_t byte = 0;
  trans.set_command(::tlm::TLM_READ_COMMAND);
  trans.set_address(MemoryMap::row(spec(), 87, 8191) + 319);
  trans.set_data_ptr(&byte);
  trans.set_data_length(1);
  trans.set_streaming_width(1);
  EXPECT_EQ(host.tx->transport_dbg(trans), 1U);
  EXPECT_EQ(byte, 42);
}

TEST_F(HostTest, WhatTheMapDoesNotHaveIsAnErrorResponse) {
  std::uint64_t value = 0;
  const std::uint64_t registers = MemoryMap::registers(spec());
  EXPECT_EQ(access(::tlm::TLM_READ_COMMAND, registers + MemoryMap::kRegisterBytes, &value, 8),
            ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(::tlm::TLM_READ_COMMAND, registers - 4, &value, 8),
            ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(::tlm::TLM_READ_COMMAND, registers, &value, 4),
            ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(access(::tlm::TLM_WRITE_COMMAND, registers + MemoryMap::kState, &value, 8),
            ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(access(::tlm::TLM_WRITE_COMMAND, registers + MemoryMap::kStart, &value, 8),
            ::tlm::TLM_GENERIC_ERROR_RESPONSE)
      << "nothing is loaded";
}

TEST_F(HostTest, SendingOnAnUnboundLinkEndsTheRun) {
  const isa::Geometry& geometry = table.geometry();
  table.at(0, geometry.mem_queue(Hemisphere::kEast, 43), read_row(0, east(0)));
  table.at(5, geometry.c2c_queue(9), send_vector(east(0)));
  program = table.program();
  chip.load(program);
  chip.start({10});
  expect_report("lpu/c2c/unbound-link");
  EXPECT_THROW(sc_core::sc_start(), sc_core::sc_report);
  ASSERT_TRUE(chip.error());
  EXPECT_EQ(chip.error()->where().unit, "c2c_e.link9");
}

}  // namespace
}  // namespace lpu::testbench
