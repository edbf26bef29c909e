// SPDX-License-Identifier: Apache-2.0
// A link whose flight time varies as the published one does: with deskew, arrivals are the same in
// every run. The reference is a sentence: what is sent in a slot arrives one cycle after the end of
// the slot in which its latest possible last phit falls.
#include <Vc2cDeskew.h>
#include <Vc2cLinkDeskew.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <iostream>

#include "testbench/cosim/c2c/link_driver.h"

namespace lpu::rtl {
namespace {

constexpr int kSlot = 28;
constexpr int kEpoch = 252;
constexpr int kPhits = 24;

/// The receiving end; its counter runs with the cycles.
class Receiver {
 public:
  Receiver() {
    block_.rst_ni = 0;
    clock();
    block_.rst_ni = 1;
    now_ = 0;
  }
  ~Receiver() { block_.final(); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void come(const Phit& phit) {
    block_.phit_valid_i = 1;
    std::memcpy(&block_.phit_data_i, phit.data(), phit.size());
  }
  void receive() {
    isa::Insn insn;
    insn.op = isa::Op::kReceive;
    insn.out = stream_of(0);
    const isa::Word word = isa::encode(insn);
    block_.insn_valid_i = 1;
    std::memcpy(&block_.insn_i, word.data(), word.size());
  }
  void clock() {
    block_.hac_i = static_cast<std::uint8_t>(now_ % kEpoch);
    block_.clk_i = 0;
    block_.eval();
    block_.clk_i = 1;
    block_.eval();
    block_.phit_valid_i = 0;
    block_.insn_valid_i = 0;
    ++now_;
  }
  [[nodiscard]] std::optional<Bytes> driven() {
    if (block_.drive_valid_o == 0) return std::nullopt;
    Bytes bytes(320);
    std::memcpy(bytes.data(), &block_.drive_data_o, bytes.size());
    return bytes;
  }
  [[nodiscard]] int now() const { return now_; }

 private:
  Vc2cLinkDeskew block_{&RtlContext::process().verilated(), "deskew"};
  int now_{0};
};

/// Errors of a run in which each vector is received `offset` cycles after the turn of its slot.
std::uint64_t run(unsigned seed, int offset) {
  constexpr int kVectors = 60;
  // Of the vectors, first phit: 209 to 228 cycles of flight after the send of the slot, less what
  // the receiver takes. The last possible one is decoded before its slot turns.
  constexpr int kEarliest = 209 - 26;
  constexpr int kLatest = 228 - 26;
  constexpr int kTurn = (kLatest + kPhits + 2 + kSlot - 1) / kSlot * kSlot;
  std::mt19937 random(seed);
  const std::uint64_t errors = RtlContext::process().errors();
  Receiver receiver;
  std::vector<Bytes> sent;
  std::vector<int> first;
  for (int i = 0; i < kVectors; ++i) {
    sent.push_back(random_bytes(320, random));
    const int jitter = static_cast<int>(random() % (kLatest - kEarliest + 1));
    const int at = kSlot * i + kEarliest + jitter;
    // A wire does not overtake.
    first.push_back(first.empty() ? at : std::max(at, first.back() + kPhits));
  }
  std::deque<std::pair<int, Phit>> wire;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    int at = first[i];
    for (const Phit& phit : encode_frame(sent[i])) wire.emplace_back(at++, phit);
  }
  std::size_t received = 0;
  for (int cycle = 0; cycle < kSlot * (kVectors + 12); ++cycle) {
    if (!wire.empty() && wire.front().first == cycle) {
      receiver.come(wire.front().second);
      wire.pop_front();
    }
    const int since = cycle - kTurn - offset;
    if (since >= 0 && since % kSlot == 0 && since / kSlot < kVectors) receiver.receive();
    receiver.clock();
    if (const auto vector = receiver.driven()) {
      EXPECT_EQ(*vector, sent[received]);
      EXPECT_EQ(receiver.now(), kTurn + kSlot * static_cast<int>(received) + offset + 21);
      ++received;
    }
  }
  EXPECT_EQ(received, sent.size());
  return RtlContext::process().errors() - errors;
}

TEST(Deskew, WhateverTheJitterArrivalsAreTheSameAndNoneIsEarlier) {
  std::cout << "seeds 1 to 10\n";
  for (unsigned seed = 1; seed <= 10; ++seed) EXPECT_EQ(run(seed, 1), 0U) << "seed " << seed;
}

// The vector has been decoded before, and still nothing has arrived in the cycle of the turn.
TEST(Deskew, ACycleEarlierNothingHasArrived) {
  const std::uint64_t errors = RtlContext::process().errors();
  Receiver receiver;
  int cycle = 0;
  for (const Phit& phit : encode_frame(Bytes(320, 1))) {
    receiver.come(phit);
    receiver.clock();
    ++cycle;
  }
  for (; cycle < kSlot; ++cycle) receiver.clock();
  receiver.receive();
  receiver.clock();
  EXPECT_EQ(RtlContext::process().errors() - errors, 1U) << "NothingArrived";
}

// The block alone, by its sentence: at the turn of a slot the oldest of those that have come.
TEST(DeskewBlock, HandsOneOnAtTheTurnOfASlot) {
  Vc2cDeskew block{&RtlContext::process().verilated(), "deskew"};
  const auto clock = [&] {
    block.clk_i = 0;
    block.eval();
    block.clk_i = 1;
    block.eval();
  };
  std::mt19937 random(8);
  block.rst_ni = 0;
  clock();
  block.rst_ni = 1;
  int waiting = 0;
  int most = 0;
  int arrived = 0;
  int hac = 0;
  for (int cycle = 0; cycle < 100'000; ++cycle) {
    if (cycle % 3'000 == 2'999) {
      block.rst_ni = 0;
      clock();
      block.rst_ni = 1;
      waiting = 0;
    }
    // A counter that is put right stays, or leaves one out.
    hac = (hac + static_cast<int>(random() % 20 == 0 ? random() % 3 : 1)) % kEpoch;
    // Eight may wait; now and then as many do.
    const bool came = waiting < 8 && random() % (cycle % 2'000 < 1'000 ? 20 : 40) == 0;
    block.hac_i = static_cast<std::uint8_t>(hac);
    block.came_i = came;
    block.clk_i = 0;
    block.eval();
    const bool arrives = waiting > 0 && hac % kSlot == 0;
    ASSERT_EQ(block.arrives_o, arrives) << "cycle " << cycle;
    clock();
    waiting += (came ? 1 : 0) - (arrives ? 1 : 0);
    most = std::max(most, waiting);
    arrived += arrives ? 1 : 0;
  }
  EXPECT_EQ(most, 8);
  EXPECT_GT(arrived, 2'000);
  block.final();
}

}  // namespace
}  // namespace lpu::rtl
