// SPDX-License-Identifier: Apache-2.0
// The stream registers against a line of positions in plain arrays, in which every value is moved
// one place a cycle. Positions 0, 1 and 4 have units; 2 and 3 exist only here.
#include <VlpuStreamLine1.h>
#include <VlpuStreamLine2.h>
#include <VlpuStreamLine20.h>
#include <gtest/gtest.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>

#include "rtl/common/pin_bits.h"
#include "rtl/common/rtl_context.h"

namespace lpu::rtl {
namespace {

struct Word {
  std::array<std::uint8_t, 16> data{};
  std::uint32_t check{0};
  friend bool operator==(const Word&, const Word&) = default;
};

struct StreamLine1 {
  static constexpr std::size_t kSuperlanes = 1;
  using Verilated = VlpuStreamLine1;
};
struct StreamLine2 {
  static constexpr std::size_t kSuperlanes = 2;
  using Verilated = VlpuStreamLine2;
};
struct StreamLine20 {
  static constexpr std::size_t kSuperlanes = 20;
  using Verilated = VlpuStreamLine20;
};

constexpr std::size_t kDrives = 3;
constexpr std::size_t kStreams = 64;
constexpr std::array<std::size_t, 3> kPlaces{0, 1, 4};

/// `Line`: a Verilated lpu_stream_line of so many superlanes.
template <class Line>
class Streams : public testing::Test {
 protected:
  static constexpr std::size_t kSuperlanes = Line::kSuperlanes;
  static constexpr std::size_t kLast = kSuperlanes - 1;
  using Register = std::optional<Word>;
  using Position = std::array<std::array<Register, kSuperlanes>, kStreams>;

  Streams() {
    pins_.rst_ni = 1;
    edge();
    pins_.rst_ni = 0;
    edge();
    pins_.rst_ni = 1;
  }

  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }

  void edge() {
    pins_.clk_i = 0;
    pins_.eval();
    pins_.clk_i = 1;
    pins_.eval();
  }

  /// The registers move; drives of the cycle before are gone.
  void clock() {
    edge();
    bits(pins_.drive_valid_i).clear();
    std::array<Position, 5> moved;
    for (std::size_t x = 0; x < 5; ++x) {
      for (std::size_t s = 0; s < kStreams; ++s) {
        if (s < 32 && x > 0) moved[x][s] = line_[x - 1][s];
        if (s >= 32 && x < 4) moved[x][s] = line_[x + 1][s];
      }
    }
    line_ = moved;
  }

  /// In the current cycle, as from a flip-flop.
  void drive(std::size_t place, std::size_t port, std::size_t r, std::size_t stream,
             const Word& word) {
    const std::size_t at = (place * kDrives + port) * kSuperlanes + r;
    bits(pins_.drive_valid_i).set_bit(at);
    bits(pins_.drive_stream_i).set_field(6 * at, 6, static_cast<std::uint32_t>(stream));
    bits(pins_.drive_data_i).copy_in(16 * at, word.data.data(), 16);
    bits(pins_.drive_check_i).set_field(9 * at, 9, word.check);
    line_[kPlaces[place]][stream][r] = word;
  }

  void expect_registers() {
    pins_.eval();
    for (std::size_t place = 0; place < 3; ++place) {
      for (std::size_t s = 0; s < kStreams; ++s) {
        for (std::size_t r = 0; r < kSuperlanes; ++r) {
          const std::size_t at = (place * kStreams + s) * kSuperlanes + r;
          const Register& expected = line_[kPlaces[place]][s][r];
          ASSERT_EQ(bits(pins_.stream_valid_o).bit(at), expected.has_value())
              << "place " << place << " stream " << s << " superlane " << r;
          if (!expected) continue;
          Word word;
          std::memcpy(word.data.data(), bits(pins_.stream_data_o).data(16 * at), 16);
          word.check = bits(pins_.stream_check_o).field(9 * at, 9);
          ASSERT_EQ(word, *expected) << "place " << place << " stream " << s << " superlane " << r;
        }
      }
    }
  }

