// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "fabric/schedule/clusters.h"
#include "fabric/system/skew_check.h"
#include "isa/spec/geometry.h"
#include "tlm/common/schedule_error.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kFemtosecondsAtOneMegahertz = 1'000'000'000;
/// Windows of a quantum: several, for what a cluster of chips brings into the host's caches, and
/// not many, for clusters may share the text of their programs.
constexpr std::uint64_t kQuantum = 16;

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

isa::Cycles window_of(const System::Config& config, const Clocks& clocks) {
  // With several ranks a vector crosses at the end of a window, up to a window after it was sent.
  const bool alone = config.ranks == nullptr || config.ranks->size() == 1;
  const std::int64_t most = std::max<std::int64_t>(clocks.lookahead().value / (alone ? 1 : 2), 1);
  const isa::Cycles usual{config.units.empty() ? most : std::max<std::int64_t>(most / 2, 1)};
  const isa::Cycles window = config.window.value == 0 ? usual : config.window;
  if (window.value < 1 || window.value > most) {
    throw UsageError(
        fmt::format("a window of {} cycles: 1 to {} are possible, which is less than "
                    "the flight of a link",
                    window.value, most));
  }
  return window;
}

/// The n-th chip in the sum is chip n: ranks hand over their chips in the order of ranks.
void add_chip(Unpacked& from, SystemStatistics& sum) {
  tlm::Statistics chip;
  const auto queues = from.take<std::size_t>();
  for (std::size_t q = 0; q < queues; ++q) {
    chip.queues.push_back(from.take<tlm::Statistics::Queue>());
  }
  chip.vector_ops = from.take<std::int64_t>();
  chip.corrected_errors = from.take<std::int64_t>();
  chip.compared_outputs = from.take<std::int64_t>();
  chip.differences = from.take<std::int64_t>();
  sum.vector_ops += chip.vector_ops;
  sum.corrected_errors += chip.corrected_errors;
  sum.compared_outputs += chip.compared_outputs;
  sum.differences += chip.differences;
  sum.chips.push_back(std::move(chip));
}

}  // namespace

std::string link_name(LinkEnd from, LinkEnd to) {
  return fmt::format("chip{}_link{}_to_chip{}_link{}", from.chip, from.link, to.chip, to.link);
}

System::System(const sc_core::sc_module_name& name, const Config& config)
    : sc_module(name),
      config_(config),
      ranks_(config.ranks == nullptr ? alone_ : *config.ranks),
      border_(ranks_),
      topology_(config.spec),
      period_(period_of(config.spec.chip)),
      clocks_(config.spec, topology_, config.seed),
      flight_(std::make_shared<const FlightTime>(flight_time_of(config.spec))) {
  config_.window = window_of(config, clocks_);
  programs_.resize(static_cast<std::size_t>(config.spec.chips));
  together([this] {
    build_chips();
    build_links();
  });
}

/// A part of the work of all ranks. An error in one of them ends it for all.
void System::together(const std::function<void()>& part) {
  try {
    part();
  } catch (const std::exception&) {
    border_.fail(std::current_exception());
  }
  exchange();
}

void System::build_chips() {
  UnitChoices choices(isa::Geometry(config_.spec.chip), config_.spec.chips, config_.units);
  const auto& fifo = config_.spec.physical.fifo;
  for (int i = 0; i < config_.spec.chips; ++i) {
    if (rank_of(i) != ranks_.rank()) {
      chips_.push_back(nullptr);
      continue;
    }
    tlm::Chip::Config chip;
    chip.spec = config_.spec.chip;
    chip.values = config_.values;
    chip.index = i;
    chip.window = config_.window;
    chip.clock = clocks_.of(i);
    chip.receive_fifo = fifo ? static_cast<int>(fifo->depth.value) : 0;
    // Called while the chip is built, and not later.
    chip.fidelity = [&choices, i](std::string_view unit) { return choices.ask(i, unit); };
    try {
      chips_.push_back(std::make_unique<tlm::Chip>(fmt::format("chip{}", i).c_str(), chip));
    } catch (const std::invalid_argument& e) {
      throw UsageError(fmt::format("chip{}.{}", i, e.what()));
    }
  }
  if (chips_here() > 0) {
    choices.refuse_impossible();
  }
}

void System::build_links() {
  for (const Cable& cable : topology_.cables()) {
    build_link(cable.a, cable.b, cable.flight);
    build_link(cable.b, cable.a, cable.flight);
  }
}

int System::rank_of(int chip) const {
  return rank_of_chip(chip, config_.spec.chips, ranks_.size());
}

