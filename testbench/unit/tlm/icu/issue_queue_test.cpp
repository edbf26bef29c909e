// SPDX-License-Identifier: Apache-2.0
#include "tlm/icu/issue_queue.h"

#include <gtest/gtest.h>

#include <utility>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

using Dispatches = std::vector<std::pair<std::int64_t, int>>;  // cycle, address

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

isa::Insn insn_of(isa::Op op, int addr = 0) {
  isa::Insn insn;
  insn.op = op;
  insn.addr = static_cast<std::uint16_t>(addr);
  if (op == isa::Op::kRead) {
    insn.out = isa::Stream{};
  }
  return insn;
}
isa::Insn nop(int n) {
  isa::Insn insn;
  insn.count = static_cast<std::uint16_t>(n);
  return insn;
}
isa::Insn repeat(int n, int d, int stride) {
  isa::Insn insn = insn_of(isa::Op::kRepeat);
  insn.count = static_cast<std::uint16_t>(n);
  insn.distance = static_cast<std::uint16_t>(d);
  insn.stride = static_cast<std::int16_t>(stride);
  return insn;
}

/// Text of a queue at slice 0, row 0 and on.
class OneSlice : public TextSource {
 public:
  explicit OneSlice(const std::vector<isa::Insn>& list) {
    for (std::size_t i = 40; i < list.size(); ++i) {
      const isa::Word word = isa::encode(list[i]);
      bytes.insert(bytes.end(), word.begin(), word.end());
    }
    bytes.resize(bytes.size() + 640);
  }
  std::span<const std::uint8_t> text(int /*slice*/, int row) const override {
    return std::span(bytes).subspan(static_cast<std::size_t>(row) * 320, 640);
  }
  std::vector<std::uint8_t> bytes;
};

class IssueQueueTest : public testing::Test {
 protected:
  /// Runs the list from cycle 0; sync is released at once, in the cycle after it.
  Dispatches run(const TextSource* text = nullptr) {
    queue.load(spec(), &list, text);
    Dispatches dispatches;
    isa::Cycle at;
    while (!queue.ended()) {
      const IssueQueue::Step step = queue.step(at);
      if (step.work != nullptr) {
        dispatches.emplace_back(at.value, step.work->addr);
      }
      at = step.then == IssueQueue::Then::kAt ? step.next : at + isa::Cycles{1};
    }
    return dispatches;
  }
  std::string error_id(const TextSource* text = nullptr) {
    try {
      run(text);
    } catch (const UnitError& error) {
      return error.id();
    }
    return "none";
  }

  std::vector<isa::Insn> list;
  IssueQueue queue;
};

TEST_F(IssueQueueTest, AnInstructionTakesOneCycleAndANopItsCount) {
  list = {insn_of(isa::Op::kRead, 1), insn_of(isa::Op::kRead, 2), nop(5),
          insn_of(isa::Op::kRead, 3)};
  EXPECT_EQ(run(), (Dispatches{{0, 1}, {1, 2}, {7, 3}}));
}

TEST_F(IssueQueueTest, ARepeatDispatchesEveryDCyclesAndStepsTheAddress) {
  list = {nop(2), insn_of(isa::Op::kRead, 10), repeat(2, 3, -4), insn_of(isa::Op::kRead, 99)};
  EXPECT_EQ(run(), (Dispatches{{2, 10}, {5, 6}, {8, 2}, {9, 99}}));
}

TEST_F(IssueQueueTest, ARepeatAtDistanceOneLeavesNoGap) {
  list = {insn_of(isa::Op::kRead, 10), repeat(2, 1, 1), insn_of(isa::Op::kRead, 99)};
  EXPECT_EQ(run(), (Dispatches{{0, 10}, {1, 11}, {2, 12}, {3, 99}}));
}

TEST_F(IssueQueueTest, ARepeatAfterARepeatGoesOn) {
  list = {insn_of(isa::Op::kRead, 10), repeat(2, 2, 1), repeat(1, 5, 10)};
  EXPECT_EQ(run(), (Dispatches{{0, 10}, {2, 11}, {4, 12}, {9, 22}}));
}

