// SPDX-License-Identifier: Apache-2.0
#include "isa/check/vxm_check.h"

#include <fmt/format.h>

#include "isa/check/static_check.h"

namespace lpu::isa {

void VxmCheck::issue(const Issue& issue, int alu) {
  Alu& self = alus_[static_cast<std::size_t>(alu)];
  take(issue, self, issue.insn.a);
  take(issue, self, issue.insn.b);
  self.dispatched = true;
  const std::int64_t ready = (issue.at + chain_latency(spec_, issue.insn)).value;
  self.ready[static_cast<std::size_t>(ready) % kRing] = ready;
  if (issue.insn.out) {
    streams_.drive(issue, *issue.insn.out, stream_count(issue.insn, Field::kOut), Geometry::vxm_x(),
                   latency(spec_, issue.insn));
  }
}

void VxmCheck::take(const Issue& issue, const Alu& self, const Source& source) {
  if (source.kind == Source::Kind::kStream) {
    streams_.take(issue, source.as_stream(), stream_count(issue.insn, Field::kA),
                  Geometry::vxm_x());
  } else if (source.kind == Source::Kind::kAcc && !self.dispatched) {
    report_.add(Rule::kNoLastResult, issue, "this ALU has no result yet");
  } else if (source.kind == Source::Kind::kAlu) {
    const auto at = static_cast<std::size_t>(issue.at.value);
    if (alus_[source.value].ready[at % kRing] != issue.at.value || at == 0) {
      report_.add(
          Rule::kChainTiming, issue,
          fmt::format("ALU {} has no result that is ready in exactly this cycle", source.value));
    }
  }
}

}  // namespace lpu::isa
