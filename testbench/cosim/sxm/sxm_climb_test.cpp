// SPDX-License-Identifier: Apache-2.0
// The SXM in the machine's time against the SXM in superlane 0's frame: superlane r takes its
// operands, and drives the same, exactly r cycles later.
#include <Vsxm2.h>
#include <Vsxm20.h>
#include <VsxmClimb2.h>
#include <VsxmClimb20.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <iostream>
#include <random>
#include <vector>

#include "rtl/common/kept_model.h"
#include "testbench/cosim/sxm/sxm_driver.h"

namespace lpu::rtl {
namespace {

constexpr std::size_t kPorts = 48;

template <class Level, class Climb, int kSuperlanes>
struct Sizes {
  using LevelBlock = Level;
  using ClimbBlock = Climb;
  static constexpr std::size_t kS = kSuperlanes;
};

/// The words of a block's streams, or of what it drives, in one cycle.
struct Words {
  explicit Words(std::size_t n) : valid(n), stream(n), data(n), check(n) {}
  std::vector<bool> valid;
  std::vector<std::uint32_t> stream;
  std::vector<std::array<std::uint8_t, 16>> data;
  std::vector<std::uint16_t> check;
};

template <class Block>
class Pins {
 public:
  explicit Pins(const char* name) : block_(RtlContext::process(), name) {
    block_->rst_ni = 1;
    edge();
    block_->rst_ni = 0;
    edge();
    block_->rst_ni = 1;
  }

  void issue(int queue, const isa::Word& word) {
    bits(block_->insn_valid_i).set_bit(static_cast<std::size_t>(queue));
    bits(block_->insn_i).copy_in(static_cast<std::size_t>(queue) * 16, word.data(), 16);
  }
  void present(std::size_t at, const Words& words) {
    if (words.valid[at]) bits(block_->stream_valid_i).set_bit(at);
    bits(block_->stream_data_i).copy_in(16 * at, words.data[at].data(), 16);
    bits(block_->stream_check_i).set_field(9 * at, 9, words.check[at]);
  }
  void clock() {
    edge();
    bits(block_->insn_valid_i).clear();
    bits(block_->stream_valid_i).clear();
  }
  [[nodiscard]] Words drives(std::size_t n) {
    Words words(n);
    for (std::size_t at = 0; at < n; ++at) {
      words.valid[at] = bits(block_->drive_valid_o).bit(at);
      if (!words.valid[at]) continue;
      words.stream[at] = bits(block_->drive_stream_o).field(6 * at, 6);
      std::memcpy(words.data[at].data(), bits(block_->drive_data_o).data(16 * at), 16);
      words.check[at] = static_cast<std::uint16_t>(bits(block_->drive_check_o).field(9 * at, 9));
    }
    return words;
  }
  [[nodiscard]] int corrected() const { return block_->corrected_o; }

 private:
  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  void edge() {
    block_->clk_i = 0;
    block_->eval();
    block_->clk_i = 1;
    block_->eval();
  }
  KeptModel<Block> block_;
};

template <class Size>
class SxmClimb : public testing::Test {
 protected:
  static constexpr std::size_t kS = Size::kS;
  static constexpr int kLanes = 16 * static_cast<int>(kS);

  /// Words of streams from a pool, so that check bits are made once. One in eight has a wrong bit.
  Words random_streams() {
    Words words(64 * kS);
    for (std::size_t at = 0; at < 64 * kS; ++at) {
      const auto n = static_cast<std::uint32_t>(random_());
      words.valid[at] = true;
      words.data[at] = pool_[n % pool_.size()];
      words.check[at] = tlm::secded_encode(words.data[at].data());
      if (n >> 29 == 0) words.data[at][(n >> 8) % 16] ^= 0x10;
    }
    return words;
  }

