// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "isa/spec/geometry.h"
#include "tlm/common/schedule_error.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kFemtosecondsAtOneMegahertz = 1'000'000'000;

/// The kernel accepts a resolution once a process, and not after any other sc_time.
sc_core::sc_time period_of(const isa::ChipSpec& chip) {
  static const bool set = [] {
    sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
    return true;
  }();
  static_cast<void>(set);
  return sc_core::sc_time::from_value(
      static_cast<std::uint64_t>(kFemtosecondsAtOneMegahertz / chip.clock_mhz));
}

isa::Cycles window_of(const System::Config& config) {
  const std::int64_t flight = config.spec.flight.value;
  const isa::Cycles usual{config.units.empty() ? flight : std::max<std::int64_t>(flight / 2, 1)};
  const isa::Cycles window = config.window.value == 0 ? usual : config.window;
  if (window.value < 1 || window > config.spec.flight) {
    throw UsageError(
        fmt::format("a window of {} cycles: 1 to the {} of a link's flight are possible",
                    window.value, config.spec.flight.value));
  }
  return window;
}

}  // namespace

System::System(const sc_core::sc_module_name& name, const Config& config)
    : sc_module(name),
      config_(config),
      topology_(config.spec.topology, config.spec.chips),
      period_(period_of(config.spec.chip)) {
  config_.window = window_of(config);
  build_chips();
  build_links();
}

void System::build_chips() {
  UnitChoices choices(isa::Geometry(config_.spec.chip), config_.spec.chips, config_.units);
  for (int i = 0; i < config_.spec.chips; ++i) {
    tlm::Chip::Config chip;
    chip.spec = config_.spec.chip;
    chip.values = config_.values;
    chip.index = i;
    chip.window = config_.window;
    chip.period = period_;
    // Called while the chip is built, and not later.
    chip.fidelity = [&choices, i](std::string_view unit) { return choices.ask(i, unit); };
    try {
      chips_.push_back(std::make_unique<tlm::Chip>(fmt::format("chip{}", i).c_str(), chip));
    } catch (const std::invalid_argument& e) {
      throw UsageError(fmt::format("chip{}.{}", i, e.what()));
    }
  }
  choices.refuse_impossible();
}

void System::build_links() {
  for (const Cable& cable : topology_.cables()) {
    build_link(cable.a, cable.b);
    build_link(cable.b, cable.a);
  }
}

void System::build_link(LinkEnd from, LinkEnd to) {
  const std::string link_name =
      fmt::format("chip{}_link{}_to_chip{}_link{}", from.chip, from.link, to.chip, to.link);
  Link::Config link;
  link.flight = config_.spec.flight;
  link.period = period_;
  links_.push_back(std::make_unique<Link>(link_name.c_str(), link));
  chip(from.chip).tx[static_cast<std::size_t>(from.link)].bind(links_.back()->rx);
  links_.back()->tx.bind(chip(to.chip).rx[static_cast<std::size_t>(to.link)]);
}

void System::load(ProgramSet programs) {
  if (programs.size() > chips_.size()) {
    throw UsageError(
        fmt::format("programs for {} chips, the system has {}", programs.size(), chips_.size()));
  }
  programs.resize(chips_.size());
  programs_ = std::move(programs);
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_[i] != nullptr) {
      chips_[i]->load(*programs_[i]);
    }
  }
}

void System::rewind() {
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_[i] != nullptr) {
      chips_[i]->rewind();
    }
  }
}

isa::Cycle System::run(isa::Cycle start) {
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_.at(i) != nullptr) {
      chips_[i]->start(start);
    }
  }
  while (!finished()) {
    if (!sc_core::sc_pending_activity()) {
      throw std::logic_error("lpu/system/no-progress: nothing is due, and not all chips ended");
    }
    advance();
  }
  const isa::Cycle end = end_cycle();
  while (kernel_cycle() < end) {
    advance();
  }
  next_start_ = end + config_.spec.flight;
  for (const auto& chip : chips_) {
    chip->pass(end);  // RTL is judged to the last cycle, with a waveform and without
  }
  refuse_left_over(end);
  return end;
}

/// One window, or to the next thing that happens if that is later.
void System::advance() {
  auto step = sc_core::sc_time::from_value(period_.value() *
                                           static_cast<std::uint64_t>(config_.window.value));
  if (sc_core::sc_pending_activity()) {
    // What is due exactly at the end of a step runs in the next one.
    step = std::max(step, sc_core::sc_time_to_pending_activity());
  }
  try {
    sc_core::sc_start(step);
  } catch (const sc_core::sc_report&) {
    // The kernel has only the words of it; the chip that met the error has all of it.
    for (const auto& chip : chips_) {
      if (chip->error()) {
        throw tlm::ScheduleError(*chip->error());
      }
    }
    throw;
  }
  if (on_window_) {
    on_window_(kernel_cycle());
  }
}

bool System::finished() const {
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_[i] != nullptr && !chips_[i]->finished()) {
      return false;
    }
  }
  return true;
}

isa::Cycle System::end_cycle() const {
  isa::Cycle end;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_[i] != nullptr) {
      end = std::max(end, chips_[i]->end_cycle());
    }
  }
  return end;
}

isa::Cycle System::kernel_cycle() const {
  return {static_cast<std::int64_t>(sc_core::sc_time_stamp().value() / period_.value())};
}

void System::refuse_left_over(isa::Cycle end) const {
  for (const auto& chip : chips_) {
    if (chip->unreceived() != 0) {
      tlm::ScheduleError::Where where;
      where.chip = chip->config().index;
      where.unit = "c2c";
      where.at = end;
      where.in_queue = false;
      throw tlm::ScheduleError(
          "lpu/c2c/not-received", where,
          fmt::format("every vector sent is received: {} were not", chip->unreceived()));
    }
  }
}

void System::set_sink(traces::Sink* sink) {
  for (const auto& chip : chips_) {
    chip->set_sink(sink);
  }
}

SystemStatistics System::statistics() const {
  SystemStatistics sum;
  for (const auto& chip : chips_) {
    sum.chips.push_back(chip->statistics());
    const tlm::Statistics& one = sum.chips.back();
    sum.vector_ops += one.vector_ops;
    sum.corrected_errors += one.corrected_errors;
    sum.compared_outputs += one.compared_outputs;
    sum.differences += one.differences;
  }
  for (const auto& link : links_) {
    sum.link_vectors += link->vectors();
  }
  return sum;
}

}  // namespace lpu::fabric
