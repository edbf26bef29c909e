// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/values.h"
#include "tlm/icu/issue_queue.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::tlm {

/// All MEM slices of a chip, in one block of bytes [hemisphere][slice][row][lane] that the
/// operating system fills with zeros page by page, when touched. Slices count over both
/// hemispheres, west first.
///
/// A queue dispatches one instruction a cycle, so a slice never has two reads or two writes of its
/// own; an ifetch takes its read port, too, for a row a cycle. Schedule errors: a row that the
/// slice does not have, a row read sooner than mem_write_latency after its write, an ifetch and
/// another reader in one cycle, an ifetch and a write to the same bank in one cycle.
class MemUnit : public TextSource {
 public:
  MemUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, Values values,
          StreamPort& streams);
  ~MemUnit() override;
  MemUnit(const MemUnit&) = delete;
  MemUnit& operator=(const MemUnit&) = delete;

  void execute(int slice, const isa::Insn& insn, isa::Cycle at);

  [[nodiscard]] std::span<const std::uint8_t> text(int slice, int row) const override;
  /// An ifetch reads its rows from `row` on, one a cycle, the first in cycle `at`.
  void read_text(int slice, int row, isa::Cycle at);

  /// Backdoors; values = full only.
  [[nodiscard]] std::span<const std::uint8_t> row(int slice, int row) const;
  void place(int slice, int row, std::span<const std::uint8_t> bytes);
  void inject(int slice, int row, int superlane, int bit);
  /// The whole block, empty without values. Who writes through it forgets no stored check bits.
  [[nodiscard]] std::span<std::uint8_t> bytes() { return {base_, size_}; }

  /// RTL of a slice: what the host writes goes to both memories from now on. In `rtl`, what it
  /// reads comes from the RTL's.
  struct Rtl {
    std::function<void(int row, const std::uint8_t* bytes, const CheckWords& checks)> write;
    std::function<void(int row, std::uint8_t* bytes)> read;
    Fidelity fidelity{Fidelity::kTlm};
  };
  void set_rtl(int slice, Rtl rtl) { rtl_[slice] = std::move(rtl); }
  /// Some slice has RTL: nobody may write through `bytes` without telling by `host_wrote`, nor read
  /// without `host_reads`. Addresses are those of the block.
  [[nodiscard]] bool has_rtl() const { return !rtl_.empty(); }
  void host_wrote(std::size_t address, std::size_t bytes);
  void host_reads(std::size_t address, std::size_t bytes) const;

  /// Forgets writes on the way; rows keep their bytes.
  void reset();

 private:
  struct Write {
    std::int64_t readable_from{INT64_MIN};
    int row{-1};
  };

  /// The rows of the last ifetch: the row before `end_row` is read in the cycle before `until`.
  struct TextRead {
    std::int64_t until{INT64_MIN};
    std::int64_t end_row{0};
  };

  /// What a slice has to be asked in every access: a line of the host's cache.
  struct alignas(64) Port {
    int x{0};
    std::int64_t settled{INT64_MIN};    // from this cycle on no write is on the way
    std::int64_t last_read{INT64_MIN};  // cycle of its queue's last read or gather
    TextRead text;
    /// The writes of the last write latency: a row, or one a superlane of a scatter.
    std::vector<Write> writes;
  };

  void read(int slice, const isa::Insn& insn, isa::Cycle at);
  void write(int slice, const isa::Insn& insn, isa::Cycle at);
  void gather(int slice, const isa::Insn& insn, isa::Cycle at);
  void scatter(int slice, const isa::Insn& insn, isa::Cycle at);
  void require_row(int row) const;
  void require_written(int slice, int row, isa::Cycle at) const;
  void note_write(int slice, int row, isa::Cycle at);
  void take_read_port(int slice, isa::Cycle at);
  void require_text(int slice, int row) const;
  void require_other_bank(std::int64_t written, std::int64_t read) const;
  void require_values() const;
  void mirror(int slice, int row);
  void refresh(int slice, int row) const;

  int rows_;
  int bank_rows_;
  int text_rows_;  // of an ifetch
  int lanes_;
  int superlanes_;
  isa::Cycles read_latency_;
  isa::Cycles write_latency_;
  Values values_;
  StreamPort& streams_;
  std::vector<Port> ports_;  // of each slice
  std::size_t size_{0};
  std::uint8_t* base_{nullptr};
  std::vector<MemSlice> slices_;
  std::map<int, Rtl> rtl_;  // by slice
};

}  // namespace lpu::tlm
