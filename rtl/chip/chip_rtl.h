// SPDX-License-Identifier: Apache-2.0
// rtl/chip/lpu_chip.sv as a C++ object, one call a cycle, no SystemC.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"
#include "isa/wire/frame.h"
#include "rtl/common/pin_bits.h"
#include "rtl/common/rtl_context.h"
#include "rtl/common/traced_rtl.h"
#include "rtl/common/unit_rtl.h"

namespace lpu::rtl {

/// A whole chip. In program cycle c it shows what superlane r of the model shows in c - r.
class ChipRtl : public TracedRtl {
 public:
  /// The stream registers at one position with units. What stands between two such positions is
  /// what one of them showed as many cycles ago.
  struct Position {
    int x{0};
    PinBits valid, data, check;

    [[nodiscard]] bool is_valid(std::size_t word) const { return valid.bit(word); }
    [[nodiscard]] const std::uint8_t* bytes(std::size_t word) const {
      return data.data(word * kWordBytes);
    }
    [[nodiscard]] std::uint16_t check_bits(std::size_t word) const {
      return static_cast<std::uint16_t>(check.field(word * kCheckBits, kCheckBits));
    }
  };
  static constexpr std::size_t kWordBytes = 16;  // of a superlane
  static constexpr std::size_t kCheckBits = 9;

  /// Throws std::invalid_argument if no chip was verilated with this geometry: there is that of
  /// configs/chips/tiny.toml.
  ChipRtl(RtlContext& context, const std::string& name, const isa::ChipSpec& spec);
  ~ChipRtl() override;
  ChipRtl(const ChipRtl&) = delete;
  ChipRtl& operator=(const ChipRtl&) = delete;

  /// Makes the program the next one to start: resets all but MEM, writes data and text to MEM, puts
  /// lengths and heads into the queues. All through the host's port, a row or an instruction a
  /// cycle. The program is not needed afterwards.
  void load(const isa::Program& program);
  /// The same without data and text: MEM is as it was.
  void load_queues(const isa::Program& program);
  /// Program cycle 0 is the current cycle from here on.
  void start();
  /// Ends the current cycle.
  void clock();

  /// What a link puts on its wire in the current cycle, and what comes off it. Links as in
  /// isa::Geometry.
  [[nodiscard]] std::optional<isa::Phit> sent(int link) const;
  void come(int link, const isa::Phit& phit);
  /// A vector that could not be corrected is driven in this cycle. Since the last load: symbols
  /// put right, frames that could not be.
  [[nodiscard]] bool flagged(int link) const;
  [[nodiscard]] std::int64_t fec_corrected() const;
  [[nodiscard]] std::int64_t fec_flagged() const;

  /// Of the program, from start on.
  [[nodiscard]] isa::Cycle cycle() const;
  /// The program is over: the last superlane has done the last thing.
  [[nodiscard]] bool done() const;
  /// When it is over: as the model's end_cycle().
  [[nodiscard]] isa::Cycle end_cycle() const;

  /// The positions, west to east.
  [[nodiscard]] const std::vector<Position>& positions() const { return positions_; }
  /// The word of a superlane of a stream (32 * direction + index) at each of them.
  [[nodiscard]] std::size_t word(int stream, int superlane) const {
    return static_cast<std::size_t>(stream * superlanes_ + superlane);
  }

  /// MEM, while no program runs; each takes a clock edge. Slices count over both hemispheres.
  /// What is read is what is stored, right or not.
  [[nodiscard]] std::vector<std::uint8_t> read_row(int slice, int row);
  void write_row(int slice, int row, const std::uint8_t* bytes);
  /// With these check bits, right or not.
  void write_row(int slice, int row, const std::uint8_t* bytes, const UnitRtl::Checks& checks);
  /// Turns one stored bit over: 0..127 data of the superlane's word, 128..136 its check bits.
  void inject_error(int slice, int row, int superlane, int bit);

  /// Words that SECDED put right, since the last load; a word with two wrong bits was used.
  [[nodiscard]] std::int64_t corrected() const;
  [[nodiscard]] bool uncorrectable() const;

  /// Failed assertions since the last load.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }
  void trace(VerilatedFstC& file, int levels) override;

 private:
  class Model;

  void find_positions(const std::string& name, const isa::ChipSpec& spec);

  RtlContext* context_;
  isa::ChipSpec spec_;
  int superlanes_;
  std::unique_ptr<Model> model_;
  std::vector<Position> positions_;
  std::uint64_t errors_{0};
};

}  // namespace lpu::rtl
