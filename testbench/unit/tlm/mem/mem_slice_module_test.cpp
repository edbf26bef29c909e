// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/mem_slice_module.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace lpu::tlm {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::tlm::TLM_READ_COMMAND;
using ::tlm::TLM_WRITE_COMMAND;

// Of configs/chips/lpu1.toml; read and write latency are 1 and 2 cycles.
constexpr std::uint64_t kRow = 320;
constexpr std::uint64_t kSize = 8192 * kRow;
const sc_core::sc_time kPeriod(1, sc_core::SC_NS);

MemSliceModule::Config config() {
  return {isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml"), kPeriod};
}

struct Initiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Initiator> tx{"tx"};
  explicit Initiator(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {
    tx.register_invalidate_direct_mem_ptr(this, &Initiator::on_invalidate);
  }
  void on_invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
    EXPECT_EQ(first, 0U);
    EXPECT_EQ(last, kSize - 1);
    ++invalidated;
  }
  int invalidated{0};
};

struct Payload : ::tlm::tlm_generic_payload {
  Payload(::tlm::tlm_command command, std::uint64_t address, Bytes& data) {
    set_command(command);
    set_address(address);
    set_data_ptr(data.data());
    set_data_length(static_cast<unsigned>(data.size()));
    set_streaming_width(static_cast<unsigned>(data.size()));
  }
};

class MemSliceModuleTest : public testing::Test {
 protected:
  MemSliceModuleTest() { initiator.tx.bind(slice.rx); }

  ::tlm::tlm_response_status access(::tlm::tlm_command command, std::uint64_t address,
                                    Bytes& data) {
    Payload trans(command, address, data);
    delay = kPeriod;
    initiator.tx->b_transport(trans, delay);
    delay -= kPeriod;
    dmi_hint = trans.is_dmi_allowed();
    return trans.get_response_status();
  }
  void write(std::uint64_t address, Bytes data) {
    EXPECT_EQ(access(TLM_WRITE_COMMAND, address, data), ::tlm::TLM_OK_RESPONSE);
  }
  Bytes read(std::uint64_t address, std::size_t bytes) {
    Bytes data(bytes);
    EXPECT_EQ(access(TLM_READ_COMMAND, address, data), ::tlm::TLM_OK_RESPONSE);
    return data;
  }
  unsigned debug(::tlm::tlm_command command, std::uint64_t address, Bytes& data) {
    Payload trans(command, address, data);
    return initiator.tx->transport_dbg(trans);
  }
  static Bytes ramp(std::size_t bytes, int first) {
    Bytes data(bytes);
    std::iota(data.begin(), data.end(), static_cast<std::uint8_t>(first));
    return data;
  }

  MemSliceModule slice{"slice", config()};
  Initiator initiator{"initiator"};
  sc_core::sc_time delay;
  bool dmi_hint{false};
};

TEST_F(MemSliceModuleTest, BytesAreWhereTheyWereWrittenAndZeroElsewhere) {
  EXPECT_EQ(slice.size_bytes(), kSize);
  write(5 * kRow - 10, ramp(kRow + 20, 3));  // the end of a row, a whole one, the start of one
  Bytes expected(3 * kRow);
  const Bytes sent = ramp(kRow + 20, 3);
  std::copy(sent.begin(), sent.end(), expected.begin() + kRow - 10);
  EXPECT_EQ(read(4 * kRow, 3 * kRow), expected);
  EXPECT_EQ(read(kSize - 1, 1), Bytes{0});
}

TEST_F(MemSliceModuleTest, TimeIsTheLatencyAndACycleARow) {
  write(0, Bytes(kRow));
  EXPECT_EQ(delay, 2 * kPeriod);
  write(kRow - 1, Bytes(2));
  EXPECT_EQ(delay, 3 * kPeriod);
  read(0, 1);
  EXPECT_EQ(delay, kPeriod);
  read(0, 10 * kRow);
  EXPECT_EQ(delay, 10 * kPeriod);
}

TEST_F(MemSliceModuleTest, OneWrongBitIsCorrectedAndCounted) {
  write(7 * kRow, ramp(kRow, 0));
  slice.inject(7, 19, 100);
  EXPECT_EQ(read(7 * kRow, kRow), ramp(kRow, 0));
  EXPECT_EQ(slice.corrected_errors(), 1);
  EXPECT_EQ(read(7 * kRow, 1), Bytes{0}) << "what is stored keeps its fault";
  EXPECT_EQ(slice.corrected_errors(), 2);
  write(7 * kRow + 3, {42});
  EXPECT_EQ(slice.corrected_errors(), 3) << "part of a row: the row was read";
  Bytes expected = ramp(kRow, 0);
  expected[3] = 42;
  EXPECT_EQ(read(7 * kRow, kRow), expected);
  EXPECT_EQ(slice.corrected_errors(), 3) << "the write made new check bits";
  EXPECT_EQ(slice.uncorrectable_errors(), 0);
}

