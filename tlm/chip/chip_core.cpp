// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/chip_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "isa/asm/disassembler.h"
#include "rtl/mem/mem_slice_rtl.h"
#include "tlm/chip/rtl_blocks.h"
#include "tlm/common/latency.h"

namespace lpu::tlm {
namespace {

constexpr int kPlanes = static_cast<int>(isa::ChipSpec::kPlanes);

std::string plane_name(int slot) {
  return fmt::format("mxm_{}.plane{}", slot < kPlanes ? 'w' : 'e', slot % kPlanes);
}

}  // namespace

ChipCore::ChipCore(const Config& config, Send send)
    : config_(config),
      send_(std::move(send)),
      geometry_(config_.spec),
      streams_(config_.spec, config_.values),
      mem_(config_.spec, geometry_, config_.values, streams_),
      vxm_(config_.spec, config_.values, streams_),
      mxm_(config_.spec, geometry_, streams_, config_.values),
      sxm_(config_.spec, geometry_, config_.values, streams_),
      links_(static_cast<std::size_t>(config_.spec.c2c_links)),
      queues_(static_cast<std::size_t>(geometry_.queues())),
      calendar_(geometry_.queues()) {
  if (config_.receive_fifo > 0) {
    fifos_.assign(links_.size(), ReceiveFifo(config_.spec, config_.receive_fifo));
  }
  for (int queue = 0; queue < geometry_.queues(); ++queue) {
    const isa::QueueInfo info = geometry_.info(queue);
    const int h = static_cast<int>(info.hemisphere);
    Station station{info.unit, info.hemisphere, info.mxm, info.index};
    if (info.unit == isa::Unit::kMem) {
      station.index += h * static_cast<int>(config_.spec.mem_slices);
    } else if (info.unit == isa::Unit::kMxm) {
      station.index += h * kPlanes;
    } else if (info.unit == isa::Unit::kC2c) {
      station.edge = geometry_.sxm_x(info.hemisphere);
    }
    stations_.push_back(station);
  }
  for (std::size_t op = 0; op < latency_.size(); ++op) {
    latency_[op] = latency_of(config_.spec, static_cast<isa::Op>(op)).value;
  }
  place_rtl();
}

void ChipCore::place_rtl() {
  if (config_.values == Values::kNone || !config_.fidelity) {
    return;
  }
  chip_rtl_ = make_chip_slot(config_.spec, config_.index, config_.fidelity, streams_, mem_);
  std::string unit;
  for (int queue = 0, of_unit = 0; queue < geometry_.queues(); ++queue) {
    Station& station = stations_[static_cast<std::size_t>(queue)];
    std::string name = geometry_.unit_name(queue);
    if (name != unit) {
      unit = std::move(name);
      of_unit = 0;
      std::unique_ptr<RtlSlot> slot = make_rtl_slot(
          {config_.spec, unit, station.unit, config_.fidelity, config_.block}, streams_);
      station.rtl = slot.get();
      if (slot != nullptr && station.unit == isa::Unit::kMem) {
        mirror_slice(station.index, *slot);
      }
      if (slot != nullptr) {
        rtl_.push_back(std::move(slot));
      }
    } else {
      station.rtl = stations_[static_cast<std::size_t>(queue - 1)].rtl;
    }
    station.rtl_queue = of_unit++;
    std::unique_ptr<IcuSlot> icu = make_icu_slot(config_.spec, queue, config_.fidelity);
    station.icu = icu.get();
    if (icu != nullptr) {
      icu_rtl_.push_back(std::move(icu));
    }
  }
  if (chip_rtl_ != nullptr && !(rtl_.empty() && icu_rtl_.empty())) {
    throw std::invalid_argument("rtl: the chip is RTL as a whole, so its units cannot be");
  }
}

void ChipCore::mirror_slice(int slice, const RtlSlot& slot) {
  auto& rtl = dynamic_cast<rtl::MemSliceRtl&>(slot.block());
  mem_.set_rtl(slice, {[&rtl](int row, const std::uint8_t* bytes, const CheckWords& checks) {
                         rtl.host_write(row, bytes, checks);
                       },
                       [&rtl](int row, std::uint8_t* bytes) {
                         CheckWords checks;
                         rtl.host_read(row, bytes, &checks);
                       },
                       slot.fidelity()});
}

void ChipCore::load(const isa::Program& program) {
  if (state_ == ChipState::kRunning) {
    throw std::logic_error(fmt::format("chip{}: load while a program runs", config_.index));
  }
  if (program.queues.size() > queues_.size()) {
    throw std::invalid_argument(fmt::format("the program has {} queues, chip{} has {}",
                                            program.queues.size(), config_.index, queues_.size()));
  }
  program_ = &program;
  if (config_.values == Values::kFull) {
    place(program);
  }
  rewind();
}

void ChipCore::rewind() {
  if (program_ == nullptr || state_ == ChipState::kRunning) {
    throw std::logic_error(
        fmt::format("chip{}: rewind needs a loaded program that does not run", config_.index));
  }
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    const bool given = q < program_->queues.size();
    queues_[q].load(config_.spec, given ? &program_->queues[q] : nullptr,
                    config_.values == Values::kFull ? &mem_ : nullptr);
  }
  streams_.reset();
  mem_.reset();
  vxm_.reset();
  mxm_.reset();
  sxm_.reset();
  for (LinkPort& link : links_) {
    link.reset();
  }
  for (ReceiveFifo& fifo : fifos_) {
    fifo.reset();
  }
  for (const auto& slot : rtl_) {
    slot->reset();
  }
  for (std::size_t q = 0; q < program_->queues.size(); ++q) {
    if (stations_[q].icu != nullptr) {
      stations_[q].icu->load(program_->queues[q], mem_);
    }
  }
  if (chip_rtl_ != nullptr) {
    chip_rtl_->load(*program_);
  }
  calendar_.clear(now_);
  parked_.clear();
  notifier_ = kNobody;
  state_ = ChipState::kLoaded;
}

