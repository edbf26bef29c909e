// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/sums.h"

namespace lpu::collective {
namespace {

using isa::Op;

// Streams by what they carry, in both directions; links have those below, a stream each.
constexpr int kOperandStream = 16;
constexpr int kFirstOperandStream = 20;  // it comes together with the second
constexpr int kSumStream = 24;

constexpr int kAdder = Reduction::kMostOperands;
constexpr int kNarrow = static_cast<int>(isa::ChipSpec::kAlus) - 1;

int stream_of(std::size_t operand) { return operand == 0 ? kFirstOperandStream : kOperandStream; }

isa::Type accumulator(isa::Type type) {
  return type == isa::Type::kI8 ? isa::Type::kI32 : isa::Type::kF32;
}

}  // namespace

bool Sums::widens() const { return plan_.type != accumulator(plan_.type); }

Time Sums::passes(std::size_t operand) const {
  return operand == 0 ? 0 : (static_cast<Time>(operand) - 1) * spec_.vxm_op_latency;
}

Access Sums::first_read(const Reduction& r, std::size_t operand) const {
  return floor_.read(r.chip, r.operands[operand], 0, isa::Geometry::vxm_x(), stream_of(operand),
                     passes(operand));
}

std::vector<Access> Sums::accesses(const Reduction& r, Time start) const {
  std::vector<Access> all;
  const Time operations = widens() ? 3 : 1;  // cast, add, cast, or the add alone
  const Time sum = start + passes(r.operands.size() - 1) + spec_.vxm_input_latency +
                   operations * spec_.vxm_op_latency;
  for (int v = 0; v < plan_.width; ++v) {
    const Time unit = v / bytes_ * bytes_ * spec_.c2c_pace;
    const int byte = v % bytes_;
    for (std::size_t k = 0; k < r.operands.size(); ++k) {
      all.push_back(floor_.read(r.chip, r.operands[k], v, isa::Geometry::vxm_x(),
                                stream_of(k) + byte, start + passes(k) + unit));
    }
    all.push_back(
        floor_.write(r.chip, r.result, v, isa::Geometry::vxm_x(), kSumStream + byte, sum + unit));
  }
  return all;
}

isa::Source Sums::operand(const Reduction& r, std::size_t k) const {
  return isa::Source::stream(
      Floor::stream(floor_.x_of(r.operands[k], 0), isa::Geometry::vxm_x(), stream_of(k)));
}
isa::Source Sums::addend(const Reduction& r, std::size_t k) const {
  return widens() ? isa::Source::alu(static_cast<int>(k)) : operand(r, k);
}

std::vector<Train> Sums::alus(const Reduction& r, Time start) const {
  std::vector<Train> trains;
  const isa::Type wide = accumulator(plan_.type);
  const std::size_t count = r.operands.size();
  const isa::Stream out =
      Floor::stream(isa::Geometry::vxm_x(), floor_.x_of(r.result, 0), kSumStream);
  for (std::size_t k = 0; k < count && widens(); ++k) {
    isa::Insn cast;
    cast.op = Op::kCast;
    cast.type = plan_.type;
    cast.to = wide;
    cast.a = operand(r, k);
    trains.push_back(on_alu(r, static_cast<int>(k), start + passes(k), cast));
  }
  const Time widened = widens() ? spec_.vxm_op_latency : 0;
  const auto adder = [](std::size_t k) { return kAdder + static_cast<int>(k) - 1; };
  for (std::size_t k = 1; k < count; ++k) {
    isa::Insn add;
    add.op = Op::kAdd;
    add.type = wide;
    add.a = k == 1 ? addend(r, 0) : isa::Source::alu(adder(k - 1));
    add.b = addend(r, k);
    if (!widens() && k + 1 == count) {
      add.out = out;
    }
    trains.push_back(on_alu(r, adder(k), start + passes(k) + widened, add));
  }
  if (widens()) {
    isa::Insn cast;
    cast.op = Op::kCast;
    cast.type = wide;
    cast.to = plan_.type;
    cast.a = isa::Source::alu(adder(count - 1));
    cast.out = out;
    trains.push_back(
        on_alu(r, kNarrow, start + passes(count - 1) + widened + spec_.vxm_op_latency, cast));
  }
  return trains;
}

Train Sums::on_alu(const Reduction& r, int alu, Time at, const isa::Insn& insn) const {
  Train train;
  train.first.at = at;
  train.first.burst = {r.result.rows * units_of_step(plan_), bytes_ * spec_.c2c_pace, 0};
  train.first.queue = floor_.geometry().vxm_queue(alu);
  train.first.insn = insn;
  return train;
}

}  // namespace lpu::collective