TEST_F(MemSliceModuleTest, TwoWrongBitsAreAnErrorResponse) {
  write(7 * kRow, ramp(kRow, 0));
  write(8 * kRow, ramp(kRow, 64));
  slice.inject(7, 2, 5);
  slice.inject(7, 2, 130);
  Bytes data = {1};
  EXPECT_EQ(access(TLM_READ_COMMAND, 7 * kRow, data), ::tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(slice.uncorrectable_errors(), 1);
  data.assign(kRow + 1, 1);
  EXPECT_EQ(access(TLM_WRITE_COMMAND, 8 * kRow - 1, data), ::tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(read(8 * kRow, kRow), ramp(kRow, 64)) << "nothing is written";
  write(7 * kRow, ramp(kRow, 9));
  EXPECT_EQ(read(7 * kRow, kRow), ramp(kRow, 9)) << "a whole row needs no reading";
}

TEST_F(MemSliceModuleTest, DirectAccessEndsWhileARowIsDamaged) {
  ::tlm::tlm_generic_payload trans;
  trans.set_address(4711);
  ::tlm::tlm_dmi dmi;
  ASSERT_TRUE(initiator.tx->get_direct_mem_ptr(trans, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0U);
  EXPECT_EQ(dmi.get_end_address(), kSize - 1);
  EXPECT_TRUE(dmi.is_read_write_allowed());
  EXPECT_EQ(dmi.get_read_latency(), kPeriod);
  EXPECT_EQ(dmi.get_write_latency(), 2 * kPeriod);
  dmi.get_dmi_ptr()[4711] = 42;
  EXPECT_EQ(read(4711, 1), Bytes{42});
  EXPECT_TRUE(dmi_hint);

  slice.inject(1, 0, 0);
  EXPECT_EQ(initiator.invalidated, 1);
  EXPECT_FALSE(initiator.tx->get_direct_mem_ptr(trans, dmi));
  read(4711, 1);
  EXPECT_FALSE(dmi_hint);
  write(kRow, Bytes(kRow));
  EXPECT_TRUE(dmi_hint);
  EXPECT_TRUE(initiator.tx->get_direct_mem_ptr(trans, dmi));
}

TEST_F(MemSliceModuleTest, DebugAccessSeesWhatIsStored) {
  write(0, Bytes(kRow, 0xff));
  slice.inject(0, 0, 0);
  Bytes data(2);
  EXPECT_EQ(debug(TLM_READ_COMMAND, 0, data), 2U);
  EXPECT_EQ(data, (Bytes{0xfe, 0xff}));
  EXPECT_EQ(slice.corrected_errors(), 0);
  data = {1, 2};
  EXPECT_EQ(debug(TLM_WRITE_COMMAND, 10, data), 2U);
  EXPECT_EQ(read(0, 1), Bytes{0xfe}) << "the row counts as whole";
  EXPECT_EQ(read(10, 2), data);
  EXPECT_EQ(slice.corrected_errors(), 0);
  EXPECT_EQ(debug(TLM_READ_COMMAND, kSize - 1, data), 0U);
}

TEST_F(MemSliceModuleTest, WhatASliceCannotDoIsAnErrorResponse) {
  Bytes two(2);
  Bytes none;
  EXPECT_EQ(access(TLM_READ_COMMAND, kSize - 1, two), ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(TLM_WRITE_COMMAND, UINT64_MAX, two), ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(access(TLM_READ_COMMAND, 0, none), ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
  EXPECT_EQ(access(::tlm::TLM_IGNORE_COMMAND, 0, two), ::tlm::TLM_OK_RESPONSE);

  Payload narrow(TLM_WRITE_COMMAND, 0, two);
  narrow.set_streaming_width(1);
  initiator.tx->b_transport(narrow, delay);
  EXPECT_EQ(narrow.get_response_status(), ::tlm::TLM_BURST_ERROR_RESPONSE);
  Payload masked(TLM_WRITE_COMMAND, 0, two);
  masked.set_byte_enable_ptr(two.data());
  initiator.tx->b_transport(masked, delay);
  EXPECT_EQ(masked.get_response_status(), ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

}  // namespace
}  // namespace lpu::tlm
