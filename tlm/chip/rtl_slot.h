// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "rtl/common/unit_rtl.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/schedule_error.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// RTL and model are not equal, or an assertion of the RTL failed: where, and for which
/// instruction. The chip makes a ScheduleError of it.
class RtlDifference : public UnitError {
 public:
  /// What dispatched: the chip's number of the queue, and the position in its program.
  struct Origin {
    int queue{-1};  // -1: of no instruction in particular
    std::uint32_t index{0};
  };

  RtlDifference(std::string id, std::string unit, isa::Cycle at, const Origin& origin,
                const std::string& what)
      : UnitError(std::move(id), what), unit_(std::move(unit)), at_(at), origin_(origin) {}
  [[nodiscard]] const std::string& unit() const { return unit_; }
  [[nodiscard]] isa::Cycle at() const { return at_; }
  [[nodiscard]] const Origin& origin() const { return origin_; }

 private:
  std::string unit_;
  isa::Cycle at_;
  Origin origin_;
};

/// A Verilated unit beside the model's (`both`) or in its place (`rtl`). It gets the instructions
/// that the model's unit dispatches and the stream registers that this one reads, and it is
/// clocked as long as something is in flight.
///
/// Each of its drives must come in the cycle in which the model's does, on the same stream.
/// `both`: every byte and check bit is compared, the model drives the chip. `rtl`: the RTL's bytes
/// and check bits go onto the stream. Each compared vector or silent cycle counts as one compared
/// output; the first difference is thrown.
class RtlSlot {
 public:
  using Origin = RtlDifference::Origin;

  /// `settle`: cycles after a dispatch until the block has nothing in flight.
  RtlSlot(std::string name, Fidelity fidelity, std::shared_ptr<rtl::UnitRtl> block,
          isa::Cycles settle, const isa::ChipSpec& spec, StreamPort& streams);
  virtual ~RtlSlot() = default;
  RtlSlot(const RtlSlot&) = delete;
  RtlSlot& operator=(const RtlSlot&) = delete;

  /// The model's unit executed `insn` of its queue `queue` in cycle `at`, and SECDED put
  /// `corrected` words right. Everything before `at` has been passed.
  void dispatched(isa::Cycle at, int queue, const isa::Insn& insn, const StreamUses& uses,
                  std::int64_t corrected, Origin origin);
  /// All dispatches before cycle `until` are known: clocks up to it. Throws RtlDifference.
  void pass(isa::Cycle until);
  virtual void reset();

  /// Of a link: the model sent this vector, whose first phit leaves in cycle `leaves`; and one that
  /// can be received from cycle `at` on.
  virtual void sent(isa::Cycle leaves, std::span<const std::uint8_t> vector, Origin origin);
  virtual void arrives(isa::Cycle at, std::span<const std::uint8_t> vector);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Fidelity fidelity() const { return fidelity_; }
  [[nodiscard]] rtl::UnitRtl& block() const { return *block_; }
  [[nodiscard]] std::int64_t compared_outputs() const { return compared_; }
  [[nodiscard]] std::int64_t differences() const { return differences_; }

 protected:
  /// What a block has beside the common ports, before and after the clock edge that ends a cycle.
  virtual void before_edge(std::int64_t /*cycle*/) {}
  virtual void after_edge(std::int64_t /*cycle*/) {}
  void keep_clocked_to(isa::Cycle at) { busy_to_ = std::max(busy_to_, at.value); }
  void count_compared() { ++compared_; }
  [[nodiscard]] std::size_t vector_bytes() const { return bytes_; }
  [[nodiscard]] std::int64_t cycle() const { return next_; }
  [[noreturn]] void differ(const Origin& origin, const std::string& what);

 private:
  struct Expected {
    std::int64_t at{0};
    int stream{0};
    std::uint8_t* vector{nullptr};
    Origin origin;
  };

  void clock();
  void judge_drives();
  void judge_drive(const rtl::UnitRtl::Drive& drive, const Expected& expected);
  void judge_checks();
  void put(const rtl::UnitRtl::Drive& drive, const Expected& expected);
  [[nodiscard]] rtl::UnitRtl::Checks checks_of(const std::uint8_t* vector) const;

  std::string name_;
  Fidelity fidelity_;
  std::shared_ptr<rtl::UnitRtl> block_;
  isa::Cycles settle_;
  std::size_t bytes_;
  int superlanes_;
  StreamPort& streams_;

  std::int64_t next_{INT64_MIN};     // the cycle that the block is in
  std::int64_t busy_to_{INT64_MIN};  // nothing is in flight from this cycle on
  std::int64_t corrected_{0};        // words, of the model's dispatches in cycle next_
  Origin last_;
  std::vector<Expected> expected_;
  std::int64_t compared_{0};
  std::int64_t differences_{0};
};

}  // namespace lpu::tlm
