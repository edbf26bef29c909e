// SPDX-License-Identifier: Apache-2.0
#include "cosim/vxm_stimulus.h"

#include <array>
#include <span>
#include <vector>

#include "cosim/program_builder.h"
#include "isa/insn/insn.h"
#include "tlm/vxm/alu.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;
using isa::Source;
using isa::Type;

constexpr std::int64_t kFirst = 40;  // operands have had time to arrive
constexpr std::int64_t kLast = 110;
constexpr std::uint64_t kFaultPercent = 5;
constexpr int kAlus = static_cast<int>(isa::ChipSpec::kAlus);

class VxmStimulus {
 public:
  VxmStimulus(const isa::ChipSpec& spec, Random& random)
      : spec_(spec), random_(random), build_(spec, random) {
    build_.set_faults(kFaultPercent);
    // A few ALUs in a cycle, which leaves room for long chains, or nearly all.
    load_ = random.one_of(std::vector<std::uint64_t>{6, 20, 50, 95});
    chain_percent_ = random.one_of(std::vector<std::uint64_t>{20, 60, 95});
  }

  Stimulus make() {
    for (std::int64_t at = kFirst; at < kLast; ++at) {
      for (int alu = 0; alu < kAlus; ++alu) {
        if (random_.percent(load_) && build_.free(build_.geometry().vxm_queue(alu), at)) {
          dispatch(alu, at);
        }
      }
    }
    return std::move(build_).finish("vxm");
  }

 private:
  void dispatch(int alu, std::int64_t at) {
    Insn insn = any_operation();
    insn.a = any_source(alu, insn.type, at);
    if (!isa::is_unary(insn.op)) {
      insn.b = any_source(alu, insn.type, at);
    }
    if (isa::uses_imm(insn)) {
      // Bits above the type count only where whole registers are combined.
      insn.imm = random_.percent(30) ? static_cast<std::uint32_t>(random_.below(1ULL << 32))
                                     : random_.value(insn.type);
    }
    const int bytes = isa::bytes_of(insn.op == Op::kCast ? insn.to : insn.type);
    const isa::Stream out = build_.any_stream(any_direction(), bytes);
    const std::int64_t seen = at + isa::latency(spec_, insn).value;
    if (random_.percent(75) && build_.can_drive(out, bytes, isa::Geometry::vxm_x(), seen)) {
      insn.out = out;
      build_.drive(out, bytes, isa::Geometry::vxm_x(), seen);
    }
    build_.put(build_.geometry().vxm_queue(alu), at, insn);
    Alu& self = alus_[static_cast<std::size_t>(alu)];
    self.chained_at.push_back(at + isa::chain_latency(spec_, insn).value);
  }

  Insn any_operation() {
    const std::span<const isa::OpInfo> ops = isa::vxm_ops();
    Insn insn;
    do {
      insn.op = ops[random_.below(ops.size())].op;
      insn.type = any_type();
    } while (!tlm::supports(insn.op, insn.type));
    if (insn.op == Op::kCast) {
      insn.to = any_type();
    }
    return insn;
  }

  Source any_source(int alu, Type type, std::int64_t at) {
    std::vector<int> ready;
    for (int j = 0; j < kAlus; ++j) {
      for (const std::int64_t chained : alus_[static_cast<std::size_t>(j)].chained_at) {
        if (chained == at) {
          ready.push_back(j);
        }
      }
    }
    if (!ready.empty() && random_.percent(chain_percent_)) {
      return Source::alu(random_.one_of(ready));
    }
    if (!alus_[static_cast<std::size_t>(alu)].chained_at.empty() && random_.percent(30)) {
      return Source::acc();
    }
    if (random_.percent(75)) {
      const isa::Stream stream = build_.any_stream(any_direction(), isa::bytes_of(type));
      if (build_.feed_group(stream, isa::Geometry::vxm_x(), at,
                            random_.vectors(type, build_.lanes()))) {
        return Source::stream(stream);
      }
    }
    return Source::imm();
  }

  Type any_type() { return static_cast<Type>(random_.below(5)); }
  isa::Direction any_direction() {
    return random_.percent(50) ? isa::Direction::kEast : isa::Direction::kWest;
  }

  struct Alu {
    std::vector<std::int64_t> chained_at;  // when each of its results can be taken
  };

  const isa::ChipSpec& spec_;
  Random& random_;
  ProgramBuilder build_;
  std::uint64_t load_{0};
  std::uint64_t chain_percent_{0};
  std::array<Alu, isa::ChipSpec::kAlus> alus_;
};

}  // namespace

Stimulus vxm_stimulus(const isa::ChipSpec& spec, std::string_view /*unit*/, Random& random) {
  return VxmStimulus(spec, random).make();
}

}  // namespace lpu::cosim