void System::build_link(LinkEnd from, LinkEnd to, isa::Cycles flight) {
  if (!here(from.chip)) {
    if (here(to.chip)) {
      border_.arrivals_at(to).bind(chip(to.chip).rx[static_cast<std::size_t>(to.link)]);
    }
    return;
  }
  const auto index = static_cast<std::uint64_t>(from.chip * topology_.links() + from.link);
  Link::Config link;
  link.flight = flight_;
  link.longer = flight - config_.spec.flight;
  link.seed = config_.seed;
  link.index = sequence(Draws::kFlight, index);
  if (const auto& errors = config_.spec.physical.errors) {
    link.errors = {*errors, static_cast<std::size_t>(config_.spec.chip.vector_bytes()),
                   config_.seed, sequence(Draws::kError, index)};
  }
  if (clocks_.own()) {
    link.sender = clocks_.of(from.chip).get();
    link.receiver = clocks_.of(to.chip).get();
  }
  links_.push_back({from, to, std::make_unique<Link>(link_name(from, to).c_str(), link)});
  Link& built = *links_.back().link;
  chip(from.chip).tx[static_cast<std::size_t>(from.link)].bind(built.rx);
  if (here(to.chip)) {
    built.tx.bind(chip(to.chip).rx[static_cast<std::size_t>(to.link)]);
  } else {
    built.tx.bind(border_.departures_to(to, rank_of(to.chip)));
  }
}

/// Of the chips of this rank.
template <typename Visit>
void System::for_each_program(Visit visit) {
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (programs_[i] != nullptr && chips_[i] != nullptr) {
      visit(*chips_[i], *programs_[i]);
    }
  }
}

void System::load(ProgramSet programs) {
  if (programs.size() > chips_.size()) {
    throw UsageError(
        fmt::format("programs for {} chips, the system has {}", programs.size(), chips_.size()));
  }
  for (std::size_t i = 0; i < programs.size(); ++i) {
    if (programs[i] != nullptr && config_.spec.outages.out(static_cast<int>(i))) {
      throw UsageError(fmt::format("chip{} is out of order and cannot run a program", i));
    }
  }
  programs.resize(chips_.size());
  programs_ = std::move(programs);
  together([this] {
    if (clocks_.own()) {
      tolerated_skew_ = judge_skew(config_.spec, topology_, programs_);
      if (tolerated_skew_) {
        least_tolerated_skew_ =
            std::min(least_tolerated_skew_.value_or(*tolerated_skew_), *tolerated_skew_);
      }
    }
    for (const Outgoing& out : links_) {
      out.link->tolerate(tolerated_skew_);
    }
    for_each_program([](tlm::Chip& chip, const isa::Program& program) { chip.load(program); });
  });
}

void System::rewind() {
  for_each_program([](tlm::Chip& chip, const isa::Program& /*program*/) { chip.rewind(); });
}

/// Nobody can tell that a cluster is ahead of the others, but who looks on window by window. One of
/// which other ranks have a part meets its vectors at the end of each window.
void System::form_clusters() {
  const bool observed = sink_ != nullptr || on_window_;
  const auto window = static_cast<std::uint64_t>(config_.window.value);
  const auto quantum = sc_core::sc_time::from_value(kQuantum * window * period_.value());
  for (const std::vector<int>& cluster : clusters_of(config_.spec.chip, topology_, programs_)) {
    std::vector<tlm::Chip*> chips;
    for (const int number : cluster) {
      if (here(number)) {
        chips.push_back(&chip(number));
      }
    }
    const bool whole = chips.size() == cluster.size();
    if (!chips.empty()) {
      chips.front()->lead(chips, whole && !observed ? quantum : sc_core::SC_ZERO_TIME);
    }
  }
}

isa::Cycle System::run(isa::Cycle start) {
  clocks_.start(start);
  form_clusters();
  together([this, start] {
    for_each_program(
        [start](tlm::Chip& chip, const isa::Program& /*program*/) { chip.start(start); });
  });
  while (!all_.finished) {
    if (all_.next == Border::Progress::kNothing) {
      throw std::logic_error("lpu/system/no-progress: nothing is due, and not all chips ended");
    }
    advance();
  }
  const isa::Cycle end = all_.end;
  while (kernel_cycle() < end) {
    advance();
  }
  next_start_ = clocks_.idle_from(end);
  together([this, end] {
    for (const auto& chip : chips_) {
      if (chip != nullptr) {
        chip->pass(end);  // RTL is judged to the last cycle, with a waveform and without
      }
    }
    refuse_left_over(end);
  });
  return end;
}

