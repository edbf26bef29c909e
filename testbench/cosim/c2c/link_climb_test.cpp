// SPDX-License-Identifier: Apache-2.0
// A link's end in the machine's time: superlane r of what is sent comes r cycles later and the
// frame is the same; superlane r of what is received is driven r cycles later.
#include <Vc2cLinkClimb2.h>
#include <Vc2cLinkClimb20.h>
#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <iostream>

#include "rtl/common/pin_bits.h"
#include "testbench/cosim/c2c/link_driver.h"

namespace lpu::rtl {
namespace {

template <class Block>
class LinkClimb : public testing::Test {
 protected:
  static constexpr std::size_t kS = std::is_same_v<Block, Vc2cLinkClimb2> ? 2 : 20;
  static constexpr int kPhits = kS == 2 ? 3 : 24;

  LinkClimb() {
    block_.rst_ni = 1;
    edge();
    block_.rst_ni = 0;
    edge();
    block_.rst_ni = 1;
  }

  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  void edge() {
    block_.clk_i = 0;
    block_.eval();
    block_.clk_i = 1;
    block_.eval();
  }
  void issue(const isa::Insn& insn) {
    block_.insn_valid_i = 1;
    const isa::Word word = isa::encode(insn);
    bits(block_.insn_i).copy_in(0, word.data(), word.size());
  }
  void clock() {
    edge();
    block_.insn_valid_i = 0;
    block_.phit_valid_i = 0;
    bits(block_.stream_valid_i).clear();
  }

  Block block_{&RtlContext::process().verilated(), "climb"};
};

using Blocks = testing::Types<Vc2cLinkClimb2, Vc2cLinkClimb20>;
TYPED_TEST_SUITE(LinkClimb, Blocks);

TYPED_TEST(LinkClimb, SuperlaneRIsTakenAndDrivenRCyclesLater) {
  std::cout << "seed 14\n";
  constexpr std::size_t kSuperlanes = TestFixture::kS;
  constexpr int kSends = 40;
  std::mt19937 random(14);
  const std::uint64_t errors = RtlContext::process().errors();
  auto& block = this->block_;

  // Sends at the pace; what leaves comes back 40 cycles later and is received at once.
  constexpr int kPace = 27;
  constexpr int kWire = 40;
  constexpr int kReceive = 21 + kWire + TestFixture::kPhits + 2;
  std::vector<Bytes> sent;
  std::deque<std::optional<Phit>> wire(kWire);
  int driven = 0;
  for (int cycle = 0; cycle < kSends * kPace + 200; ++cycle) {
    if (cycle % kPace == 0 && cycle / kPace < kSends) {
      sent.push_back(random_bytes(16 * kSuperlanes, random));
      isa::Insn insn;
      insn.op = isa::Op::kSend;
      insn.in = stream_of(7);
      this->issue(insn);
    }
    const int since = cycle - kReceive;
    if (since >= 0 && since % kPace == 0 && since / kPace < kSends) {
      isa::Insn insn;
      insn.op = isa::Op::kReceive;
      insn.out = stream_of(40 + since / kPace % 8);
      ASSERT_EQ(block.insn_valid_i, 0) << "one queue";
      this->issue(insn);
    }
    // Stream 7 in superlane r is driven only r cycles after a send.
    for (std::size_t r = 0; r < kSuperlanes; ++r) {
      const int of = cycle - static_cast<int>(r);
      if (of < 0 || of % kPace != 0 || of / kPace >= kSends) continue;
      const Bytes& vector = sent[static_cast<std::size_t>(of / kPace)];
      const std::size_t at = 7 * kSuperlanes + r;
      this->bits(block.stream_valid_i).set_bit(at);
      this->bits(block.stream_data_i).copy_in(16 * at, &vector[16 * r], 16);
      this->bits(block.stream_check_i).set_field(9 * at, 9, tlm::secded_encode(&vector[16 * r]));
    }
    wire.emplace_back();
    if (block.phit_valid_o != 0) {
      wire.back().emplace();
      std::memcpy(wire.back()->data(), &block.phit_data_o, 14);
      const int index = cycle - 21;
      ASSERT_GE(index, 0);
      const auto frame = static_cast<std::size_t>(index / kPace);
      ASSERT_LT(index % kPace, TestFixture::kPhits);
      ASSERT_EQ(*wire.back(), encode_frame(sent[frame])[static_cast<std::size_t>(index % kPace)]);
    }
    if (const auto& phit = wire.front()) {
      block.phit_valid_i = 1;
      std::memcpy(&block.phit_data_i, phit->data(), 14);
    }
    wire.pop_front();

    this->clock();
    for (std::size_t r = 0; r < kSuperlanes; ++r) {
      const int of = cycle + 1 - kReceive - 21 - static_cast<int>(r);
      const bool due = of >= 0 && of % kPace == 0 && of / kPace < kSends;
      ASSERT_EQ(this->bits(block.drive_valid_o).bit(r), due) << cycle << ' ' << r;
      if (!due) continue;
      const Bytes& vector = sent[static_cast<std::size_t>(of / kPace)];
      ASSERT_EQ(this->bits(block.drive_stream_o).field(6 * r, 6),
                40U + static_cast<unsigned>(of / kPace % 8));
      ASSERT_EQ(std::memcmp(this->bits(block.drive_data_o).data(16 * r), &vector[16 * r], 16), 0);
      ASSERT_EQ(this->bits(block.drive_check_o).field(9 * r, 9),
                tlm::secded_encode(&vector[16 * r]));
      ++driven;
    }
  }
  EXPECT_EQ(driven, kSends * static_cast<int>(kSuperlanes));
  EXPECT_EQ(RtlContext::process().errors(), errors);
}

}  // namespace
}  // namespace lpu::rtl
