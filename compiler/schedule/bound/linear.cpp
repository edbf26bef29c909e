// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/schedule/bound/model.h"

namespace lpu::compiler {

// w8a8: the largest magnitude of the chunks and of all lanes, as fp32, not zero, rsqrt, squared,
// times 127; times each value, which becomes int8.
Ready StageModel::activations(const Operator& o) {
  const Ready x = in(o);
  if (p_.options.matmul != Matmul::kW8A8) {
    return x;
  }
  if (!quantized_.contains(o.inputs.front())) {
    const Time largest = x.last + paths_.from_mem() + paths_.alus(2) + over_lanes();
    const Time inverse = largest + paths_.more(4) + spec_.vxm_special_latency;
    const Time first = inverse + paths_.more(2) + paths_.to_mem();
    constexpr Time kOperations = 3;
    const Time all = divide_up(kOperations * chunks_of(o.from), kAlus) - 1;
    quantized_[o.inputs.front()] = {first, first + all};
  }
  return quantized_.at(o.inputs.front());
}

StageModel::Result StageModel::linear(const Operator& o) {
  const LinearPlan& plan = p_.linears.at(o.name);
  const Ready x = activations(o);
  const bool w8a8 = p_.options.matmul == Matmul::kW8A8;
  // fp32 and steps to values; factors of the outputs; fp16.
  const int operations =
      (w8a8 ? 2 : 0) + (plan.scale.empty() ? 0 : 1) + (o.to == Role::kValues ? 1 : 0);
  const Time result = operations > 0
                          ? paths_.plane_to_vxm() + paths_.alus(operations) + paths_.to_mem()
                          : paths_.plane_to_mem();
  const Time from = x.first + paths_.mem_to_plane();
  const bool whole = plan.shards == 1;  // every chain takes every chunk
  Latest last(in(o).last, x.last + paths_.mem_to_plane() + result);
  Time first = whole ? last.at : from + result;
  std::array<Time, 2> rows{};  // of each side
  std::map<int, Time> ports;   // rows of each slice
  Time work = operations * static_cast<Time>(plan.chains.size());
  Time widest = 0;
  Time smallest = std::numeric_limits<Time>::max();  // rows and installs of a chain
  for (const ChainPlan& chain : plan.chains) {
    Time of_chain = 0;
    for (const TilePlan& t : chain.tiles) {
      last.wait(tile({chain.hemisphere, chain.plane}, t.groups, from) + result, Limit::kInstall);
      rows[static_cast<std::size_t>(chain.hemisphere)] += t.groups;
      of_chain += t.groups + 1;
      widest = std::max<Time>(widest, t.groups);
      const auto slices = static_cast<Time>(t.column.size());
      work += slices < isa::ChipSpec::kLoadStreams ? slices * t.groups : 0;  // casts
      for (const Place& place : t.column) {
        ports[g_.mem_queue(place.hemisphere, place.slice)] += t.groups;
      }
    }
    smallest = std::min(smallest, of_chain);
  }
  // Two tiles of each plane are there before the first operand.
  const Time begin = from + result - (w8a8 ? 2 : 1) * 2 * widest - 1;
  for (const Time n : rows) {
    last.wait(begin + divide_up(isa::ChipSpec::kLoadStreams * n, spec_.streams), Limit::kStreams);
  }
  for (const auto& [slice, n] : ports) {
    last.wait(begin + n, Limit::kPorts);
  }
  last.wait(begin + divide_up(work, kAlus), Limit::kAlus);
  first = std::max(first, from + result - 2 * widest - 1 + smallest);
  return {{std::min(first, last.at), last.at}, last.limit()};
}

}  // namespace lpu::compiler