void ChipCore::place(const isa::Program& program) {
  for (const isa::DataRow& row : program.data) {
    mem_.place(row.slice, row.row, row.bytes);
  }
  for (const isa::DataRow& row : isa::text_rows(config_.spec, program)) {
    mem_.place(row.slice, row.row, row.bytes);
  }
}

void ChipCore::start(isa::Cycle at) {
  if (state_ != ChipState::kLoaded || at < now_) {
    throw std::logic_error(
        fmt::format("chip{}: start in cycle {} needs a loaded program and a cycle from {} on",
                    config_.index, at.value, now_.value));
  }
  calendar_.clear(now_);
  begin_ = at;
  last_effect_ = kNothing;
  state_ = ChipState::kRunning;
  for (const auto& slot : icu_rtl_) {
    slot->start(at);
  }
  if (chip_rtl_ != nullptr) {
    chip_rtl_->start(at);
  }
  corrected_before_ = streams_.corrected_errors();
  working_.clear();
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    if (!queues_[q].ended()) {
      calendar_.add(static_cast<int>(q), at);
      working_.push_back(static_cast<int>(q));
    }
  }
  if (working_.empty()) {
    finish();
  }
}

void ChipCore::run_until(isa::Cycle end) {
  if (state_ == ChipState::kRunning) {
    fetch_ahead();
    try {
      for (std::int64_t at = calendar_.next(); at < end.value; at = calendar_.next()) {
        run_cycle({at});
      }
      if (calendar_.next() == Calendar::kNever) {
        finish();
      }
    } catch (const RtlDifference& error) {
      fail(error);
    } catch (const UnitError& error) {
      fail(error);
    }
  }
  // What comes after the last dispatch of a program has not been executed by anybody: the next
  // program may begin there.
  now_ = std::max(now_, state_ == ChipState::kRunning ? end : current_cycle_ + isa::Cycles{1});
}