  Word random_word() {
    Word word;
    for (std::uint8_t& byte : word.data) byte = static_cast<std::uint8_t>(random_() >> 8);
    word.check = static_cast<std::uint32_t>(random_() % 512);
    return word;
  }

  std::uint64_t errors() { return RtlContext::process().errors() - errors_before_; }

  std::mt19937_64 random_{3};
  std::uint64_t errors_before_{RtlContext::process().errors()};
  typename Line::Verilated pins_{&RtlContext::process().verilated(), "line"};
  std::array<Position, 5> line_;
};

// The first is the one that yosys works on.
using Lines = testing::Types<StreamLine1, StreamLine2, StreamLine20>;
TYPED_TEST_SUITE(Streams, Lines);

TYPED_TEST(Streams, AValueIsSeenWhereItIsDrivenInItsCycle) {
  this->expect_registers();
  this->drive(1, 0, this->kLast, 5, this->random_word());
  this->expect_registers();
}

TYPED_TEST(Streams, AValueMovesOnePositionACycle) {
  this->drive(0, 2, 0, 31, this->random_word());
  this->drive(2, 1, this->kLast, 32, this->random_word());
  for (int cycle = 0; cycle < 10; ++cycle) {
    this->expect_registers();
    this->clock();
  }
  EXPECT_EQ(this->errors(), 0U);
}

TYPED_TEST(Streams, ADriveHidesWhatComesFromTheNeighbourInItsSuperlaneOnly) {
  for (std::size_t r = 0; r <= this->kLast; ++r) this->drive(0, 0, r, 7, this->random_word());
  this->clock();
  this->drive(1, 0, this->kLast, 7, this->random_word());
  for (int cycle = 0; cycle < 6; ++cycle) {
    this->expect_registers();
    this->clock();
  }
}

TYPED_TEST(Streams, TwoDriversOfOneRegisterAreAnError) {
  this->drive(1, 0, 0, 9, this->random_word());
  if (this->kLast > 0) {
    this->drive(1, 1, this->kLast, 9, this->random_word());  // another superlane
  }
  this->drive(1, 2, 0, 8, this->random_word());  // another stream
  this->drive(2, 0, 0, 9, this->random_word());  // another position
  this->clock();
  EXPECT_EQ(this->errors(), 0U);
  this->drive(1, 0, 0, 9, this->random_word());
  this->drive(1, 2, 0, 9, this->random_word());
  this->clock();
  EXPECT_EQ(this->errors(), 1U);
}

TYPED_TEST(Streams, ResetEmptiesTheLine) {
  this->drive(0, 0, 0, 3, this->random_word());
  this->clock();
  this->clock();
  this->pins_.rst_ni = 0;
  this->edge();
  this->pins_.rst_ni = 1;
  this->line_ = {};
  for (int cycle = 0; cycle < 5; ++cycle) {
    this->expect_registers();
    this->clock();
  }
}

// Phases of much and of little traffic; never two drivers of a register.
TYPED_TEST(Streams, RandomTrafficIsWhereTheReferenceHasIt) {
  constexpr std::size_t kCycles = 30'000 / TypeParam::kSuperlanes;
  for (std::size_t cycle = 0; cycle < kCycles && !this->HasFatalFailure(); ++cycle) {
    SCOPED_TRACE(cycle);
    const unsigned percent = cycle / 100 % 3 == 0 ? 2 : cycle / 100 % 3 == 1 ? 30 : 100;
    for (std::size_t place = 0; place < 3; ++place) {
      std::array<std::bitset<TypeParam::kSuperlanes>, kStreams> driven;
      for (std::size_t port = 0; port < kDrives; ++port) {
        if (this->random_() % 100 >= percent) continue;
        const std::size_t stream = this->random_() % kStreams;
        const bool whole = this->random_() % 2 == 0;
        for (std::size_t r = 0; r < TypeParam::kSuperlanes; ++r) {
          if (driven[stream][r] || (!whole && this->random_() % 2 == 0)) continue;
          driven[stream].set(r);
          this->drive(place, port, r, stream, this->random_word());
        }
      }
    }
    this->expect_registers();
    this->clock();
  }
  EXPECT_EQ(this->errors(), 0U);
}

}  // namespace
}  // namespace lpu::rtl
