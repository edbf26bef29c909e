// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "rtl/common/traced_rtl.h"
#include "tlm/chip/rtl_slot.h"
#include "tlm/common/values.h"
#include "tlm/icu/issue_queue.h"

namespace lpu::tlm {

/// The Verilated queue beside one queue of the chip. It is clocked in every cycle of a program, and
/// must dispatch and notify in exactly the cycles in which the model's does. Each cycle counts as
/// one compared output. `both`: the instruction words are compared. `rtl`: what the chip executes
/// is the RTL's word; when it comes is still held against the model.
class IcuSlot {
 public:
  struct Config {
    std::string name;  // `icu_mem_e.slice3`
    Fidelity fidelity{Fidelity::kBoth};
    int queue{0};
    isa::ChipSpec spec;
  };

  virtual ~IcuSlot() = default;

  virtual void load(const std::vector<isa::Insn>& list, const TextSource& text) = 0;
  /// Program cycle 0 is cycle `at`.
  virtual void start(isa::Cycle at) = 0;

  /// The model's queue took this up in cycle `at`, before which everything was passed: an
  /// instruction of its unit (or nullptr), position `index` of the program. Returns what the chip
  /// is to execute.
  virtual const isa::Insn* step(isa::Cycle at, const isa::Insn* work, bool notify,
                                std::uint32_t index) = 0;
  /// Some queue of the chip gave a notify in cycle `at`.
  virtual void notified(isa::Cycle at) = 0;
  virtual void pass(isa::Cycle until) = 0;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual rtl::TracedRtl& block() = 0;
  [[nodiscard]] virtual std::int64_t compared_outputs() const = 0;
  [[nodiscard]] virtual std::int64_t differences() const = 0;
};

/// Throws std::invalid_argument where nothing was verilated for this chip.
[[nodiscard]] std::unique_ptr<IcuSlot> make_icu_slot(const IcuSlot::Config& config);

}  // namespace lpu::tlm
