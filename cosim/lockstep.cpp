// SPDX-License-Identifier: Apache-2.0
#include "cosim/lockstep.h"

#include <fmt/format.h>

#include <stdexcept>

#include "cosim/c2c_stimulus.h"
#include "cosim/icu_stimulus.h"
#include "cosim/mem_stimulus.h"
#include "cosim/mxm_stimulus.h"
#include "cosim/sxm_stimulus.h"
#include "cosim/vxm_stimulus.h"
#include "isa/asm/disassembler.h"
#include "isa/check/check.h"
#include "tlm/chip/chip_core.h"

namespace lpu::cosim {
namespace {

constexpr std::int64_t kWindow = 64;  // what is sent arrives in a later one

std::string text_of(const isa::ChipSpec& spec, const Stimulus& stimulus) {
  std::string text = isa::disassemble(spec, stimulus.program);
  for (const Fault& fault : stimulus.faults) {
    text += fmt::format("# fault: slice {} row {} superlane {} bit {}\n", fault.slice, fault.row,
                        fault.superlane, fault.bit);
  }
  return text;
}

void require_legal(const isa::ChipSpec& spec, const Stimulus& stimulus) {
  const isa::CheckResult result = isa::check(spec, stimulus.program);
  if (!result.violations.empty()) {
    throw std::logic_error(fmt::format("stimulus is not legal: {}\n{}",
                                       isa::text_of(result.violations.front()),
                                       text_of(spec, stimulus)));
  }
}

/// One chip whose links lead back to it: link 0 to link 1, 2 to 3 and so on.
class Bench {
 public:
  Bench(const isa::ChipSpec& spec, const std::string& unit, const LockstepOptions& options)
      : core_(config(spec, unit, options),
              [this](int link, isa::Cycle leaves, std::span<const std::uint8_t> vector) {
                core_.arrive(link ^ 1, leaves + isa::Cycles{kBenchFlight}, vector);
              }) {
    if (!asked_) {
      throw std::invalid_argument(fmt::format("{}: no RTL of this unit", unit));
    }
  }

  void run(const Stimulus& stimulus) {
    core_.load(stimulus.program);
    for (const Fault& fault : stimulus.faults) {
      core_.mem().inject(fault.slice, fault.row, fault.superlane, fault.bit);
    }
    core_.start(core_.now());
    while (core_.state() == tlm::ChipState::kRunning) {
      core_.run_until(core_.now() + isa::Cycles{kWindow});
    }
    core_.pass(core_.end_cycle());
  }
  [[nodiscard]] const tlm::ChipCore& core() const { return core_; }

 private:
  tlm::ChipCore::Config config(const isa::ChipSpec& spec, const std::string& unit,
                               const LockstepOptions& options) {
    tlm::ChipCore::Config config;
    config.spec = spec;
    config.fidelity = [this, unit](std::string_view name) {
      asked_ = asked_ || name == unit;
      return name == unit ? tlm::Fidelity::kBoth : tlm::Fidelity::kTlm;
    };
    if (options.block) {
      config.block = [block = options.block](std::string_view) { return block(); };
    }
    return config;
  }

  bool asked_{false};
  tlm::ChipCore core_;
};

}  // namespace

MakeStimulus stimulus_of(std::string_view unit) {
  if (unit.starts_with("mem_")) {
    return mem_stimulus;
  }
  if (unit.starts_with("mxm_")) {
    return mxm_stimulus;
  }
  if (unit == "vxm") {
    return vxm_stimulus;
  }
  if (unit.starts_with("sxm_")) {
    return sxm_stimulus;
  }
  if (unit.starts_with("icu_vxm.")) {
    return icu_stimulus;
  }
  if (unit.starts_with("c2c_")) {
    return c2c_stimulus;
  }
  return nullptr;
}

LockstepResult lockstep(const isa::ChipSpec& spec, const std::string& unit,
                        const LockstepOptions& options) {
  const MakeStimulus make = stimulus_of(unit);
  if (make == nullptr) {
    throw std::invalid_argument(fmt::format("{}: no stimulus for this unit", unit));
  }
  LockstepResult result;
  Bench bench(spec, unit, options);
  while (result.vectors < options.vectors && result.failure.empty()) {
    Random random(options.seed * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(result.programs));
    const Stimulus stimulus = make(spec, unit, random);
    require_legal(spec, stimulus);
    if (options.on_program) {
      options.on_program(stimulus);
    }
    const isa::Cycle begin = bench.core().now();
    try {
      bench.run(stimulus);
      result.cycles += (bench.core().end_cycle() - begin).value;
    } catch (const tlm::ScheduleError& error) {
      result.failure = error.what();
      result.failing_program = text_of(spec, stimulus);
    }
    ++result.programs;
    const tlm::Statistics statistics = bench.core().statistics();
    const isa::Geometry& geometry = bench.core().geometry();
    result.vectors = 0;
    for (int q = 0; q < geometry.queues(); ++q) {
      if (geometry.unit_name(q) == unit || "icu_" + geometry.name(q) == unit) {
        result.vectors += statistics.queues[static_cast<std::size_t>(q)].vector_ops;
      }
    }
    result.compared_outputs = statistics.compared_outputs;
    result.differences = statistics.differences;
  }
  return result;
}

}  // namespace lpu::cosim