/// What the queues of this chip need comes from the host's memory while the first of them work: the
/// other chips of a large machine have had the caches meanwhile.
void ChipCore::fetch_ahead() const {
  for (const int queue : working_) {
    const auto q = static_cast<std::size_t>(queue);
    queues_[q].prefetch();
    __builtin_prefetch(&stations_[q], 1);
  }
}

std::optional<isa::Cycle> ChipCore::next_due() const {
  const std::int64_t next = calendar_.next();
  if (state_ != ChipState::kRunning || next == Calendar::kNever) {
    return std::nullopt;
  }
  return isa::Cycle{next};
}

void ChipCore::run_cycle(isa::Cycle at) {
  current_cycle_ = at;
  at_end_of_cycle_ = false;
  pass_rtl(at);
  calendar_.take(at.value, [this, at](int queue) { visit(queue, at); });
  if (mxm_.pending()) {
    at_end_of_cycle_ = true;
    mxm_.end_cycle(at);
  }
  if (notifier_ != kNobody) {
    current_queue_ = notifier_;
    at_end_of_cycle_ = false;
    release_parked(at);
  }
}

void ChipCore::visit(int queue, isa::Cycle at) {
  current_queue_ = queue;
  const IssueQueue::Step step = queues_[static_cast<std::size_t>(queue)].step(at);
  const isa::Insn* work = step.work;
  if (IcuSlot* icu = stations_[static_cast<std::size_t>(queue)].icu; icu != nullptr) {
    work = icu->step(at, work, step.notify, queues_[static_cast<std::size_t>(queue)].index());
  }
  if (work != nullptr) {
    dispatch(queue, *work, at);
  }
  if (step.notify) {
    notifier_ = queue;
  }
  if (step.fetch) {
    const isa::Insn& ifetch = queues_[static_cast<std::size_t>(queue)].ifetch();
    mem_.read_text(ifetch.count, ifetch.addr, at);
  }
  if (step.then == IssueQueue::Then::kAt) {
    calendar_.add(queue, step.next);
  } else if (step.then == IssueQueue::Then::kParked) {
    parked_.push_back(queue);
  }
}

void ChipCore::dispatch(int queue, const isa::Insn& insn, isa::Cycle at) {
  if (sink_ != nullptr) {
    sink_->record(
        {at, static_cast<std::uint16_t>(config_.index), static_cast<std::uint16_t>(queue), insn});
  }
  Station& station = stations_[static_cast<std::size_t>(queue)];
  station.rtl == nullptr ? execute(station, insn, at) : execute_with_rtl(station, insn, at);
  last_effect_ = std::max(last_effect_, at.value + latency_[static_cast<std::size_t>(insn.op)]);
  count(station.counts, insn);
}

void ChipCore::execute(const Station& station, const isa::Insn& insn, isa::Cycle at) {
  switch (station.unit) {
    case isa::Unit::kMem:
      return mem_.execute(station.index, insn, at);
    case isa::Unit::kVxm:
      return vxm_.execute(station.index, insn, at);
    case isa::Unit::kMxm:
      return mxm_.execute(station.index, station.mxm, insn, at);
    case isa::Unit::kSxm:
      return sxm_.execute(station.hemisphere, static_cast<isa::SxmQueue>(station.index), insn, at);
    case isa::Unit::kC2c:
      if (insn.op == isa::Op::kSend) {
        return send(station, insn, at);
      }
      if (insn.op == isa::Op::kReceive) {
        return receive(station, insn, at);
      }
      throw UnitError("lpu/c2c/undefined-insn", "a link has send and receive");
  }
}

void ChipCore::execute_with_rtl(const Station& station, const isa::Insn& insn, isa::Cycle at) {
  StreamUses uses;
  const std::int64_t corrected = streams_.corrected_errors();
  streams_.note_uses(&uses);
  execute(station, insn, at);
  streams_.note_uses(nullptr);
  station.rtl->dispatched(
      at, station.rtl_queue, insn, uses, streams_.corrected_errors() - corrected,
      {current_queue_, queues_[static_cast<std::size_t>(current_queue_)].index()});
}