  std::mt19937 random_{3};
  std::vector<std::array<std::uint8_t, 16>> pool_ = [] {
    std::mt19937 random(4);
    std::vector<std::array<std::uint8_t, 16>> pool(256);
    // Many zeros: as the high byte of a map they make lanes of the other half.
    for (std::size_t i = 0; i < pool.size(); ++i) {
      for (auto& byte : pool[i]) {
        byte = static_cast<std::uint8_t>(i % 2 == 0 ? random() % 2 : random());
      }
    }
    return pool;
  }();
  Pins<typename Size::LevelBlock> level_{"level"};
  Pins<typename Size::ClimbBlock> climb_{"climb"};
};

using AllSizes = testing::Types<Sizes<Vsxm2, VsxmClimb2, 2>, Sizes<Vsxm20, VsxmClimb20, 20>>;
TYPED_TEST_SUITE(SxmClimb, AllSizes);

TYPED_TEST(SxmClimb, SuperlaneRDoesTheSameRCyclesLater) {
  std::cout << "seed 3\n";
  constexpr std::size_t kSuperlanes = TestFixture::kS;
  constexpr int kCycles = kSuperlanes == 2 ? 20'000 : 3'000;
  const std::uint64_t errors = RtlContext::process().errors();
  std::deque<Words> streams(kSuperlanes, Words(64 * kSuperlanes));
  std::deque<Words> drives(kSuperlanes, Words(kPorts * kSuperlanes));
  int next_permute = 0;
  int driven = 0;
  long corrected_level = 0;
  long corrected_climb = 0;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    streams.push_front(this->random_streams());
    streams.pop_back();
    for (int queue = 0; queue < 6; ++queue) {
      // At the end, room for the last superlane.
      if (this->random_() % 2 == 0 || cycle > kCycles - 80) continue;
      if (queue == 1 && cycle < next_permute) continue;
      if (queue == 1) next_permute = cycle + 2;
      isa::Insn insn = random_insn(queue, TestFixture::kLanes, this->random_);
      // Below, a shift would need what has not yet arrived.
      if (queue == 0 && insn.stride < -256) insn.stride = -512;
      const isa::Word word = isa::encode(insn);
      this->level_.issue(queue, word);
      this->climb_.issue(queue, word);
    }
    for (std::size_t at = 0; at < 64 * kSuperlanes; ++at) {
      this->level_.present(at, streams[0]);
      this->climb_.present(at, streams[at % kSuperlanes]);
    }
    this->level_.clock();
    this->climb_.clock();
    corrected_level += this->level_.corrected();
    corrected_climb += this->climb_.corrected();

    drives.push_front(this->level_.drives(kPorts * kSuperlanes));
    drives.pop_back();
    const Words late = this->climb_.drives(kPorts * kSuperlanes);
    for (std::size_t at = 0; at < kPorts * kSuperlanes; ++at) {
      const Words& expected = drives[at % kSuperlanes];
      ASSERT_EQ(late.valid[at], expected.valid[at]) << "cycle " << cycle << " word " << at;
      ASSERT_EQ(late.stream[at], expected.stream[at]) << "cycle " << cycle << " word " << at;
      ASSERT_EQ(late.data[at], expected.data[at]) << "cycle " << cycle << " word " << at;
      ASSERT_EQ(late.check[at], expected.check[at]) << "cycle " << cycle << " word " << at;
      driven += late.valid[at] ? 1 : 0;
    }
  }
  EXPECT_GT(driven, kCycles * static_cast<int>(kSuperlanes));
  EXPECT_EQ(corrected_climb, corrected_level);
  EXPECT_GT(corrected_level, 0);
  EXPECT_EQ(RtlContext::process().errors(), errors);
}

// Superlane 0 of the result leaves 19 cycles after superlane 0 of the operand came, and superlane
// 17 of the operand came 17 later: one cycle too late to be taken, moved and driven.
TEST(SxmClimbShift, TowardsLowerLanesASeventeenthSuperlaneComesTooLate) {
  Pins<VsxmClimb20> sxm("climb");
  const auto errors_of = [&](int stride) {
    const std::uint64_t before = RtlContext::process().errors();
    isa::Insn insn;
    insn.op = isa::Op::kShift;
    insn.in = isa::Stream{};
    insn.out = isa::Stream{};
    insn.stride = static_cast<std::int16_t>(stride);
    sxm.issue(0, isa::encode(insn));
    Words zero(64 * 20);
    zero.valid.assign(64 * 20, true);
    for (int cycle = 0; cycle < 25; ++cycle) {
      for (std::size_t at = 0; at < 64 * 20; ++at) sxm.present(at, zero);
      sxm.clock();
    }
    return RtlContext::process().errors() - before;
  };
  EXPECT_EQ(errors_of(319), 0U);
  EXPECT_EQ(errors_of(-256), 0U);
  EXPECT_EQ(errors_of(-257), 1U) << "ShiftIsCausal";
  EXPECT_EQ(errors_of(-319), 1U) << "ShiftIsCausal";
  EXPECT_EQ(errors_of(-320), 0U) << "nothing is left, so nothing is needed";
}

}  // namespace
}  // namespace lpu::rtl
