// SPDX-License-Identifier: Apache-2.0
#include "isa/check/static_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace lpu::isa {
namespace {

bool is_icu(Op op) { return op <= Op::kNotify; }

bool belongs(const QueueInfo& info, Op op) {
  const auto table = ops_of(info.unit);
  const bool in_table =
      std::ranges::any_of(table, [op](const OpInfo& row) { return row.op == op; });
  if (!in_table) {
    return false;
  }
  if (info.unit == Unit::kMxm) {
    const MxmQueue queue = op == Op::kAbc   ? MxmQueue::kActivations
                           : op == Op::kAcc ? MxmQueue::kAccumulate
                                            : MxmQueue::kWeights;
    return queue == info.mxm;
  }
  if (info.unit == Unit::kSxm) {
    // The queues stand in the order of the operations, the second transposer at the end.
    const int queue = static_cast<int>(op) - static_cast<int>(Op::kShift);
    return queue == std::min(info.index, static_cast<int>(SxmQueue::kTranspose0));
  }
  return true;
}

}  // namespace

int stream_count(const Insn& insn, Field field) {
  const int streams = static_cast<int>(ChipSpec::kLoadStreams);
  switch (insn.op) {
    case Op::kRead:
    case Op::kWrite:
    case Op::kGather:
    case Op::kScatter:
    case Op::kSend:
    case Op::kReceive:
      return 1;
    case Op::kLw:
    case Op::kTranspose:
      return streams;
    case Op::kAcc:
      return bytes_of(Type::kI32);
    case Op::kCast:
      return bytes_of(field == Field::kOut ? insn.to : insn.type);
    case Op::kPermute:
      return field == Field::kMap ? bytes_of(Type::kI16) : bytes_of(insn.type);
    case Op::kDistribute:
      return field == Field::kMap ? 1 : bytes_of(insn.type);
    default:
      return bytes_of(insn.type);
  }
}

std::vector<std::vector<bool>> StaticCheck::run() {
  std::vector<std::vector<bool>> sound(program_.queues.size());
  for (std::size_t q = 0; q < sound.size(); ++q) {
    const auto& insns = program_.queues[q];
    const int queue = static_cast<int>(q);
    sound[q].resize(insns.size());
    const QueueInfo info = report_.geometry().info(queue);
    for (std::size_t i = 0; i < insns.size(); ++i) {
      sound[q][i] = check_one({queue, static_cast<std::uint32_t>(i), info}, insns[i]);
    }
  }
  return sound;
}

bool StaticCheck::fail(const Place& place, Rule rule, const std::string& expected) {
  report_.add(rule, Cycle{}, place.queue, place.index, expected);
  return false;
}

bool StaticCheck::check_one(const Place& place, const Insn& insn) {
  const OpInfo* info = find_op(insn.op);
  if (info == nullptr) {
    return fail(place, Rule::kWrongQueue, "no unit has this operation");
  }
  return check_queue(place, insn, *info) && check_type(place, insn) &&
         check_operands(place, insn, *info) && check_direction(place, insn) &&
         check_numbers(place, insn);
}

bool StaticCheck::check_queue(const Place& place, const Insn& insn, const OpInfo& info) {
  if (!is_icu(insn.op) && !belongs(place.info, insn.op)) {
    return fail(place, Rule::kWrongQueue, fmt::format("this queue has no {}", info.mnemonic));
  }
  return true;
}

bool StaticCheck::check_type(const Place& place, const Insn& insn) {
  switch (insn.op) {
    case Op::kExp2:
    case Op::kRsqrt:
    case Op::kTanh:
      if (insn.type != Type::kF16 && insn.type != Type::kF32) {
        return fail(place, Rule::kType, "works on f16 and f32");
      }
      return true;
    case Op::kLw:
    case Op::kAbc:
      if (insn.type != Type::kI8 && insn.type != Type::kF16) {
        return fail(place, Rule::kType, "works on i8 and f16");
      }
      if (insn.type == Type::kF16 && place.info.index % 2 != 0) {
        return fail(place, Rule::kType, "f16 is for plane0 of a hemisphere");
      }
      return true;
    default:
      return true;
  }
}

bool StaticCheck::check_operands(const Place& place, const Insn& insn, const OpInfo& info) {
  bool sound = true;
  for (const Field field : info.fields) {
    switch (field) {
      case Field::kOut:
        sound &= check_stream(place, insn, field, insn.out, info.out_optional);
        break;
      case Field::kIn:
        sound &= check_stream(place, insn, field, insn.in, false);
        break;
      case Field::kMap:
        sound &= check_stream(place, insn, field, insn.map, false);
        break;
      case Field::kA:
        sound &= check_source(place, insn, field, insn.a);
        break;
      case Field::kB:
        sound &= check_source(place, insn, field, insn.b);
        break;
      default:
        break;
    }
  }
  return sound;
}

