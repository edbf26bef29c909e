// SPDX-License-Identifier: Apache-2.0
// What a queue does not read it hands on, bit by bit; and its counters to their last bit.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "testbench/cosim/icu/queue_bench.h"
#include "testbench/cosim/icu/queue_programs.h"

namespace lpu::testbench {
namespace {

using Dispatches = std::vector<QueueBench::Dispatch>;

/// Words of any bits, for one queue, and what must come of them.
class WordWriter {
 public:
  WordWriter(const isa::ChipSpec& spec, unsigned seed) : spec_(spec), random_(seed) {}

  /// Forty places: work and repeats, an ifetch of the next forty, a nop until they are there.
  void write_block() {
    const std::size_t last = words.size() + isa::ChipSpec::kFetchInsns - 2;
    write_work();
    while (words.size() + 1 < last) {
      random_() % 4 == 0 ? write_repeat() : write_work();
    }
    write_work();
    const auto rows = static_cast<int>(isa::fetch_rows(spec_));
    control(ifetch(0, rows * fetches_++), 1);
    const int wait = static_cast<int>(spec_.icu_fetch_latency) + static_cast<int>(random_() % 4);
    control(nop(wait), wait);
  }

  std::vector<isa::Word> words;
  Dispatches expected;

 private:
  /// The byte of the op, and the first of the address (docs/isa.md).
  static constexpr std::size_t kOp = 0;
  static constexpr std::size_t kAddr = 8;

  [[nodiscard]] isa::Word any_bits() {
    isa::Word word;
    for (std::uint8_t& byte : word) byte = static_cast<std::uint8_t>(random_());
    return word;
  }

  /// Half of them have an address.
  void write_work() {
    constexpr isa::Op kStepped[] = {isa::Op::kRead, isa::Op::kWrite, isa::Op::kLw, isa::Op::kAcc};
    constexpr unsigned kFirst = static_cast<unsigned>(isa::Op::kRead);
    isa::Word word = any_bits();
    stepped_ = random_() % 2 == 0;
    do {
      word[kOp] =
          static_cast<std::uint8_t>(stepped_ ? static_cast<unsigned>(kStepped[random_() % 4])
                                             : kFirst + random_() % (256 - kFirst));
    } while (stepped_ != has_address(word[kOp]));
    words.push_back(word);
    expected.push_back({at_++, 0, word});
  }
  static bool has_address(std::uint8_t op) {
    return op == static_cast<std::uint8_t>(isa::Op::kRead) ||
           op == static_cast<std::uint8_t>(isa::Op::kWrite) ||
           op == static_cast<std::uint8_t>(isa::Op::kLw) ||
           op == static_cast<std::uint8_t>(isa::Op::kAcc);
  }

  void write_repeat() {
    const int n = 1 + static_cast<int>(random_() % 3);
    const int d = 1 + static_cast<int>(random_() % 300);
    isa::Word word = expected.back().insn;
    const int from = word[kAddr] | word[kAddr + 1] << 8;
    // Towards the middle, so that three steps stay in sixteen bits.
    const int size = static_cast<int>(random_() % 0x2000);
    const int stride = from < 0x8000 ? size : -size;
    for (int i = 1; i <= n; ++i) {
      const int addr = stepped_ ? from + i * stride : from;
      word[kAddr] = static_cast<std::uint8_t>(addr);
      word[kAddr + 1] = static_cast<std::uint8_t>(addr >> 8);
      expected.push_back({at_ - 1 + i * d, 0, word});
    }
    control(repeat(n, d, stride), n * d);
  }

  void control(const isa::Insn& insn, int cycles) {
    words.push_back(isa::encode(insn));
    at_ += cycles;
  }

  isa::ChipSpec spec_;
  std::mt19937 random_;
  int fetches_{0};
  std::int64_t at_{0};
  bool stepped_{false};
};

class QueueWordsTest : public testing::Test {
 protected:
  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  QueueBench bench{spec, 1, 2};
};

TEST_F(QueueWordsTest, AnyBitsAreHandedOn) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    WordWriter writer(spec, seed);
    for (int block = 0; block < 30; ++block) writer.write_block();
    writer.words.resize(writer.words.size() - 2);
    bench.load(writer.words);
    bench.start();
    const Dispatches all = bench.run(200000);
    ASSERT_EQ(all.size(), writer.expected.size()) << "seed " << seed;
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(all[i], writer.expected[i]) << "dispatch " << i << ", seed " << seed;
    }
    EXPECT_EQ(bench.errors(), 0U);
  }
}

TEST_F(QueueWordsTest, NoInstructionOfAUnitIsTakenForOneOfTheQueue) {
  constexpr unsigned kFirst = static_cast<unsigned>(isa::Op::kRead);
  for (unsigned op = kFirst; op < 256; ++op) {
    bench.load({isa::Word{static_cast<std::uint8_t>(op)}, isa::encode(nop(1))});
    bench.start();
    const rtl::IcuQueueRtl::Outputs out = bench.outputs(0);
    EXPECT_TRUE(out.insn_valid) << op;
    EXPECT_FALSE(out.notify || out.fetch || out.parked || out.done) << op;
    EXPECT_EQ(bench.step().size(), 1U) << op;
    EXPECT_TRUE(bench.step().empty()) << op;
    EXPECT_TRUE(bench.done()) << op;
  }
}

TEST_F(QueueWordsTest, TheLongestRepeatsHaveAllOfTheirBits) {
  isa::Program program;
  program.queues = {{insn_of(isa::Op::kRead, 0), repeat(65535, 1, 1), insn_of(isa::Op::kRead, 0),
                     repeat(1, 65535, 0), insn_of(isa::Op::kRead, 9), repeat(2, 0xaaaa, 0),
                     insn_of(isa::Op::kRead, 8), repeat(2, 0x5555, 0)}};
  bench.load(program);
  bench.start();
  const Dispatches all = bench.run(300000);
  ASSERT_EQ(all.size(), 65536U + 2 + 3 + 3);
  for (int i = 0; i < 65536; ++i) {
    const auto& d = all[static_cast<std::size_t>(i)];
    ASSERT_EQ(d.at, i);
    ASSERT_EQ(isa::decode(d.insn)->addr, i);
  }
  const std::int64_t second = 65536 + 65536;
  EXPECT_EQ(all[65536].at, 65536);
  EXPECT_EQ(all[65537].at, 65536 + 65535);
  EXPECT_EQ(all[65538].at, second);
  EXPECT_EQ(all[65539].at, second + 0xaaaa);
  EXPECT_EQ(all[65540].at, second + 2 * 0xaaaa);
  EXPECT_EQ(all[65541].at, second + 2 * 0xaaaa + 1);
  EXPECT_EQ(all[65543].at, second + 2 * 0xaaaa + 1 + 2 * 0x5555);
}

TEST_F(QueueWordsTest, ALoadForgetsARepeatUnderWay) {
  isa::Program program;
  program.queues = {{insn_of(isa::Op::kRead, 0), repeat(65535, 65535, 0)}};
  bench.load(program);
  bench.start();
  for (int i = 0; i < 5; ++i) bench.step();
  program.queues = {{insn_of(isa::Op::kRead, 3)}};
  bench.load(program);
  bench.start();
  EXPECT_EQ(bench.step().size(), 1U);
  EXPECT_TRUE(bench.done());
}

}  // namespace
}  // namespace lpu::testbench
