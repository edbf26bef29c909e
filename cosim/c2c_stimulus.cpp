// SPDX-License-Identifier: Apache-2.0
#include "cosim/c2c_stimulus.h"

#include <algorithm>
#include <array>

#include "cosim/program_builder.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;

constexpr std::int64_t kFirst = 60;  // operands have had time to arrive
constexpr std::int64_t kLast = 500;
constexpr std::uint64_t kFaultPercent = 10;

class C2cStimulus {
 public:
  C2cStimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random)
      : spec_(spec), random_(random), build_(spec, random) {
    const isa::Geometry& geometry = build_.geometry();
    const int link = geometry.info(geometry.find(unit).value()).index;
    for (std::size_t end = 0; end < ends_.size(); ++end) {
      ends_[end].queue = geometry.c2c_queue(link ^ static_cast<int>(end));
      ends_[end].hemisphere = geometry.info(ends_[end].queue).hemisphere;
    }
    build_.set_faults(kFaultPercent);
  }

  Stimulus make() {
    for (std::int64_t at = kFirst; at < kLast; ++at) {
      for (std::size_t end = 0; end < ends_.size(); ++end) {
        // A send leads to a receive on the other side, so that nothing is left over.
        if (at >= ends_[end].next_send && random_.percent(20)) {
          send(ends_[end], ends_[1 - end], at);
        }
      }
    }
    return std::move(build_).finish("c2c");
  }

 private:
  struct End {
    int queue{0};
    isa::Hemisphere hemisphere{};
    std::int64_t next_send{0};
    std::int64_t last_receive{0};
  };

  void send(End& from, End& to, std::int64_t at) {
    Insn send;
    send.op = Op::kSend;
    send.in = build_.any_stream(isa::outward(from.hemisphere), 1);
    Insn receive;
    receive.op = Op::kReceive;
    receive.out = build_.any_stream(any_direction(), 1);
    const std::int64_t arrival = at + spec_.c2c_send_latency + kBenchFlight;
    std::int64_t taken = std::max(arrival, to.last_receive + 1);
    taken += random_.percent(50) ? 0 : static_cast<std::int64_t>(random_.below(40));
    const std::int64_t driven = taken + spec_.c2c_receive_latency;
    const int x = build_.geometry().sxm_x(to.hemisphere);
    if (!build_.free(from.queue, at) || !build_.free(to.queue, taken) ||
        !build_.can_drive(*receive.out, 1, x, driven) ||
        !build_.feed_group(*send.in, build_.geometry().sxm_x(from.hemisphere), at,
                           random_.vectors(isa::Type::kI8, build_.lanes()))) {
      return;
    }
    build_.put(from.queue, at, send);
    build_.put(to.queue, taken, receive);
    build_.drive(*receive.out, 1, x, driven);
    from.next_send = at + spec_.c2c_pace;
    to.last_receive = taken;
  }

  isa::Direction any_direction() {
    return random_.percent(50) ? isa::Direction::kEast : isa::Direction::kWest;
  }

  const isa::ChipSpec& spec_;
  Random& random_;
  ProgramBuilder build_;
  std::array<End, 2> ends_;
};

}  // namespace

Stimulus c2c_stimulus(const isa::ChipSpec& spec, std::string_view unit, Random& random) {
  return C2cStimulus(spec, unit, random).make();
}

}  // namespace lpu::cosim