TEST_F(IssueQueueTest, OnlyAddressesAreStepped) {
  list = {insn_of(isa::Op::kAdd), repeat(2, 1, -1)};
  EXPECT_EQ(run(), (Dispatches{{0, 0}, {1, 0}, {2, 0}}));
}

TEST_F(IssueQueueTest, WhatARepeatCannotDoIsAnError) {
  list = {nop(1), repeat(1, 1, 1)};
  EXPECT_EQ(error_id(), "lpu/icu/nothing-to-repeat");
  list = {insn_of(isa::Op::kRead), repeat(0, 1, 1)};
  EXPECT_EQ(error_id(), "lpu/icu/zero-count");
  list = {insn_of(isa::Op::kRead), repeat(1, 0, 1)};
  EXPECT_EQ(error_id(), "lpu/icu/zero-count");
  list = {insn_of(isa::Op::kRead), repeat(1, 1, -1)};
  EXPECT_EQ(error_id(), "lpu/icu/repeat-address");
  list = {nop(0)};
  EXPECT_EQ(error_id(), "lpu/icu/zero-count");
}

TEST_F(IssueQueueTest, SyncParksAndNotifySaysSo) {
  list = {insn_of(isa::Op::kSync), insn_of(isa::Op::kNotify)};
  queue.load(spec(), &list, nullptr);
  EXPECT_EQ(queue.step({0}).then, IssueQueue::Then::kParked);
  const IssueQueue::Step step = queue.step({50});
  EXPECT_TRUE(step.notify);
  EXPECT_EQ(step.then, IssueQueue::Then::kDone);
}

TEST_F(IssueQueueTest, AQueueWithoutIfetchRunsDryAfterItsHead) {
  list.assign(41, insn_of(isa::Op::kRead));
  EXPECT_EQ(error_id(), "lpu/icu/dry-queue");
  list.resize(40);
  EXPECT_EQ(error_id(), "none");
}

TEST_F(IssueQueueTest, FetchedTextIsThereAfterTheFetchLatencyAndNotBefore) {
  const int latency = static_cast<int>(spec().icu_fetch_latency);
  ASSERT_GT(latency, 2);
  list.assign(80, insn_of(isa::Op::kRead));
  list[38] = insn_of(isa::Op::kIfetch, 0);  // in cycle 38
  list[39] = nop(latency - 1);
  const OneSlice text(list);
  EXPECT_EQ(run(&text).back().first, 38 + latency + 39);
  EXPECT_EQ(run().back().first, 38 + latency + 39);
  list[39] = nop(latency - 2);
  EXPECT_EQ(error_id(&text), "lpu/icu/dry-queue");
  EXPECT_EQ(error_id(), "lpu/icu/dry-queue");
}

TEST_F(IssueQueueTest, TextIsDecodedFromMemory) {
  list.assign(45, insn_of(isa::Op::kRead, 5));
  list[0] = insn_of(isa::Op::kIfetch, 0);
  list[1] = nop(1000);
  OneSlice text(list);
  const isa::Word other = isa::encode(insn_of(isa::Op::kRead, 77));
  std::copy(other.begin(), other.end(), text.bytes.begin() + 4 * 16);
  EXPECT_EQ(run(&text).back().second, 77);
  text.bytes[4 * 16] ^= 0xff;
  text.bytes[4 * 16 + 1] ^= 0xff;
  EXPECT_EQ(error_id(&text), "lpu/icu/undefined-insn");
}

TEST_F(IssueQueueTest, AFetchBeyondTheProgramIsAnError) {
  list = {insn_of(isa::Op::kIfetch, 0)};
  EXPECT_EQ(error_id(), "lpu/icu/nothing-to-fetch");
}

TEST_F(IssueQueueTest, AFifthFetchFindsNoRoomInTheQueue) {
  list.assign(241, insn_of(isa::Op::kRead, 5));
  list[0] = list[1] = list[2] = list[3] = insn_of(isa::Op::kIfetch, 0);
  EXPECT_EQ(error_id(), "lpu/icu/dry-queue");  // the last instruction is not fetched by four
  list[4] = insn_of(isa::Op::kIfetch, 0);
  EXPECT_EQ(error_id(), "lpu/icu/queue-full");
}

}  // namespace
}  // namespace lpu::tlm
