// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/bound/model.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <stdexcept>

namespace lpu::compiler {
namespace {

/// Levels of a tree of additions.
int levels(int operands) { return std::bit_width(static_cast<unsigned>(operands - 1)); }

}  // namespace

StageModel::StageModel(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                       const PlacedStage& stage, const StepContext& context)
    : spec_(spec),
      g_(geometry),
      stage_(stage),
      p_(stage.placement),
      context_(context),
      paths_(spec, geometry),
      chips_(stage.placement.sharding.chips()) {}

StageModel::Result StageModel::run(const Operator& o) {
  const Result result = lower(o);
  values_[o.output] = result.ready;
  return result;
}

StageModel::Result StageModel::lower(const Operator& o) {
  switch (o.kind) {
    case OpKind::kEmbed:
      return embed(o);
    case OpKind::kRmsNorm:
      return rms_norm(o);
    case OpKind::kLinear:
      return linear(o);
    case OpKind::kRope:
      return rope(o);
    case OpKind::kKvAppend:
      return append(o);
    case OpKind::kAttention:
      return p_.block_tables ? attention_in_blocks(o) : attention_by_lanes(o);
    case OpKind::kSwiGlu:
      return swiglu(o);
    case OpKind::kRoute:
      return route(o);
    case OpKind::kAdd:
      return add(o);
    case OpKind::kArgmax:
      return argmax(o);
    default:
      throw std::logic_error("sends and receives know of other stages");
  }
}

Ready StageModel::in(const Operator& o, std::size_t i) const {
  const auto found = values_.find(o.inputs[i]);
  return found == values_.end() ? Ready{} : found->second;
}

int StageModel::chunks_of(Role role) const {
  switch (role) {
    case Role::kHidden:
      return p_.sharding.hidden().chunks();
    case Role::kQueries:
    case Role::kHeads:
      return p_.sharding.queries(0).chunks();
    case Role::kKeys:
      return p_.sharding.head_chunks();
    case Role::kFeedForward:
      return p_.sharding.feed_forward(0).chunks();
    case Role::kVocabulary:
      return p_.sharding.vocabulary(0).chunks();
    default:
      return 1;
  }
}

StageModel::Time StageModel::tile(const Plane& plane, Time rows, Time from) {
  Tile& last =
      planes_[static_cast<std::size_t>(plane.side)][static_cast<std::size_t>(plane.number)];
  const Time full = last.installed + 1 + rows;
  last.installed = std::max(full, last.passed + 1);
  last.passed = std::max(last.installed + spec_.mxm_install_latency, from);
  return last.passed;
}

// The first byte of a vector goes with the first, the others with the link's pace. Of all vectors a
// link takes at least its part in the cheapest way of summing: each chip sends its part of the
// lanes of all chunks twice, to be added and as a sum.
Ready StageModel::exchanged(const Ready& x, int chunks, int bytes) const {
  if (chips_ == 1) {
    return {x.first + paths_.from_mem(), x.last + paths_.from_mem()};
  }
  const Time way = paths_.mem_to_link() + paths_.link(context_.flight) + paths_.link_to_vxm();
  const Time one = (bytes - 1) * spec_.c2c_pace;
  const Time all = (divide_up(Time{2} * bytes * chunks, chips_) - 1) * spec_.c2c_pace;
  return {x.first + one + way, std::max(x.last + one, x.first + all) + way};
}

// To the SXM and back, step by step; each SXM makes half of a step's rotations.
StageModel::Time StageModel::over_lanes() const {
  Time all = 0;
  const auto steps = [&](int n, Time moved, Time interval) {
    for (const auto& rotations : rotations_to_all(n)) {
      const Time each = divide_up(static_cast<Time>(rotations.size()), 2);
      all += paths_.vxm_to_sxm() + moved + (each - 1) * interval + paths_.alus(1);
    }
  };
  steps(isa::ChipSpec::kLanesPerSuperlane, paths_.rotate(), 1);
  steps(static_cast<int>(spec_.superlanes), paths_.permute(), spec_.sxm_permute_interval);
  return all;
}

// id - first token, maximum, minimum, + row, shift, mask; of a table that is whole only the last
// three. Then the row, and if the table is divided, masked and or'ed to those of other blocks,
// chips and stages.
StageModel::Result StageModel::embed(const Operator& o) {
  const EmbeddingPlan& plan = *p_.embedding;
  int hops = g_.edge();
  for (const EmbeddingBlock& block : plan.blocks) {
    hops = std::min(hops, std::abs(g_.mem_x(block.table.hemisphere, block.table.slice)));
  }
  const Time id = in(o).last + paths_.from_mem();
  if (!plan.divided) {
    const Time row = id + paths_.alus(3) + paths_.gather(hops);
    const Time done = row + paths_.alus(1) + paths_.to_mem();
    return {{done, done}, Limit::kLatency};
  }
  const int chunks = chunks_of(Role::kHidden);
  const int blocks = static_cast<int>(plan.blocks.size()) / chunks;
  const Time row = id + paths_.alus(6) + paths_.gather(hops);
  const Time own = row + paths_.alus(1 + levels(blocks)) + paths_.to_mem();
  const Ready all = exchanged({own, own}, chunks, isa::bytes_of(isa::Type::kF16));
  const bool joins = o.inputs.size() > 1;
  const Time rest = paths_.alus(levels(chips_) + 1 + (joins ? 1 : 0)) + paths_.to_mem();
  Ready x{all.first + rest, all.last + rest};
  if (joins) {
    const Time way = paths_.from_mem() + paths_.alus(1) + paths_.to_mem();
    x = {std::max(x.first, in(o, 1).first + way), std::max(x.last, in(o, 1).last + way)};
  }
  return {x, chips_ > 1 ? Limit::kLinks : Limit::kLatency};
}

// Squares in two parts, the second after 8 operations; their sum over lanes in a plane, a pass for
// each half of each part of each chunk; 5 operations to the factor, which then meets x and gain.
StageModel::Result StageModel::rms_norm(const Operator& o) {
  const Ready x = in(o);
  const int chunks = chunks_of(Role::kHidden);
  const Time halves = divide_up(p_.config.hidden_size, p_.sharding.half());
  const Time squares = paths_.from_mem() + paths_.alus(8) + paths_.vxm_to_plane();
  const Time passed = std::max(x.last + squares, x.first + squares + 2 * halves - 1);
  const Time factor = passed + paths_.plane_to_vxm() + paths_.alus(4, 1);
  const Time first = factor + paths_.more(3) + paths_.to_mem();
  return {{first, first + divide_up(Time{3} * chunks, kAlus) - 1}, Limit::kLatency};
}

// To the SXM and back, times the sine, added.
StageModel::Result StageModel::rope(const Operator& o) {
  const Ready x = in(o);
  const bool rounds = o.to == Role::kKeys || p_.block_tables;
  const Time way =
      paths_.mem_to_sxm() + paths_.permute() + paths_.alus(rounds ? 3 : 2) + paths_.to_mem();
  const Time all = (chunks_of(o.to) - 1) * spec_.sxm_permute_interval;
  return {{x.first + way, std::max(x.last, x.first + all) + way}, Limit::kLatency};
}

// tanh(g / 2), times 1/2, + 1/2, times g; that times up, and times the expert's weight.
StageModel::Result StageModel::swiglu(const Operator& o) {
  const Ready gate = in(o);
  const Ready up = in(o, 1);
  const int more = o.inputs.size() > 2 ? 1 : 0;
  const Time way = paths_.from_mem() + paths_.alus(6 + more, 1) + paths_.to_mem();
  const Time short_way = paths_.from_mem() + paths_.alus(2 + more) + paths_.to_mem();
  const Time operations = 7 + more;  // a chunk
  const int chunks = p_.sharding.feed_forward(0, o.share).chunks();
  const Time all = divide_up(operations * chunks, kAlus) - 1;
  Latest last(gate.last, gate.last + way);
  last.wait(up.last + short_way);
  if (more > 0) {
    last.wait(in(o, 2).last + paths_.from_mem() + paths_.alus(2) + paths_.to_mem());
  }
  last.wait(gate.first + way + all, Limit::kAlus);
  return {{std::max(gate.first + way, up.first + short_way), last.at}, last.limit()};
}

// Each logit to all lanes; largest, below it, exp2, masked, summed, rsqrt, squared, times. That it
// is compared with others takes less.
StageModel::Result StageModel::route(const Operator& o) {
  const Time each = divide_up(p_.config.num_local_experts, Time{2});  // of both SXMs
  const Time spread =
      paths_.mem_to_sxm() + paths_.permute() + (each - 1) * spec_.sxm_permute_interval;
  const Time done = in(o).last + spread + paths_.alus(7, 2) + paths_.to_mem();
  return {{done, done}, Limit::kLatency};
}

// The shards of a chip, then those of all chips, then the residual.
StageModel::Result StageModel::add(const Operator& o) {
  const int shards =
      p_.linears.at(stage_.graph.values[static_cast<std::size_t>(o.inputs[1])].name).shards;
  Ready sum = in(o, 1);
  if (chips_ == 1) {
    const Time way = paths_.from_mem() + paths_.alus(levels(shards) + 1) + paths_.to_mem();
    return {{sum.first + way, sum.last + way}, Limit::kLatency};
  }
  if (shards > 1) {
    const Time own = paths_.from_mem() + paths_.alus(levels(shards)) + paths_.to_mem();
    sum = {sum.first + own, sum.last + own};
  }
  sum = exchanged(sum, chunks_of(Role::kHidden), isa::bytes_of(isa::Type::kF32));
  const Time way = paths_.alus(levels(chips_) + 1) + paths_.to_mem();
  return {{sum.first + way, sum.last + way}, Limit::kLinks};
}

// Largest of the chunks, of the lanes; then equal to it?, mask, minimum, + offset, of the lanes.
// Then the chips choose among their choices.
StageModel::Result StageModel::argmax(const Operator& o) {
  const Ready x = in(o);
  const Time more = chunks_of(Role::kVocabulary) - 1;  // a chunk a cycle
  const Time largest = std::max(x.last, x.first + more) + paths_.from_mem() + paths_.alus(2);
  const Time best = largest + over_lanes();
  const Time index = best + more + paths_.more(4) + over_lanes();
  if (chips_ == 1) {
    const Time done = index + paths_.to_mem();
    return {{done, done}, Limit::kLatency};
  }
  const Time own = index + paths_.to_mem();
  const Time all = exchanged({own, own}, 1, isa::bytes_of(isa::Type::kI32)).last;
  const Time done = all + chips_ - 1 + paths_.alus(3) + paths_.to_mem();
  return {{done, done}, Limit::kLatency};
}

StageModel::Sent StageModel::send(const Operator& o, std::span<const StageCable> cables) {
  const Ready x = in(o);
  const auto wide = static_cast<Time>(cables.size());
  constexpr Time kBytes = isa::bytes_of(isa::Type::kF32);
  isa::Cycles flight = cables.front().flight;
  for (const StageCable& cable : cables) {
    flight = std::min(flight, cable.flight);
  }
  const Time pace = spec_.c2c_pace;
  const int chunks = o.from == Role::kHidden ? chunks_of(o.from) : 1;  // or a token id
  const Time first = std::max(x.first + paths_.mem_to_link(), cables_busy_);
  const Time rounds = divide_up(kBytes * chunks, wide);
  const Time one = (divide_up(kBytes, wide) - 1) * pace;  // of the last chunk
  const Time last = std::max(first + (rounds - 1) * pace, x.last + paths_.mem_to_link() + one);
  cables_busy_ = last + pace;
  const Time way = paths_.link(flight);
  return {{{first, last}, Limit::kLinks}, {first + way, last + way}};
}

// From the cables across the chip to the local links; MEM lies on the way.
StageModel::Result StageModel::receive(const Operator& o, const Ready& arrivals) {
  Time way = paths_.link_to_mem();
  if (chips_ > 1) {
    way += paths_.across() + paths_.link(context_.flight);
  }
  const Ready ready{arrivals.first + way, arrivals.last + way};
  values_[o.output] = ready;
  return {ready, Limit::kLinks};
}

}  // namespace lpu::compiler
