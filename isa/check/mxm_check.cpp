// SPDX-License-Identifier: Apache-2.0
#include "isa/check/mxm_check.h"

#include <fmt/format.h>

namespace lpu::isa {
namespace {

constexpr int kPlanes = static_cast<int>(ChipSpec::kPlanes);

Type result_type(Type activations) { return activations == Type::kI8 ? Type::kI32 : Type::kF32; }

}  // namespace

MxmCheck::MxmCheck(const ChipSpec& spec, StreamUse& streams, Report& report)
    : spec_(spec), streams_(streams), report_(report) {
  for (Plane& plane : planes_) {
    plane.slots.resize(static_cast<std::size_t>(spec.mxm_accumulators));
  }
}

void MxmCheck::issue(const Issue& issue, const QueueInfo& info) {
  const int number = static_cast<int>(info.hemisphere) * kPlanes + info.index;
  Plane& plane = planes_[static_cast<std::size_t>(number)];
  Plane& partner = planes_[static_cast<std::size_t>(number ^ 1)];
  const Geometry& geometry = report_.geometry();
  const int in_x = geometry.mxm_in_x(info.hemisphere);
  collect_until(plane, issue.at);
  switch (issue.insn.op) {
    case Op::kLw:
      load(issue, plane, in_x);
      break;
    case Op::kIw:
      install(issue, plane);
      break;
    case Op::kAbc:
      activate(issue, plane, partner, in_x, info.index % kPlanes == 0);
      break;
    default:
      accumulate(issue, plane, geometry.mxm_out_x(info.hemisphere));
      break;
  }
}

void MxmCheck::load(const Issue& issue, Plane& plane, int x) {
  const std::int64_t groups = spec_.lanes() / ChipSpec::kLoadStreams;
  if (issue.insn.addr >= groups) {
    report_.add(Rule::kFieldRange, issue,
                fmt::format("group {}, the buffer has {}", issue.insn.addr, groups));
  }
  if (plane.buffer && *plane.buffer != issue.insn.type) {
    report_.add(Rule::kWeightType, issue,
                fmt::format("the buffer holds {} already", name_of(*plane.buffer)));
  }
  plane.buffer = issue.insn.type;
  streams_.take(issue, *issue.insn.in, static_cast<int>(ChipSpec::kLoadStreams), x);
}

void MxmCheck::install(const Issue& issue, Plane& plane) {
  if (!plane.buffer && !plane.array) {
    report_.add(Rule::kInstallEmpty, issue, "buffer and array are both empty");
  }
  plane.old_array = plane.array;
  plane.array = plane.buffer;
  plane.buffer.reset();
  plane.installed = issue.at;
}

std::optional<Type> MxmCheck::weights_at(const Plane& plane, Cycle at,
                                         std::int64_t install_latency) {
  if (plane.installed == at) {
    return plane.old_array;
  }
  return (at - plane.installed).value < install_latency ? std::nullopt : plane.array;
}

void MxmCheck::activate(const Issue& issue, Plane& plane, Plane& partner, int x, bool even) {
  const Type type = issue.insn.type;
  const std::optional<Type> weights = weights_at(plane, issue.at, spec_.mxm_install_latency);
  if (!weights) {
    report_.add(Rule::kNoWeights, issue, "no weights are installed in this cycle");
  } else if (*weights != type) {
    report_.add(Rule::kWeightType, issue,
                fmt::format("the installed weights are {}", name_of(*weights)));
  }
  // The odd plane comes after the even one within a cycle, so both sides look at the other.
  if (type == Type::kF16 && (partner.installed == issue.at ? partner.old_array : partner.array)) {
    report_.add(Rule::kPartnerBusy, issue, "plane1 holds weights of its own");
  }
  if (!even && partner.last_abc == issue.at && !partner.results.empty() &&
      partner.results.back().abc.insn.type == Type::kF16) {
    report_.add(Rule::kPartnerBusy, issue, "plane0 does f16 in this cycle, which takes both");
  }
  streams_.take(issue, *issue.insn.in, bytes_of(type), x);
  plane.last_abc = issue.at;
  plane.results.push_back({issue, issue.at + latency(spec_, issue.insn)});
}

void MxmCheck::accumulate(const Issue& issue, Plane& plane, int x) {
  if (issue.insn.addr >= spec_.mxm_accumulators) {
    report_.add(Rule::kFieldRange, issue,
                fmt::format("slot {}, a plane has {}", issue.insn.addr, spec_.mxm_accumulators));
    return;
  }
  if (issue.insn.out) {
    streams_.drive(issue, *issue.insn.out, bytes_of(Type::kI32), x, latency(spec_, issue.insn));
  }
  if (plane.results.empty() || plane.results.front().due != issue.at) {
    report_.add(Rule::kNoResult, issue, "no abc has its result in this cycle");
    return;
  }
  const Type type = result_type(plane.results.front().abc.insn.type);
  plane.results.pop_front();
  std::optional<Type>& slot = plane.slots[issue.insn.addr];
  if (issue.insn.add && !slot) {
    report_.add(Rule::kEmptyAccumulator, issue, "the slot holds nothing to add to");
  } else if (issue.insn.add && *slot != type) {
    report_.add(Rule::kAccumulatorType, issue,
                fmt::format("the slot holds {}, the result is {}", name_of(*slot), name_of(type)));
  }
  slot = type;
}

void MxmCheck::collect_until(Plane& plane, Cycle now) {
  while (!plane.results.empty() && plane.results.front().due < now) {
    report_.add(
        Rule::kResultNotCollected, plane.results.front().abc,
        fmt::format("no acc collects its result in cycle {}", plane.results.front().due.value));
    plane.results.pop_front();
  }
}

void MxmCheck::finish(Cycle now) {
  for (Plane& plane : planes_) {
    collect_until(plane, now);
  }
}

}  // namespace lpu::isa