void ChipCore::send(const Station& station, const isa::Insn& insn, isa::Cycle at) {
  const int link = station.index;
  links_[static_cast<std::size_t>(link)].send(config_.spec, at);
  const std::uint8_t* vector = streams_.take(required(insn.in), station.edge, at);
  const std::size_t bytes =
      vector == nullptr ? 0 : static_cast<std::size_t>(config_.spec.vector_bytes());
  const isa::Cycle leaves = at + isa::Cycles{config_.spec.c2c_send_latency};
  const std::size_t queue = static_cast<std::size_t>(current_queue_);
  if (RtlSlot* slot = stations_[queue].rtl; slot != nullptr) {
    slot->sent(leaves, {vector, bytes}, {current_queue_, queues_[queue].index()});
  }
  if (chip_rtl_ != nullptr) {
    chip_rtl_->sent(link, leaves, {vector, bytes});
  }
  send_(link, leaves, {vector, bytes});
}

void ChipCore::receive(const Station& station, const isa::Insn& insn, isa::Cycle at) {
  const std::span<const std::uint8_t> bytes =
      links_[static_cast<std::size_t>(station.index)].receive(at);
  if (!fifos_.empty()) {
    fifos_[static_cast<std::size_t>(station.index)].receives(at);
  }
  std::uint8_t* out = streams_.drive(required(insn.out), station.edge,
                                     at + isa::Cycles{config_.spec.c2c_receive_latency});
  if (out != nullptr) {
    std::copy(bytes.begin(), bytes.end(), out);
  }
}

void ChipCore::count(Statistics::Queue& counts, const isa::Insn& insn) const {
  ++counts.instructions;
  counts.vector_ops += isa::vector_ops(insn);
  if (insn.op == isa::Op::kPermute) {
    counts.busy_cycles += config_.spec.sxm_permute_interval;
  } else if (insn.op == isa::Op::kSend) {
    counts.busy_cycles += config_.spec.c2c_pace;
  } else {
    ++counts.busy_cycles;
  }
}

void ChipCore::release_parked(isa::Cycle at) {
  if (parked_.empty()) {
    throw UnitError("lpu/icu/nobody-parked", "a notify releases queues, and none is parked");
  }
  for (const int queue : parked_) {
    if (!queues_[static_cast<std::size_t>(queue)].ended()) {
      calendar_.add(queue, at + isa::Cycles{config_.spec.icu_barrier});
    }
  }
  parked_.clear();
  notifier_ = kNobody;
  for (const auto& slot : icu_rtl_) {
    slot->notified(at);
  }
}

void ChipCore::finish() {
  if (!parked_.empty()) {
    current_queue_ = parked_.front();
    at_end_of_cycle_ = false;
    throw UnitError(
        "lpu/icu/parked-forever",
        fmt::format("{} queues wait for a notify, and none is left to give it", parked_.size()));
  }
  at_end_of_cycle_ = true;
  mxm_.finish();
  end_ = last_effect_ == kNothing ? begin_ : isa::Cycle{last_effect_ + config_.spec.superlanes};
  if (chip_rtl_ != nullptr) {
    chip_rtl_->finish(end_, streams_.corrected_errors() - corrected_before_);
  }
  state_ = ChipState::kFinished;
}

void ChipCore::fail(const UnitError& error) const {
  ScheduleError::Where where{.chip = config_.index, .unit = {}, .at = current_cycle_};
  if (at_end_of_cycle_) {
    where.unit = plane_name(mxm_.failing_slot());
    where.in_queue = false;
    throw ScheduleError(error.id(), where, error.what());
  }
  where.unit = geometry_.name(current_queue_);
  set_instruction(where, current_queue_, queues_[static_cast<std::size_t>(current_queue_)].index());
  throw ScheduleError(error.id(), where, error.what());
}

