// SPDX-License-Identifier: Apache-2.0
#include "cosim/sxm_stimulus.h"

#include <array>
#include <map>
#include <string>

#include "cosim/program_builder.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;
using isa::Type;
using Vectors = std::vector<std::vector<std::uint8_t>>;

constexpr std::int64_t kFirst = 60;  // operands have had time to arrive
constexpr std::int64_t kLast = 200;
constexpr std::uint64_t kFaultPercent = 3;
constexpr int kTransposeStreams = 16;
constexpr std::size_t kSuperlane = isa::ChipSpec::kLanesPerSuperlane;

constexpr std::array kOps{Op::kShift,  Op::kPermute,   Op::kDistribute,
                          Op::kRotate, Op::kTranspose, Op::kTranspose};

class SxmStimulus {
 public:
  SxmStimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random)
      : spec_(spec), random_(random), build_(spec, random) {
    const isa::Geometry& geometry = build_.geometry();
    first_queue_ = geometry.find(std::string(unit) + ".shift").value();
    hemisphere_ = geometry.info(first_queue_).hemisphere;
    x_ = geometry.sxm_x(hemisphere_);
    build_.set_faults(kFaultPercent);
  }

  Stimulus make() {
    for (std::int64_t at = kFirst; at < kLast; ++at) {
      for (std::size_t queue = 0; queue < kOps.size(); ++queue) {
        // A transpose takes as many vectors from MEM as ten others.
        if (random_.percent(kOps[queue] == Op::kTranspose ? 4 : 15)) {
          place(queue, at);
        }
      }
    }
    return std::move(build_).finish("sxm");
  }

 private:
  void place(std::size_t queue, std::int64_t at) {
    const int q = first_queue_ + static_cast<int>(queue);
    Insn insn;
    insn.op = kOps[queue];
    insn.type = insn.op == Op::kTranspose ? Type::kI8 : static_cast<Type>(random_.below(5));
    const int width = insn.op == Op::kTranspose ? kTransposeStreams : isa::bytes_of(insn.type);
    insn.out = build_.any_stream(any_direction(), width);
    const std::int64_t due = at + isa::latency(spec_, insn).value;
    if (!build_.free(q, at) || !build_.can_drive(*insn.out, width, x_, due) ||
        (insn.op == Op::kPermute && at < next_permute_)) {
      return;
    }
    insn.in = operand(at, width);
    if (!build_.feed_group(*insn.in, x_, at, values(insn.type, width))) {
      return;
    }
    if (insn.op == Op::kShift || insn.op == Op::kRotate) {
      insn.stride = distance(insn.op);
    }
    if (insn.op == Op::kPermute || insn.op == Op::kDistribute) {
      const int maps = insn.op == Op::kPermute ? 2 : 1;
      insn.map = build_.any_stream(isa::outward(hemisphere_), maps);
      if (!build_.feed_group(*insn.map, x_, at, map(maps))) {
        return;
      }
    }
    build_.put(q, at, insn);
    build_.drive(*insn.out, width, x_, due);
    results_[due].push_back({*insn.out, width});
    if (insn.op == Op::kPermute) {
      next_permute_ = at + spec_.sxm_permute_interval;
    }
  }

  /// What comes from MEM flows outward. Inward streams have a value only where the SXM itself
  /// drives one: at once, the way to the MXM and back is empty.
  isa::Stream operand(std::int64_t at, int width) {
    const auto results = results_.find(at);
    if (results != results_.end() && random_.percent(50)) {
      const Result& result = random_.one_of(results->second);
      if (result.width >= width) {
        return result.base;
      }
    }
    return build_.any_stream(isa::outward(hemisphere_), width);
  }

  Vectors values(Type type, int width) {
    Vectors all;
    while (static_cast<int>(all.size()) < width) {
      for (std::vector<std::uint8_t>& vector : random_.vectors(type, build_.lanes())) {
        all.push_back(std::move(vector));
      }
    }
    return all;
  }

  /// Any legal distance; those of a shift are often short of a superlane.
  std::int16_t distance(Op op) {
    const bool far = op == Op::kShift && random_.percent(50);
    const auto range = static_cast<std::int64_t>(far ? build_.lanes() : kSuperlane) - 1;
    return static_cast<std::int16_t>(
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(2 * range + 1))) -
        range);
  }

  /// Low bytes, and high bytes of a wide map. Most lanes exist; for the narrow map bit 7 says zero.
  Vectors map(int streams) {
    const auto lanes = static_cast<std::uint64_t>(build_.lanes());
    Vectors bytes(static_cast<std::size_t>(streams), std::vector<std::uint8_t>(build_.lanes()));
    for (std::size_t lane = 0; lane < build_.lanes(); ++lane) {
      const std::uint64_t bound = random_.percent(80)   ? lanes
                                  : random_.percent(50) ? lanes + 16
                                                        : std::uint64_t{1} << 16;
      const std::uint64_t from = random_.below(streams == 1 ? 256 : bound);
      for (std::size_t k = 0; k < bytes.size(); ++k) {
        bytes[k][lane] = static_cast<std::uint8_t>(from >> (8 * k));
      }
    }
    return bytes;
  }

  isa::Direction any_direction() {
    return random_.percent(50) ? isa::Direction::kEast : isa::Direction::kWest;
  }

  struct Result {
    isa::Stream base;
    int width{0};
  };

  const isa::ChipSpec& spec_;
  Random& random_;
  ProgramBuilder build_;
  int first_queue_{0};
  isa::Hemisphere hemisphere_{};
  int x_{0};
  std::int64_t next_permute_{0};
  std::map<std::int64_t, std::vector<Result>> results_;  // by the cycle in which they are driven
};

}  // namespace

Stimulus sxm_stimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random) {
  return SxmStimulus(spec, unit, random).make();
}

}  // namespace lpu::cosim
