// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <vector>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/geometry.h"

namespace lpu::testbench {

/// A program written down by cycle instead of by queue: gaps become NOPs. For tests, whose
/// programs fit into the heads of the queues.
class Timetable {
 public:
  explicit Timetable(const isa::ChipSpec& spec) : geometry_(spec) {}

  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }

  /// `insn` is taken up by the queue in that cycle of the program.
  Timetable& at(std::int64_t cycle, int queue, const isa::Insn& insn) {
    if (!rows_[queue].emplace(cycle, insn).second) {
      throw std::invalid_argument("two instructions of one queue in one cycle");
    }
    return *this;
  }
  /// The instruction in that cycle and, `distance` apart, `more` times again.
  Timetable& repeated(std::int64_t cycle, int queue, const isa::Insn& insn, int more,
                      int distance = 1, int stride = 0) {
    at(cycle, queue, insn);
    isa::Insn repeat;
    repeat.op = isa::Op::kRepeat;
    repeat.count = static_cast<std::uint16_t>(more);
    repeat.distance = static_cast<std::uint16_t>(distance);
    repeat.stride = static_cast<std::int16_t>(stride);
    at(cycle + 1, queue, repeat);
    busy_to_[queue] = cycle + static_cast<std::int64_t>(more) * distance + 1;
    return *this;
  }

  [[nodiscard]] isa::Program program() const {
    isa::Program program;
    program.name = "timetable";
    program.queues.resize(static_cast<std::size_t>(geometry_.queues()));
    for (const auto& [queue, rows] : rows_) {
      std::vector<isa::Insn>& list = program.queues[static_cast<std::size_t>(queue)];
      std::int64_t next = 0;
      for (const auto& [cycle, insn] : rows) {
        if (cycle > next) {
          isa::Insn nop;
          nop.count = static_cast<std::uint16_t>(cycle - next);
          list.push_back(nop);
        }
        list.push_back(insn);
        next = insn.op == isa::Op::kRepeat ? busy_to_.at(queue) : cycle + 1;
      }
    }
    return program;
  }

 private:
  isa::Geometry geometry_;
  std::map<int, std::map<std::int64_t, isa::Insn>> rows_;
  std::map<int, std::int64_t> busy_to_;  // of the last repeat of a queue
};

[[nodiscard]] inline isa::Stream east(int index) {
  return {isa::Direction::kEast, static_cast<std::uint8_t>(index)};
}
[[nodiscard]] inline isa::Stream west(int index) {
  return {isa::Direction::kWest, static_cast<std::uint8_t>(index)};
}

[[nodiscard]] inline isa::Insn insn_of(isa::Op op) {
  isa::Insn insn;
  insn.op = op;
  return insn;
}
[[nodiscard]] inline isa::Insn read_row(int row, isa::Stream out) {
  isa::Insn insn = insn_of(isa::Op::kRead);
  insn.addr = static_cast<std::uint16_t>(row);
  insn.out = out;
  return insn;
}
[[nodiscard]] inline isa::Insn write_row(isa::Stream in, int row) {
  isa::Insn insn = insn_of(isa::Op::kWrite);
  insn.addr = static_cast<std::uint16_t>(row);
  insn.in = in;
  return insn;
}
[[nodiscard]] inline isa::Insn binary(isa::Op op, isa::Type type, isa::Source a, isa::Source b,
                                      std::optional<isa::Stream> out = std::nullopt) {
  isa::Insn insn = insn_of(op);
  insn.type = type;
  insn.a = a;
  insn.b = b;
  insn.out = out;
  return insn;
}
[[nodiscard]] inline isa::Insn load_weights(isa::Stream in, int group,
                                            isa::Type type = isa::Type::kI8) {
  isa::Insn insn = insn_of(isa::Op::kLw);
  insn.in = in;
  insn.addr = static_cast<std::uint16_t>(group);
  insn.type = type;
  return insn;
}
[[nodiscard]] inline isa::Insn activate(isa::Stream in, isa::Type type = isa::Type::kI8,
                                        int half = 0) {
  isa::Insn insn = insn_of(isa::Op::kAbc);
  insn.in = in;
  insn.type = type;
  insn.half = static_cast<std::uint8_t>(half);
  return insn;
}
[[nodiscard]] inline isa::Insn accumulate(int slot, bool add,
                                          std::optional<isa::Stream> out = std::nullopt) {
  isa::Insn insn = insn_of(isa::Op::kAcc);
  insn.addr = static_cast<std::uint16_t>(slot);
  insn.add = add;
  insn.out = out;
  return insn;
}
[[nodiscard]] inline isa::Insn move_lanes(isa::Op op, isa::Stream in, isa::Stream out, int lanes,
                                          std::optional<isa::Stream> map = std::nullopt) {
  isa::Insn insn = insn_of(op);
  insn.in = in;
  insn.out = out;
  insn.map = map;
  insn.stride = static_cast<std::int16_t>(lanes);
  return insn;
}
[[nodiscard]] inline isa::Insn send_vector(isa::Stream in) {
  isa::Insn insn = insn_of(isa::Op::kSend);
  insn.in = in;
  return insn;
}
[[nodiscard]] inline isa::Insn receive_vector(isa::Stream out) {
  isa::Insn insn = insn_of(isa::Op::kReceive);
  insn.out = out;
  return insn;
}

}  // namespace lpu::testbench
