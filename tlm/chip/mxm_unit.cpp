// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/mxm_unit.h"

#include <fmt/format.h>

#include <utility>

#include "tlm/common/latency.h"
#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

constexpr int kPlanes = static_cast<int>(isa::ChipSpec::kPlanes);
constexpr int kLoadStreams = static_cast<int>(isa::ChipSpec::kLoadStreams);

void require_operation(bool it_is) {
  if (!it_is) {
    throw UnitError("lpu/mxm/undefined-insn",
                    "lw and iw belong to weights, abc to activations, acc to accumulate");
  }
}

void require_direction(isa::Stream stream, isa::Direction direction) {
  if (stream.dir != direction) {
    throw UnitError("lpu/mxm/wrong-direction",
                    "a plane takes outward streams and drives inward ones");
  }
}

}  // namespace

MxmUnit::MxmUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, StreamPort& streams,
                 Values values)
    : abc_latency_(latency_of(spec, isa::Op::kAbc)),
      acc_latency_(latency_of(spec, isa::Op::kAcc)),
      install_latency_(latency_of(spec, isa::Op::kIw)),
      groups_(static_cast<int>(spec.lanes() / isa::ChipSpec::kLoadStreams)),
      accumulators_(static_cast<int>(spec.mxm_accumulators)),
      streams_(streams) {
  for (int slot = 0; slot < kSlots; ++slot) {
    Plane& plane = planes_[static_cast<std::size_t>(slot)];
    plane.hemisphere = static_cast<isa::Hemisphere>(slot / kPlanes);
    plane.in_x = geometry.mxm_in_x(plane.hemisphere);
    plane.out_x = geometry.mxm_out_x(plane.hemisphere);
    if (values == Values::kFull) {
      plane.model = std::make_unique<PlaneModel>(spec);
    }
  }
}

void MxmUnit::execute(int slot, isa::MxmQueue queue, const isa::Insn& insn, isa::Cycle at) {
  Plane& plane = planes_[static_cast<std::size_t>(slot)];
  switch (queue) {
    case isa::MxmQueue::kWeights:
      require_operation(insn.op == isa::Op::kLw || insn.op == isa::Op::kIw);
      insn.op == isa::Op::kLw ? load(plane, insn, at) : install(plane, insn, at);
      break;
    case isa::MxmQueue::kActivations:
      require_operation(insn.op == isa::Op::kAbc);
      activate(plane, insn, at);
      break;
    case isa::MxmQueue::kAccumulate:
      require_operation(insn.op == isa::Op::kAcc);
      accumulate(plane, insn, at);
      break;
  }
  pending_ |= 1U << slot;
}

void MxmUnit::load(Plane& plane, const isa::Insn& insn, isa::Cycle at) {
  if (insn.type == isa::Type::kF16) {
    require_even(plane);
  } else if (insn.type != isa::Type::kI8) {
    throw UnitError("lpu/mxm/undefined-insn", "weights are i8 or f16");
  }
  if (insn.addr >= groups_) {
    throw UnitError("lpu/mxm/no-such-group",
                    fmt::format("the buffer has groups 0 to {}, not {}", groups_ - 1, insn.addr));
  }
  const isa::Stream in = required(insn.in);
  require_direction(in, isa::outward(plane.hemisphere));
  streams_.take_group(in, kLoadStreams, plane.in_x, at, plane.inputs.load.data());
  plane.inputs.weights = &insn;
  plane.buffer_loaded = true;
}

void MxmUnit::install(Plane& plane, const isa::Insn& insn, isa::Cycle at) {
  plane.inputs.weights = &insn;
  plane.has_weights = std::exchange(plane.buffer_loaded, false);
  plane.installed_at = at.value;
  plane.weights_from = (at + install_latency_).value;
}

