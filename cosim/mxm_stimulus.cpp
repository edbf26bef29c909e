// SPDX-License-Identifier: Apache-2.0
#include "cosim/mxm_stimulus.h"

#include <optional>
#include <string>

#include "cosim/program_builder.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::MxmQueue;
using isa::Op;
using isa::Type;

constexpr std::int64_t kFirst = 80;  // operands have had time to arrive
constexpr std::int64_t kLast = 180;
constexpr std::uint64_t kFaultPercent = 2;
constexpr int kLoadStreams = static_cast<int>(isa::ChipSpec::kLoadStreams);

class MxmStimulus {
 public:
  MxmStimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random)
      : spec_(spec), random_(random), build_(spec, random) {
    const isa::Geometry& geometry = build_.geometry();
    weights_ = geometry.find(std::string(unit) + ".weights").value();
    activations_ = geometry.find(std::string(unit) + ".activations").value();
    accumulate_ = geometry.find(std::string(unit) + ".accumulate").value();
    const isa::QueueInfo info = geometry.info(weights_);
    hemisphere_ = info.hemisphere;
    even_ = info.index % 2 == 0;
    in_x_ = geometry.mxm_in_x(hemisphere_);
    out_x_ = geometry.mxm_out_x(hemisphere_);
    slots_.resize(static_cast<std::size_t>(spec.mxm_accumulators));
    build_.set_faults(kFaultPercent);
  }

  Stimulus make() {
    for (std::int64_t at = kFirst; at < kLast; ++at) {
      // An iw of this cycle comes after its abc.
      activate(at);
      install_or_load(at);
    }
    return std::move(build_).finish("mxm");
  }

 private:
  void activate(std::int64_t at) {
    const std::int64_t collect = at + spec_.mxm_result_latency - 1;
    if (!installed_ || at < usable_from_ || !random_.percent(70) ||
        !build_.free(activations_, at) || !build_.free(accumulate_, collect)) {
      return;
    }
    Insn abc;
    abc.op = Op::kAbc;
    abc.type = *installed_;
    abc.half = static_cast<std::uint8_t>(abc.type == Type::kF16 ? random_.below(2) : 0);
    abc.in = build_.any_stream(isa::outward(hemisphere_), isa::bytes_of(abc.type));
    if (!build_.feed_group(*abc.in, in_x_, at, random_.vectors(abc.type, build_.lanes()))) {
      return;
    }
    build_.put(activations_, at, abc);
    collect_at(collect, abc.type == Type::kF16 ? Type::kF32 : Type::kI32);
  }

  void collect_at(std::int64_t at, Type type) {
    Insn acc;
    acc.op = Op::kAcc;
    acc.addr = static_cast<std::uint16_t>(random_.below(slots_.size()));
    acc.add = slots_[acc.addr] == type && random_.percent(70);
    slots_[acc.addr] = type;
    const isa::Stream out = build_.any_stream(isa::inward(hemisphere_), isa::bytes_of(type));
    if (random_.percent(80) && build_.can_drive(out, isa::bytes_of(type), out_x_, at + 1)) {
      acc.out = out;
      build_.drive(out, isa::bytes_of(type), out_x_, at + 1);
    }
    build_.put(accumulate_, at, acc);
  }

  void install_or_load(std::int64_t at) {
    if (!build_.free(weights_, at)) {
      return;
    }
    if (loaded_ && random_.percent(30)) {
      Insn iw;
      iw.op = Op::kIw;
      build_.put(weights_, at, iw);
      installed_ = loaded_;
      usable_from_ = at + spec_.mxm_install_latency;
      loaded_.reset();
    } else if (random_.percent(25)) {
      load(at);
    }
  }

  void load(std::int64_t at) {
    Insn lw;
    lw.op = Op::kLw;
    lw.type = loaded_.value_or(even_ && random_.percent(60) ? Type::kF16 : Type::kI8);
    lw.addr = static_cast<std::uint16_t>(
        random_.below(static_cast<std::uint64_t>(spec_.lanes() / kLoadStreams)));
    lw.in = build_.any_stream(isa::outward(hemisphere_), kLoadStreams);
    if (build_.feed_group(*lw.in, in_x_, at, rows(lw.type)) && build_.free(weights_, at)) {
      build_.put(weights_, at, lw);
      loaded_ = lw.type;
    }
  }

  /// 16 streams: as many int8 rows, or half as many fp16 rows, low bytes first.
  std::vector<std::vector<std::uint8_t>> rows(Type type) {
    std::vector<std::vector<std::uint8_t>> all;
    while (all.size() < isa::ChipSpec::kLoadStreams) {
      for (std::vector<std::uint8_t>& vector : random_.vectors(type, build_.lanes())) {
        all.push_back(std::move(vector));
      }
    }
    return all;
  }

  const isa::ChipSpec& spec_;
  Random& random_;
  ProgramBuilder build_;
  int weights_{0};
  int activations_{0};
  int accumulate_{0};
  isa::Hemisphere hemisphere_{};
  bool even_{false};
  int in_x_{0};
  int out_x_{0};
  std::optional<Type> loaded_;     // type of the weights in the buffer
  std::optional<Type> installed_;  // and in the array
  std::int64_t usable_from_{0};
  std::vector<std::optional<Type>> slots_;  // what each accumulator holds
};

}  // namespace

Stimulus mxm_stimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random) {
  return MxmStimulus(spec, unit, random).make();
}

}  // namespace lpu::cosim