/// One window, or to the next thing that happens anywhere if that is later.
void System::advance() {
  auto step = sc_core::sc_time::from_value(period_.value() *
                                           static_cast<std::uint64_t>(config_.window.value));
  if (all_.next != Border::Progress::kNothing) {
    // What is due exactly at the end of a step runs in the next one.
    step = std::max(step, sc_core::sc_time::from_value(all_.next));
  }
  together([this, step] { simulate(step); });
  if (on_window_) {
    together([this] { on_window_(kernel_cycle()); });
  }
}

void System::simulate(const sc_core::sc_time& step) {
  try {
    sc_core::sc_start(step);
  } catch (const sc_core::sc_report&) {
    // The kernel has only the words of it; the chip that met the error has all of it.
    for (const auto& chip : chips_) {
      if (chip != nullptr && chip->error()) {
        throw tlm::ScheduleError(*chip->error());
      }
    }
    throw;
  }
}

void System::exchange() {
  all_ = {};
  for (const Border::Progress& one : border_.exchange(progress(), sink_)) {
    all_.next = std::min(all_.next, one.next);
    all_.finished = all_.finished && one.finished;
    all_.end = std::max(all_.end, one.end);
  }
}

Border::Progress System::progress() const {
  Border::Progress mine;
  if (sc_core::sc_pending_activity()) {
    mine.next = sc_core::sc_time_to_pending_activity().value();
  }
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (chips_[i] != nullptr && programs_[i] != nullptr) {
      mine.finished = mine.finished && chips_[i]->finished();
      mine.end = std::max(mine.end, chips_[i]->end_cycle());
    }
  }
  return mine;
}

isa::Cycle System::kernel_cycle() const {
  return clocks_.passed({static_cast<std::int64_t>(sc_core::sc_time_stamp().value())});
}

void System::refuse_left_over(isa::Cycle end) const {
  for (const auto& chip : chips_) {
    if (chip != nullptr && chip->unreceived() != 0) {
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
  sink_ = sink;
  traces::Sink* const of_chips = sink == nullptr || ranks_.size() == 1 ? sink : &border_.events();
  for (const auto& chip : chips_) {
    if (chip != nullptr) {
      chip->set_sink(of_chips);
    }
  }
}

void System::write_vector(int chip, int slice, int row, std::span<const std::uint8_t> bytes) {
  if (here(chip)) {
    this->chip(chip).write_vector(slice, row, bytes);
  }
}

Bytes System::read_vector(int chip, int slice, int row) const {
  Bytes mine;
  if (here(chip)) {
    const auto bytes = chips_[static_cast<std::size_t>(chip)]->read_vector(slice, row);
    mine.assign(bytes.begin(), bytes.end());
  }
  return ranks_.share(mine)[static_cast<std::size_t>(rank_of(chip))];
}

std::int64_t System::chips_here() const {
  return std::count_if(chips_.begin(), chips_.end(), [](const auto& c) { return c != nullptr; });
}

Bytes System::packed_statistics() const {
  Bytes mine;
  pack(mine, chips_here());
  for (const auto& chip : chips_) {
    if (chip == nullptr) {
      continue;
    }
    const tlm::Statistics one = chip->statistics();
    pack(mine, one.queues.size());
    for (const auto& queue : one.queues) {
      pack(mine, queue);
    }
    pack(mine, one.vector_ops);
    pack(mine, one.corrected_errors);
    pack(mine, one.compared_outputs);
    pack(mine, one.differences);
  }
  for (const Outgoing& out : links_) {
    pack(mine, LinkStatistics{out.link->counts(), out.from, out.to});
  }
  return mine;
}

SystemStatistics System::statistics() const {
  SystemStatistics sum;
  sum.tolerated_skew = least_tolerated_skew_;
  for (const Bytes& of_rank : ranks_.share(packed_statistics())) {
    Unpacked from(of_rank);
    for (auto chips = from.take<std::int64_t>(); chips > 0; --chips) {
      add_chip(from, sum);
    }
    while (!from.empty()) {
      const LinkStatistics& link = sum.links.emplace_back(from.take<LinkStatistics>());
      sum.link_vectors += link.vectors;
      sum.corrected_vectors += link.corrected;
      sum.undetected_vectors += link.undetected;
      sum.least_skew = std::min(sum.least_skew, link.least_skew);
      sum.most_skew = std::max(sum.most_skew, link.most_skew);
    }
  }
  std::sort(sum.links.begin(), sum.links.end(),
            [](const LinkStatistics& a, const LinkStatistics& b) { return a.from < b.from; });
  return sum;
}

}  // namespace lpu::fabric