void MxmUnit::activate(Plane& plane, const isa::Insn& insn, isa::Cycle at) {
  if (plane.installed_at < at.value && at.value < plane.weights_from) {
    throw UnitError("lpu/mxm/weights-not-installed",
                    fmt::format("the weights are usable from cycle {} on", plane.weights_from));
  }
  const bool f16 = insn.type == isa::Type::kF16;
  if (f16) {
    require_even(plane);
  } else if (insn.type != isa::Type::kI8) {
    throw UnitError("lpu/mxm/undefined-insn", "activations are i8 or f16");
  }
  if (insn.half > (f16 ? 1 : 0)) {
    throw UnitError("lpu/mxm/undefined-insn", "half is 0 or 1, and 0 for i8");
  }
  const isa::Stream in = required(insn.in);
  require_direction(in, isa::outward(plane.hemisphere));
  streams_.take_group(in, isa::bytes_of(insn.type), plane.in_x, at, plane.inputs.act.data());
  require_collected(plane, at.value);
  plane.inputs.activations = &insn;
  plane.results.push_back({(at + abc_latency_).value, f16 ? isa::Type::kF32 : isa::Type::kI32});
}

void MxmUnit::accumulate(Plane& plane, const isa::Insn& insn, isa::Cycle at) {
  require_collected(plane, at.value);
  if (plane.results.empty() || plane.results.front().collect_at != at.value) {
    throw UnitError(
        "lpu/mxm/nothing-to-collect",
        fmt::format("acc needs an abc of this plane in cycle {}", (at - abc_latency_).value));
  }
  if (insn.addr >= accumulators_) {
    throw UnitError("lpu/mxm/no-such-slot",
                    fmt::format("a plane has slots 0 to {}, not {}", accumulators_ - 1, insn.addr));
  }
  plane.inputs.accumulate = &insn;
  plane.inputs.result = plane.results.front().type;
  plane.results.pop_front();
  if (insn.out) {
    require_direction(*insn.out, isa::inward(plane.hemisphere));
    streams_.drive_group(*insn.out, isa::bytes_of(plane.inputs.result), plane.out_x,
                         at + acc_latency_, plane.inputs.out.data());
  }
}

void MxmUnit::end_cycle(isa::Cycle at) {
  for (int slot = 0; slot < kSlots; ++slot) {
    if ((pending_ >> slot & 1U) == 0) {
      continue;
    }
    failing_slot_ = slot;
    Plane& plane = planes_[static_cast<std::size_t>(slot)];
    const isa::Insn* abc = plane.inputs.activations;
    if (abc != nullptr && abc->type == isa::Type::kF16) {
      require_idle_partner(slot, at);
    }
    if (plane.model != nullptr) {
      plane.model->step(at, plane.inputs);
    }
  }
  for (Plane& plane : planes_) {
    plane.inputs = {};
  }
  pending_ = 0;
}

void MxmUnit::finish() {
  for (int slot = 0; slot < kSlots; ++slot) {
    failing_slot_ = slot;
    require_collected(planes_[static_cast<std::size_t>(slot)], INT64_MAX);
  }
}

void MxmUnit::reset() {
  for (Plane& plane : planes_) {
    plane.buffer_loaded = false;
    plane.has_weights = false;
    plane.installed_at = INT64_MIN;
    plane.weights_from = INT64_MIN;
    plane.results.clear();
    plane.inputs = {};
    if (plane.model != nullptr) {
      plane.model->reset();
    }
  }
  pending_ = 0;
}

void MxmUnit::require_idle_partner(int slot, isa::Cycle at) const {
  const Plane& partner = planes_[static_cast<std::size_t>(slot + 1)];
  // Weights that are installed in this very cycle come after its activations.
  const bool weights = partner.has_weights && partner.installed_at != at.value;
  if (weights || partner.inputs.activations != nullptr) {
    throw UnitError("lpu/mxm/partner-busy",
                    "an f16 abc takes both planes of the hemisphere: the odd one must be without "
                    "weights and without an abc");
  }
}

void MxmUnit::require_even(const Plane& plane) const {
  if ((&plane - planes_.data()) % kPlanes != 0) {
    throw UnitError("lpu/mxm/f16-on-odd-plane", "f16 is the business of the even plane");
  }
}

void MxmUnit::require_collected(const Plane& plane, std::int64_t before) {
  if (!plane.results.empty() && plane.results.front().collect_at < before) {
    throw UnitError("lpu/mxm/uncollected-result",
                    fmt::format("no acc collected the result that was due in cycle {}",
                                plane.results.front().collect_at));
  }
}

}  // namespace lpu::tlm
