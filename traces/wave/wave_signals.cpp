// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/wave_signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "isa/insn/insn.h"
#include "traces/wave/glob.h"

namespace lpu::traces {
namespace {

using Look = WaveSignal::Look;
constexpr int kOpBits = 8 * 10;     // distribute
constexpr int kStreamBits = 8 * 3;  // e31
constexpr int kSourceBits = 8 * 5;  // alu15

/// The operations that a queue can hold, apart from the ICU's.
bool can_hold(const isa::QueueInfo& info, isa::Op op) {
  if (info.unit == isa::Unit::kMxm) {
    if (op == isa::Op::kAbc) return info.mxm == isa::MxmQueue::kActivations;
    if (op == isa::Op::kAcc) return info.mxm == isa::MxmQueue::kAccumulate;
    return info.mxm == isa::MxmQueue::kWeights;
  }
  if (info.unit == isa::Unit::kSxm) {
    const int kind = std::min(info.index, static_cast<int>(isa::SxmQueue::kTranspose0));
    return static_cast<int>(op) - static_cast<int>(isa::Op::kShift) == kind;
  }
  return true;
}

bool can_have(const isa::QueueInfo& info, isa::Field field) {
  return std::ranges::any_of(isa::ops_of(info.unit), [&](const isa::OpInfo& op) {
    return can_hold(info, op.op) && isa::has_field(op, field);
  });
}

/// Viewers show text without characters as quotation marks, a blank as nothing.
WaveValue idle(Look look) { return look == Look::kText ? text_value(" ") : WaveValue{}; }

WaveValue stream_text(const std::optional<isa::Stream>& stream) {
  if (!stream) return idle(Look::kText);
  const char dir = stream->dir == isa::Direction::kEast ? 'e' : 'w';
  return text_value(fmt::format("{}{}", dir, stream->index));
}

WaveValue source_text(const isa::Source& source) {
  using Kind = isa::Source::Kind;
  switch (source.kind) {
    case Kind::kNone:
      return idle(Look::kText);
    case Kind::kStream:
      return stream_text(source.as_stream());
    case Kind::kAlu:
      return text_value(fmt::format("alu{}", source.value));
    case Kind::kAcc:
      return text_value("acc");
    case Kind::kImm:
      return text_value("imm");
  }
  return {};
}

std::string group_of(const std::string& queue) { return queue.substr(0, queue.find('.')); }

}  // namespace

WaveValue text_value(std::string_view text) {
  WaveValue value{};
  const std::size_t size = std::min(text.size(), 4 * value.size());
  for (std::size_t i = 0; i < size; ++i) {
    const auto c = static_cast<std::uint8_t>(text[size - 1 - i]);
    value[i / 4] |= static_cast<std::uint32_t>(c) << (8 * (i % 4));
  }
  return value;
}

WaveSignals::WaveSignals(const isa::Geometry& geometry, int chips, std::string_view scope)
    : queues_per_chip_(static_cast<std::size_t>(geometry.queues())),
      queues_(static_cast<std::size_t>(chips) * queues_per_chip_) {
  for (int chip = 0; chip < chips; ++chip) add_chip(geometry, chip, scope);
  shown_ = values_;
}

void WaveSignals::add_chip(const isa::Geometry& geometry, int chip, std::string_view scope) {
  const std::string top = fmt::format("chip{}", chip);
  std::vector<int> in;
  for (int q = 0; q < geometry.queues(); ++q) {
    if (in_scope(scope, top + "." + geometry.name(q))) in.push_back(q);
  }
  if (in.empty()) return;

  const auto is_link = [&](int q) { return geometry.info(q).unit == isa::Unit::kC2c; };
  const bool links = std::ranges::any_of(in, is_link);
  cycle_signals_.push_back(add(top, "cycle", 32, Look::kNumber));
  const int sends = links ? add(top, "link_sends", 16, Look::kBits) : -1;
  const int sent = links ? add(top, "links_sent", 32, Look::kNumber) : -1;
  std::map<std::string, int> activity;
  for (const int q : in) {
    const std::string group = group_of(geometry.name(q));
    if (activity.contains(group)) continue;
    activity[group] = add(top + ".activity", group, 8, Look::kLevel);
  }
  for (int q = 0; q < geometry.queues(); ++q) {
    Queue& queue =
        queues_[static_cast<std::size_t>(chip) * queues_per_chip_ + static_cast<std::size_t>(q)];
    const auto counted = activity.find(group_of(geometry.name(q)));
    queue.activity = counted != activity.end() ? counted->second : -1;
    if (!is_link(q)) continue;
    queue.link_sends = sends;
    queue.links_sent = sent;
    queue.link = geometry.info(q).index;
  }
  for (const int q : in) add_queue(geometry, chip, q);
}

void WaveSignals::add_queue(const isa::Geometry& geometry, int chip, int queue) {
  const isa::QueueInfo info = geometry.info(queue);
  const std::string scope = fmt::format("chip{}.{}", chip, geometry.name(queue));
  Queue& q =
      queues_[static_cast<std::size_t>(chip) * queues_per_chip_ + static_cast<std::size_t>(queue)];
  const auto operand = [&](isa::Field field, std::string name, int bits, Look look) {
    return can_have(info, field) ? add(scope, std::move(name), bits, look) : -1;
  };
  q.valid = add(scope, "valid", 1, Look::kBit);
  q.op = add(scope, "op", kOpBits, Look::kText);
  q.addr = operand(isa::Field::kAddr, "addr", 16, Look::kNumber);
  q.a = operand(isa::Field::kA, "a", kSourceBits, Look::kText);
  q.b = operand(isa::Field::kB, "b", kSourceBits, Look::kText);
  q.in = operand(isa::Field::kIn, "in", kStreamBits, Look::kText);
  q.map = operand(isa::Field::kMap, "map", kStreamBits, Look::kText);
  q.out = operand(isa::Field::kOut, "out", kStreamBits, Look::kText);
}

int WaveSignals::add(const std::string& scope, std::string name, int bits, Look look) {
  signals_.push_back({scope, std::move(name), bits, look});
  values_.push_back(idle(look));
  return static_cast<int>(signals_.size()) - 1;
}

std::vector<std::size_t> WaveSignals::changed() const {
  std::vector<std::size_t> list(touched_.begin(), touched_.end());
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  std::erase_if(list, [&](std::size_t s) { return values_[s] == shown_[s]; });
  return list;
}

bool WaveSignals::wants(int chip, int queue) const {
  const Queue& q = queues_.at(static_cast<std::size_t>(chip) * queues_per_chip_ +
                              static_cast<std::size_t>(queue));
  return q.valid >= 0 || q.activity >= 0;
}

void WaveSignals::begin_cycle(isa::Cycle at) {
  for (const int signal : pulses_) {
    set(signal, idle(signals_[static_cast<std::size_t>(signal)].look));
  }
  pulses_.clear();
  for (const int signal : cycle_signals_) set(signal, {static_cast<std::uint32_t>(at.value)});
}

void WaveSignals::apply(const Event& event) {
  const Queue& q = queues_.at(event.chip * queues_per_chip_ + event.queue);
  count(q.activity, false);
  if (event.insn.op == isa::Op::kSend && q.link_sends >= 0) {
    WaveValue links = values_[static_cast<std::size_t>(q.link_sends)];
    links[0] |= 1U << q.link;
    pulse(q.link_sends, links);
    count(q.links_sent, true);
  }
  if (q.valid < 0) return;
  const isa::OpInfo* info = isa::find_op(event.insn.op);
  pulse(q.valid, {1});
  pulse(q.op, text_value(info != nullptr ? info->mnemonic : "unknown"));
  pulse(q.a, source_text(event.insn.a));
  pulse(q.b, source_text(event.insn.b));
  pulse(q.in, stream_text(event.insn.in));
  pulse(q.map, stream_text(event.insn.map));
  pulse(q.out, stream_text(event.insn.out));
  set(q.addr, {event.insn.addr});
}

void WaveSignals::end_cycle() {
  for (const int signal : touched_) {
    shown_[static_cast<std::size_t>(signal)] = values_[static_cast<std::size_t>(signal)];
  }
  touched_.clear();
}

void WaveSignals::set(int signal, const WaveValue& value) {
  if (signal < 0) return;
  values_[static_cast<std::size_t>(signal)] = value;
  touched_.push_back(signal);
}

void WaveSignals::pulse(int signal, const WaveValue& value) {
  if (signal < 0) return;
  set(signal, value);
  pulses_.push_back(signal);
}

void WaveSignals::count(int signal, bool lasts) {
  if (signal < 0) return;
  WaveValue value = values_[static_cast<std::size_t>(signal)];
  ++value[0];
  lasts ? set(signal, value) : pulse(signal, value);
}

}  // namespace lpu::traces
