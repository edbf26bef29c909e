// SPDX-License-Identifier: Apache-2.0
// Random legal traffic against rows in plain arrays, and against the model.
#include <gtest/gtest.h>

#include <vector>

#include "testbench/cosim/mem/slice_bench.h"
#include "testbench/cosim/mem/slice_traffic.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::rtl {
namespace {

constexpr int kCycles = 20'000;

class SliceRandom : public testing::TestWithParam<int> {
 protected:
  /// Both begin with the same words, some of them wrong: as if the traffic had written them.
  void fill_rows() {
    for (const int row : traffic_.rows()) {
      Vector vector(GetParam());
      vector.fill(traffic_.random());
      vector.flip(0, row % 137);
      bench_.store(row, vector);
      Cycle cycle;
      cycle.insn = write_insn(row, 0);
      cycle.streams.emplace(0, vector);
      (void)reference_.step(cycle);
    }
  }

  void expect(const Outcome& outcome, const Cycle& cycle) {
    const auto& drives = unit().drives();
    ASSERT_EQ(drives.size(), outcome.driven ? 1U : 0U);
    if (outcome.driven) {
      ASSERT_EQ(drives[0].stream, *outcome.stream);
      ASSERT_TRUE(drives[0].whole);
      ASSERT_EQ(drives[0].data, outcome.driven->data);
      ASSERT_EQ(drives[0].checks, outcome.driven->checks);
    }
    ASSERT_EQ(unit().uncorrectable(), cycle.uncorrectable || text_found_.uncorrectable > 0);
    ASSERT_EQ(unit().corrected(), cycle.corrected + text_found_.corrected);
    text_found_ = {};
    if (outcome.text) {
      Vector text = *outcome.text;
      text_found_ = tlm::check_and_correct(text.data.data(), text.checks, 16 * GetParam());
      ASSERT_EQ(bench_.text(), text.data);
    } else {
      ASSERT_TRUE(bench_.text().empty());
    }
    ASSERT_EQ(unit().errors(), 0U);
  }

  UnitRtl& unit() { return bench_.unit(); }

  SliceBench bench_{GetParam()};
  SliceReference reference_{GetParam()};
  SliceTraffic traffic_{GetParam(), 5};
  tlm::CheckResult text_found_;  // of the text that left in the cycle before
};

TEST_P(SliceRandom, EveryCycleGivesWhatTheReferenceGives) {
  fill_rows();
  int texts = 0;
  int corrected = 0;
  for (int i = 0; i < kCycles && !HasFatalFailure(); ++i) {
    SCOPED_TRACE(i);
    const Cycle cycle = traffic_.next();
    bench_.clock(cycle);
    expect(reference_.step(cycle), cycle);
    texts += cycle.text.has_value();
    corrected += cycle.corrected;
  }
  EXPECT_GT(texts, kCycles / 20);
  EXPECT_GT(corrected, kCycles / 20);
}

// The model stores check bits only where they differ from those of the data.
TEST_P(SliceRandom, TheModelHoldsTheSameRows) {
  const int lanes = 16 * GetParam();
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(lanes) * 8192);
  tlm::MemSlice model(bytes.data(), 8192, lanes);
  for (const int row : traffic_.rows()) bench_.store(row, Vector(GetParam()));

