// SPDX-License-Identifier: Apache-2.0
// Two chips in RTL, their links connected by the RTL of the cable, beside two chips of the model.
#include <Vlink2.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "isa/asm/assembler.h"
#include "rtl/common/kept_model.h"
#include "testbench/cosim/chip/chip_lockstep.h"

namespace lpu::testbench {
namespace {

constexpr std::int64_t kFlight = 217;
constexpr int kLinks = 16;

/// One direction of a cable.
class Wire {
 public:
  Wire() {
    link_->rst_ni = 1;
    edge();
    link_->rst_ni = 0;
    edge();
    link_->rst_ni = 1;
  }

  /// What comes out in the current cycle.
  [[nodiscard]] std::optional<isa::Phit> out() const {
    if (!link_->phit_valid_o) return std::nullopt;
    isa::Phit phit{};
    std::memcpy(phit.data(), &link_->phit_data_o, phit.size());
    return phit;
  }
  /// Ends the cycle in which `in` went in.
  void clock(const std::optional<isa::Phit>& in) {
    link_->phit_valid_i = in.has_value();
    if (in) std::memcpy(&link_->phit_data_i, in->data(), in->size());
    edge();
  }

 private:
  void edge() {
    link_->clk_i = 0;
    link_->eval();
    link_->clk_i = 1;
    link_->eval();
  }
  rtl::KeptModel<Vlink2> link_{rtl::RtlContext::process(), "link"};
};

class ChipPairTest : public testing::Test {
 protected:
  ChipPairTest() {
    for (int c = 0; c < 2; ++c) {
      chips[static_cast<std::size_t>(c)] = std::make_unique<ChipLockstep>(
          spec, "chip" + std::to_string(c), [this, c](int link, isa::Cycle leaves, auto vector) {
            chips[static_cast<std::size_t>(1 - c)]->model().arrive(
                link, leaves + isa::Cycles{kFlight}, vector);
          });
    }
  }

  /// The same program on both; link k of one chip leads to link k of the other. `spoil` may
  /// change what goes into a wire: chip, link, phit.
  template <class Spoil>
  void run(const isa::Program& program, Spoil&& spoil) {
    for (auto& chip : chips) chip->load(program);
    while (!chips[0]->done() || !chips[1]->done()) {
      std::array<std::array<std::optional<isa::Phit>, kLinks>, 2> sent;
      for (std::size_t c = 0; c < 2; ++c) {
        for (int link = 0; link < kLinks; ++link) {
          auto& phit = sent[c][static_cast<std::size_t>(link)];
          phit = chips[c]->rtl().sent(link);
          if (phit) spoil(static_cast<int>(c), link, *phit);
          // From the other chip.
          const auto come = wires[1 - c][static_cast<std::size_t>(link)].out();
          if (come) chips[c]->rtl().come(link, *come);
        }
      }
      for (std::size_t c = 0; c < 2; ++c) {
        if (!chips[c]->step()) return;
        for (std::size_t link = 0; link < kLinks; ++link) wires[c][link].clock(sent[c][link]);
      }
    }
    for (auto& chip : chips) chip->finish();
  }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  std::array<std::unique_ptr<ChipLockstep>, 2> chips;
  std::array<std::array<Wire, kLinks>, 2> wires;
};

// Four rows each way, over a link in the west and one in the east, at the pace of the links.
const std::string kExchange = R"(
.queue mem_w.slice7
read 5 -> w0                  # at x = -10 in cycle 5
repeat 3, 27, 1
nop 186
write e0, 50                  # 268: sent in 5, 21 + 217 + 21 to the stream, four hops
repeat 3, 27, 1
.queue c2c_w.link3
nop 5
send w0
repeat 3, 27, 0
nop 156
receive -> e0                 # 243
repeat 3, 27, 0
.queue mem_e.slice4
read 5 -> e9
repeat 3, 27, 1
nop 186
write w9, 50
repeat 3, 27, 1
.queue c2c_e.link12
nop 5
send e9
repeat 3, 27, 0
nop 156
receive -> w9
repeat 3, 27, 0
)";

TEST_F(ChipPairTest, ExchangesRowsOverTheCables) {
  std::mt19937 random(9);
  for (const int slice : {7, 12}) {
    for (int row = 5; row < 9; ++row) {
      for (auto& chip : chips) {
        std::vector<std::uint8_t> bytes(32);
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
        chip->write_row(slice, row, bytes);
      }
    }
  }
  // One wrong byte of the third frame of one link: put right, and nobody sees a difference.
  int phits = 0;
  run(isa::assemble(spec, "exchange", kExchange), [&phits](int chip, int link, isa::Phit& phit) {
    if (chip == 0 && link == 3 && ++phits == 8) phit[2] ^= 0x81;
  });
  for (const int slice : {7, 12}) {
    for (int row = 0; row < 4; ++row) {
      EXPECT_EQ(chips[0]->rtl().read_row(slice, 50 + row),
                chips[1]->rtl().read_row(slice, 5 + row));
      EXPECT_EQ(chips[1]->rtl().read_row(slice, 50 + row),
                chips[0]->rtl().read_row(slice, 5 + row));
    }
  }
  EXPECT_EQ(phits, 4 * 3);
  EXPECT_EQ(chips[0]->rtl().fec_corrected(), 0);
  EXPECT_EQ(chips[1]->rtl().fec_corrected(), 1);
  EXPECT_EQ(chips[1]->rtl().fec_flagged(), 0);
}

}  // namespace
}  // namespace lpu::testbench