void ChipCore::fail(const RtlDifference& error) const {
  ScheduleError::Where where{.chip = config_.index, .unit = error.unit(), .at = error.at()};
  const auto [queue, index] = error.origin();
  where.in_queue = queue >= 0;
  if (queue < 0) {
    throw ScheduleError(error.id(), where, error.what());
  }
  set_instruction(where, queue, index);
  const std::vector<isa::Insn>& list = program_->queues[static_cast<std::size_t>(queue)];
  throw ScheduleError(error.id(), where,
                      fmt::format("{} (`{}` of {})", error.what(),
                                  isa::text_of(geometry_, list.at(index)), geometry_.name(queue)));
}

void ChipCore::set_instruction(ScheduleError::Where& where, int queue, std::uint32_t index) const {
  const std::size_t q = static_cast<std::size_t>(queue);
  where.index = index;
  if (q < program_->lines.size() && index < program_->lines[q].size()) {
    where.line = program_->lines[q][index];
  }
}

void ChipCore::arrive(int link, isa::Cycle at, std::span<const std::uint8_t> vector) {
  if (at < now_) {
    fail_arrival(link, at, "lpu/c2c/arrival-in-the-past",
                 fmt::format("the chip has executed up to cycle {}: the flight time of a link must "
                             "be at least the window",
                             now_.value));
  }
  try {
    const bool full = config_.values == Values::kFull;
    links_[static_cast<std::size_t>(link)].arrive(at,
                                                  full ? vector : std::span<const std::uint8_t>{});
    if (!fifos_.empty()) {
      fifos_[static_cast<std::size_t>(link)].arrives(at);
    }
    if (!full) {
      return;  // and no RTL
    }
    const std::size_t queue = static_cast<std::size_t>(geometry_.c2c_queue(link));
    if (RtlSlot* slot = stations_[queue].rtl; slot != nullptr) {
      slot->arrives(at, vector);
    }
    if (chip_rtl_ != nullptr) {
      chip_rtl_->arrives(link, at, vector);
    }
  } catch (const UnitError& error) {
    fail_arrival(link, at, error.id(), error.what());
  }
}

void ChipCore::fail_arrival(int link, isa::Cycle at, const std::string& id,
                            const std::string& what) const {
  const ScheduleError::Where where{.chip = config_.index,
                                   .unit = geometry_.name(geometry_.c2c_queue(link)),
                                   .at = at,
                                   .in_queue = false};
  throw ScheduleError(id, where, what);
}

void ChipCore::each_rtl(
    const std::function<void(const std::string& unit, rtl::TracedRtl&)>& visit) {
  if (chip_rtl_ != nullptr) {
    visit("rtl", chip_rtl_->block());
  }
  for (const auto& slot : rtl_) {
    visit(slot->name(), slot->block());
  }
  for (const auto& slot : icu_rtl_) {
    visit(slot->name(), slot->block());
  }
}

void ChipCore::pass_rtl(isa::Cycle until) {
  if (chip_rtl_ != nullptr) {
    chip_rtl_->pass(until);
  }
  for (const auto& slot : rtl_) {
    slot->pass(until);
  }
  for (const auto& slot : icu_rtl_) {
    slot->pass(until);
  }
}

void ChipCore::pass(isa::Cycle until) {
  try {
    pass_rtl(until);
  } catch (const RtlDifference& error) {
    fail(error);
  }
}

Statistics ChipCore::statistics() const {
  Statistics statistics;
  if (chip_rtl_ != nullptr) {
    statistics.compared_outputs = chip_rtl_->compared_outputs();
    statistics.differences = chip_rtl_->differences();
  }
  for (const Station& station : stations_) {
    statistics.queues.push_back(station.counts);
    statistics.vector_ops += station.counts.vector_ops;
  }
  statistics.corrected_errors = streams_.corrected_errors();
  for (const auto& slot : rtl_) {
    statistics.compared_outputs += slot->compared_outputs();
    statistics.differences += slot->differences();
  }
  for (const auto& slot : icu_rtl_) {
    statistics.compared_outputs += slot->compared_outputs();
    statistics.differences += slot->differences();
  }
  return statistics;
}

int ChipCore::unreceived() const {
  int sum = 0;
  for (const LinkPort& link : links_) {
    sum += link.waiting();
  }
  return sum;
}

}  // namespace lpu::tlm