  for (int i = 0; i < kCycles / 4 && !HasFatalFailure(); ++i) {
    const Cycle cycle = traffic_.next();
    bench_.clock(cycle);
    if (!cycle.insn) continue;
    const isa::Insn& insn = *cycle.insn;
    Vector map(GetParam());
    if (insn.map) {
      map = cycle.streams.at(stream_number(*insn.map));
      tlm::check_and_correct(map.data.data(), map.checks, lanes);
    }
    Vector out(GetParam());
    if (insn.op == isa::Op::kRead) {
      out.data.assign(model.row(insn.addr), model.row(insn.addr) + lanes);
      out.encode();
      if (model.checks(insn.addr) != nullptr) out.checks = *model.checks(insn.addr);
    } else if (insn.op == isa::Op::kGather) {
      UnitRtl::Checks checks;
      const bool carries = model.gather(map.data.data(), out.data.data(), &checks);
      out.encode();
      if (carries) out.checks = checks;
    } else {
      const Vector& in = cycle.streams.at(stream_number(*insn.in));
      if (insn.op == isa::Op::kWrite) {
        model.write(insn.addr, in.data.data(), &in.checks);
      } else {
        model.scatter(map.data.data(), in.data.data(), &in.checks);
      }
      continue;
    }
    ASSERT_EQ(unit().drives().size(), 1U) << i;
    ASSERT_EQ(unit().drives()[0].data, out.data) << i;
    ASSERT_EQ(unit().drives()[0].checks, out.checks) << i;
  }
  EXPECT_EQ(unit().errors(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, SliceRandom, testing::Values(2, 20),
                         testing::PrintToStringParamName());

/// A word with wrong bits in the last superlane of each kind of vector.
class SliceFaults : public testing::TestWithParam<int> {
 protected:
  Vector random_vector() {
    Vector vector(GetParam());
    vector.fill(random_);
    return vector;
  }
  UnitRtl& unit() { return bench_.unit(); }

  int last_{GetParam() - 1};
  std::mt19937_64 random_{6};
  SliceBench bench_{GetParam()};
};

TEST_P(SliceFaults, DataPassAsTheyAre) {
  for (int bit = 0; bit < 137; ++bit) {
    Vector wrong = random_vector();
    wrong.flip(last_, bit);
    if (bit % 2 != 0) wrong.flip(last_, bit - 1);
    bench_.issue(write_insn(bit, 3));
    bench_.present(3, wrong);
    bench_.clock();
    EXPECT_EQ(unit().corrected(), 0);
    EXPECT_FALSE(unit().uncorrectable());
    bench_.clock();
    bench_.issue(read_insn(bit, 4));
    bench_.clock();
    ASSERT_EQ(unit().drives().size(), 1U);
    EXPECT_EQ(unit().drives()[0].data, wrong.data) << bit;
    EXPECT_EQ(unit().drives()[0].checks, wrong.checks) << bit;
  }
}

TEST_P(SliceFaults, AnyWrongBitOfAMapIsPutRight) {
  const Vector row = random_vector();
  bench_.store(300, row);
  for (int bit = 0; bit < 137; ++bit) {
    Vector map = random_vector();
    for (int r = 0; r < GetParam(); ++r) map.name_row(r, 300);
    map.encode();
    map.flip(last_, bit);
    bench_.issue(gather_insn(3, 4));
    bench_.present(3, map);
    bench_.clock();
    EXPECT_EQ(unit().drives()[0].data, row.data) << bit;
    EXPECT_EQ(unit().corrected(), 1) << bit;
    EXPECT_FALSE(unit().uncorrectable()) << bit;
    bench_.clock();
    EXPECT_EQ(unit().corrected(), 0) << bit;
  }
  EXPECT_EQ(unit().errors(), 0U);
}

TEST_P(SliceFaults, EveryWrongWordOfAMapCounts) {
  Vector map(GetParam());
  for (int r = 0; r < GetParam(); ++r) map.flip(r, r);
  bench_.issue(gather_insn(3, 4));
  bench_.present(3, map);
  bench_.clock();
  EXPECT_EQ(unit().corrected(), GetParam());
}

TEST_P(SliceFaults, TwoWrongBitsOfAMapAreReported) {
  Vector map(GetParam());
  map.flip(last_, 100);
  map.flip(last_, 130);
  bench_.issue(scatter_insn(3, 4));
  bench_.present(3, map);
  bench_.present(4, map);
  bench_.clock();
  EXPECT_EQ(unit().corrected(), 0);
  EXPECT_TRUE(unit().uncorrectable());
  bench_.clock();
  EXPECT_FALSE(unit().uncorrectable());
}

TEST_P(SliceFaults, TextIsPutRightAndCountedACycleLater) {
  for (int bit = 0; bit < 137; ++bit) {
    const Vector row = random_vector();
    Vector wrong = row;
    wrong.flip(last_, bit);
    bench_.store(4100, wrong);
    bench_.fetch(4100);
    bench_.clock();
    EXPECT_EQ(bench_.text(), row.data) << bit;
    EXPECT_EQ(unit().corrected(), 0) << bit;
    bench_.clock();
    EXPECT_EQ(unit().corrected(), 1) << bit;
    EXPECT_FALSE(unit().uncorrectable()) << bit;
    bench_.clock();
    EXPECT_EQ(unit().corrected(), 0) << bit;
    EXPECT_EQ(bench_.stored(4100), wrong) << bit;
  }
}

TEST_P(SliceFaults, TextWithTwoWrongBitsIsReported) {
  Vector wrong = random_vector();
  wrong.flip(last_, 7);
  wrong.flip(last_, 8);
  bench_.store(4100, wrong);
  bench_.fetch(4100);
  bench_.clock();
  EXPECT_EQ(bench_.text(), wrong.data);
  bench_.clock();
  EXPECT_TRUE(unit().uncorrectable());
  EXPECT_EQ(unit().corrected(), 0);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, SliceFaults, testing::Values(2, 20),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lpu::rtl