bool StaticCheck::check_stream(const Place& place, const Insn& insn, Field field,
                               const std::optional<Stream>& stream, bool optional) {
  if (!stream) {
    return optional || fail(place, Rule::kMissingOperand, "a stream is missing");
  }
  const int count = stream_count(insn, field);
  if (stream->index % count != 0 || stream->index + count > spec_.streams) {
    return fail(
        place, Rule::kStreamAlignment,
        fmt::format("{} streams start at a multiple of {}, below {}", count, count, spec_.streams));
  }
  return true;
}

bool StaticCheck::check_source(const Place& place, const Insn& insn, Field field,
                               const Source& source) {
  switch (source.kind) {
    case Source::Kind::kNone:
      return fail(place, Rule::kMissingOperand, "an operand is missing");
    case Source::Kind::kStream:
      return check_stream(place, insn, field, source.as_stream(), false);
    case Source::Kind::kAlu:
      return source.value < ChipSpec::kAlus ||
             fail(place, Rule::kFieldRange, fmt::format("there are {} ALUs", ChipSpec::kAlus));
    default:
      return true;
  }
}

bool StaticCheck::check_direction(const Place& place, const Insn& insn) {
  const Hemisphere h = place.info.hemisphere;
  if ((insn.op == Op::kLw || insn.op == Op::kAbc) && insn.in->dir != outward(h)) {
    return fail(place, Rule::kDirection, "takes streams that flow outward");
  }
  if (insn.op == Op::kAcc && insn.out && insn.out->dir != inward(h)) {
    // It still collects its result.
    fail(place, Rule::kDirection, "drives streams that flow inward");
  }
  return true;
}

bool StaticCheck::check_numbers(const Place& place, const Insn& insn) {
  switch (insn.op) {
    case Op::kNop:
      return insn.count > 0 || fail(place, Rule::kFieldRange, "waits for at least 1 cycle");
    case Op::kRepeat:
      return check_repeat(place, insn);
    case Op::kIfetch: {
      const bool fits =
          insn.count < 2 * spec_.mem_slices && insn.addr + fetch_rows(spec_) <= spec_.mem_rows;
      return fits || fail(place, Rule::kFieldRange, "MEM has no such rows");
    }
    case Op::kAbc: {
      const bool fits = insn.half <= (insn.type == Type::kF16 ? 1 : 0);
      return fits || fail(place, Rule::kFieldRange, "half is 0 or 1, and 0 for i8");
    }
    default:
      return check_lanes(place, insn);
  }
}

bool StaticCheck::check_lanes(const Place& place, const Insn& insn) {
  const std::int64_t lanes = insn.op == Op::kShift    ? spec_.lanes()
                             : insn.op == Op::kRotate ? ChipSpec::kLanesPerSuperlane
                                                      : 0;
  if (lanes != 0 && std::abs(insn.stride) >= lanes) {
    return fail(place, Rule::kFieldRange, fmt::format("moves by less than {} lanes", lanes));
  }
  return true;
}

bool StaticCheck::check_repeat(const Place& place, const Insn& insn) {
  if (insn.count == 0 || insn.distance == 0) {
    return fail(place, Rule::kFieldRange, "repeats at least once, at least 1 cycle on");
  }
  if (insn.stride == 0 || place.index == 0) {
    return true;
  }
  // Repeats of repeats go on with the same instruction.
  const auto& insns = program_.queues[static_cast<std::size_t>(place.queue)];
  std::size_t before = place.index - 1;
  while (before > 0 && insns[before].op == Op::kRepeat) --before;
  const OpInfo* info = find_op(insns[before].op);
  if (info == nullptr || is_icu(info->op) || has_field(*info, Field::kAddr)) {
    return true;
  }
  return fail(place, Rule::kFieldRange, fmt::format("{} has nothing to step", info->mnemonic));
}

void check_data(const ChipSpec& spec, const Program& program, Report& report) {
  const auto slices = static_cast<std::size_t>(2 * spec.mem_slices);
  const auto rows_of_slice = static_cast<std::size_t>(spec.mem_rows);
  std::vector<bool> taken(slices * rows_of_slice);
  const auto place = [&](const DataRow& row, std::string_view kind) {
    const std::string name = fmt::format("{} in slice {}, row {}", kind, row.slice, row.row);
    if (row.slice >= slices || row.row >= rows_of_slice) {
      report.add(Rule::kDataRow, name + ": MEM has no such row");
      return;
    }
    if (static_cast<std::int64_t>(row.bytes.size()) != spec.lanes()) {
      report.add(Rule::kDataRow,
                 fmt::format("{}: {} bytes, a row has {}", name, row.bytes.size(), spec.lanes()));
    }
    const std::size_t at = row.slice * rows_of_slice + row.row;
    if (taken[at]) {
      report.add(Rule::kDataRow, name + ": this row holds data or text already");
    }
    taken[at] = true;
  };
  for (const DataRow& row : program.data) {
    place(row, "data");
  }
  for (const DataRow& row : text_rows(spec, program)) {
    // An ifetch from rows that do not exist has been reported where it stands.
    if (row.slice < slices && row.row < rows_of_slice) {
      place(row, "text");
    }
  }
}

}  // namespace lpu::isa
