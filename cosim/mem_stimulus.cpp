// SPDX-License-Identifier: Apache-2.0
#include "cosim/mem_stimulus.h"

#include <algorithm>
#include <string>

#include "cosim/program_builder.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;

constexpr std::int64_t kFirst = 60;  // operands have had time to arrive
constexpr std::int64_t kLast = 200;
constexpr std::uint64_t kFaultPercent = 10;
constexpr int kRows = 12;  // few, so that they meet again soon

class MemStimulus {
 public:
  MemStimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random)
      : spec_(spec),
        random_(random),
        build_(spec, random),
        queue_(build_.geometry().find(unit).value()),
        x_(build_.geometry().mem_x(build_.geometry().info(queue_).hemisphere,
                                   build_.geometry().info(queue_).index)) {
    build_.set_faults(kFaultPercent);
    // Rows of both banks, the first and last of a bank among them.
    const int rows = static_cast<int>(spec.mem_rows);
    rows_ = {rows / 2 - 1, rows / 2, rows - 1};
    while (rows_.size() < kRows) {
      const int row = ProgramBuilder::kFirstFreeRow +
                      static_cast<int>(random.below(
                          static_cast<std::uint64_t>(rows - ProgramBuilder::kFirstFreeRow)));
      if (std::find(rows_.begin(), rows_.end(), row) == rows_.end()) {
        rows_.push_back(row);
      }
    }
    written_.assign(rows_.size(), 0);
  }

  Stimulus make() {
    for (std::int64_t at = kFirst; at < kLast; ++at) {
      if (!random_.percent(80) || !build_.free(queue_, at)) {
        continue;
      }
      switch (random_.below(4)) {
        case 0:
          read(at);
          break;
        case 1:
          write(at);
          break;
        case 2:
          gather(at);
          break;
        default:
          scatter(at);
          break;
      }
    }
    return std::move(build_).finish("mem");
  }

 private:
  /// A row that may be read, or written, in this cycle.
  std::size_t any_row() { return random_.below(rows_.size()); }
  [[nodiscard]] bool readable(std::size_t row, std::int64_t at) const {
    return written_[row] == 0 || at >= written_[row] + spec_.mem_write_latency;
  }

  /// Often one that may be read in this cycle for the first time since it was written.
  std::size_t row_to_read(std::int64_t at) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (written_[row] != 0 && at == written_[row] + spec_.mem_write_latency &&
          random_.percent(50)) {
        return row;
      }
    }
    return any_row();
  }

  void read(std::int64_t at) {
    const std::size_t row = row_to_read(at);
    Insn insn;
    insn.op = Op::kRead;
    insn.addr = static_cast<std::uint16_t>(rows_[row]);
    insn.out = build_.any_stream(any_direction(), 1);
    if (readable(row, at) && build_.can_drive(*insn.out, 1, x_, at + spec_.mem_read_latency)) {
      build_.put(queue_, at, insn);
      build_.drive(*insn.out, 1, x_, at + spec_.mem_read_latency);
    }
  }

  void write(std::int64_t at) {
    const std::size_t row = any_row();
    Insn insn;
    insn.op = Op::kWrite;
    insn.addr = static_cast<std::uint16_t>(rows_[row]);
    insn.in = build_.any_stream(any_direction(), 1);
    if (build_.feed_group(*insn.in, x_, at, random_.vectors(isa::Type::kI8, build_.lanes())) &&
        build_.free(queue_, at)) {
      build_.put(queue_, at, insn);
      written_[row] = at;
    }
  }

  void gather(std::int64_t at) {
    Insn insn;
    insn.op = Op::kGather;
    insn.map = build_.any_stream(any_direction(), 1);
    insn.out = build_.any_stream(any_direction(), 1);
    if (!build_.can_drive(*insn.out, 1, x_, at + spec_.mem_read_latency) ||
        !feed_map(*insn.map, at, false) || !build_.free(queue_, at)) {
      return;
    }
    build_.put(queue_, at, insn);
    build_.drive(*insn.out, 1, x_, at + spec_.mem_read_latency);
  }

  void scatter(std::int64_t at) {
    Insn insn;
    insn.op = Op::kScatter;
    insn.map = build_.any_stream(any_direction(), 1);
    insn.in = build_.any_stream(any_direction(), 1);
    if (insn.in != insn.map &&
        build_.feed_group(*insn.in, x_, at, random_.vectors(isa::Type::kI8, build_.lanes())) &&
        feed_map(*insn.map, at, true) && build_.free(queue_, at)) {
      build_.put(queue_, at, insn);
    }
  }

  /// Rows for each superlane in the first two bytes of its word, anything in the others. A map that
  /// is there already was not made for this: its bytes may name no row.
  bool feed_map(isa::Stream stream, std::int64_t at, bool writes) {
    bool fits = true;
    std::vector<std::uint8_t> map = random_.vectors(isa::Type::kI8, build_.lanes()).front();
    for (std::size_t lane = 0; lane < map.size(); lane += isa::ChipSpec::kLanesPerSuperlane) {
      std::size_t row = writes ? any_row() : row_to_read(at);
      for (int tries = 0; !writes && !readable(row, at) && tries < 100; ++tries) {
        row = any_row();
      }
      fits = fits && (writes || readable(row, at));
      map[lane] = static_cast<std::uint8_t>(rows_[row]);
      map[lane + 1] = static_cast<std::uint8_t>(rows_[row] >> 8);
      if (writes) {
        pending_.push_back(row);
      }
    }
    const bool fed = fits && build_.can_feed(stream, x_, at) && build_.feed(stream, x_, at, map);
    for (const std::size_t row : pending_) {
      written_[row] = fed ? at : written_[row];
    }
    pending_.clear();
    return fed;
  }

  isa::Direction any_direction() {
    return random_.percent(50) ? isa::Direction::kEast : isa::Direction::kWest;
  }

  const isa::ChipSpec& spec_;
  Random& random_;
  ProgramBuilder build_;
  int queue_;
  int x_;
  std::vector<int> rows_;
  std::vector<std::int64_t> written_;  // when each was written last; 0: never
  std::vector<std::size_t> pending_;
};

}  // namespace

Stimulus mem_stimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random) {
  return MemStimulus(spec, unit, random).make();
}

}  // namespace lpu::cosim
