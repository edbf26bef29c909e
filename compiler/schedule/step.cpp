// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/step.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {
namespace {

using isa::Type;

class StepBuilder {
 public:
  StepBuilder(Scheduler& scheduler, const Graph& graph, const Placement& placement,
              const StepContext& context)
      : s_(scheduler),
        graph_(graph),
        p_(placement),
        context_(context),
        kernels_(scheduler, placement, context) {
    for (std::size_t layer = 0; layer < p_.keys.size(); ++layer) {
      keys_.push_back(tensors(p_.keys[layer]));
      cached_values_.push_back(tensors(p_.values[layer]));
    }
  }

  void run() {
    for (const Operator& o : graph_.operators) {
      if (context_.makes_token || !makes_token(o)) {
        lower(o);
        s_.end_phase(o.name);
      }
    }
  }

  [[nodiscard]] const std::vector<Place>& logits() const { return logits_; }
  [[nodiscard]] const MemoryMap& memory() const { return kernels_.memory(); }

 private:
  /// What only the choice of the next token needs.
  static bool makes_token(const Operator& o) {
    return o.to == Role::kVocabulary || o.name == "final_norm";
  }

  std::vector<TensorId> tensors(const std::vector<Place>& places) {
    std::vector<TensorId> ids;
    ids.reserve(places.size());
    for (const Place& place : places) {
      ids.push_back(s_.tensor(place));
    }
    return ids;
  }

  [[nodiscard]] const Chunks& in(const Operator& o, std::size_t i = 0) const {
    return values_.at(o.inputs[i]);
  }
  [[nodiscard]] int position() const { return p_.options.first_position + context_.step; }

  std::vector<Destination> cache(const std::vector<TensorId>& ids) const {
    std::vector<Destination> out;
    out.reserve(ids.size());
    for (const TensorId id : ids) {
      out.push_back({id, position()});
    }
    return out;
  }

  Chunks temporaries(std::size_t count, const Home& home, const char* what) {
    Chunks chunks;
    for (std::size_t i = 0; i < count; ++i) {
      chunks.push_back(kernels_.temporary(home, Type::kF32, what));
    }
    return chunks;
  }

  static std::vector<Destination> to(const Chunks& chunks) {
    std::vector<Destination> out;
    for (const TensorId id : chunks) {
      out.push_back({id, 0});
    }
    return out;
  }

  void lower(const Operator& o) {
    const auto layer = static_cast<std::size_t>(o.layer);
    switch (o.kind) {
      case OpKind::kEmbed:
        values_[o.output] = kernels_.embed();
        break;
      case OpKind::kRmsNorm:
        values_[o.output] = kernels_.rms_norm(in(o), p_.gains.at(o.name));
        break;
      case OpKind::kLinear:
        linear(o);
        break;
      case OpKind::kRope:
        rope(o);
        break;
      case OpKind::kKvAppend:
        break;  // its operands were written into the cache
      case OpKind::kAttention:
        values_[o.output] = kernels_.attention(in(o), keys_[layer], cached_values_[layer]);
        break;
      case OpKind::kSwiGlu:
        values_[o.output] = kernels_.swiglu(in(o), in(o, 1));
        break;
      case OpKind::kAdd:
        values_[o.output] = kernels_.add_sum(in(o), partials_.at(o.inputs[1]));
        break;
      case OpKind::kArgmax:
        argmax(o);
        break;
    }
  }

  void linear(const Operator& o) {
    const LinearPlan& plan = p_.linears.at(o.name);
    if (o.to == Role::kValues) {
      kernels_.linear(plan, in(o), cache(cached_values_[static_cast<std::size_t>(o.layer)]));
    } else if (o.to == Role::kHidden) {
      summed(o, plan);
    } else {
      const Home& home = o.to == Role::kUp ? home::kW1 : home::kW0;
      values_[o.output] = temporaries(plan.chains.size(), home, "product");
      kernels_.linear(plan, in(o), to(values_[o.output]));
    }
  }

  /// A product whose sum runs over chips: every shard by itself.
  void summed(const Operator& o, const LinearPlan& plan) {
    auto& partials = partials_[o.output];
    partials.resize(static_cast<std::size_t>(plan.shards));
    std::vector<Destination> out;
    for (const ChainPlan& chain : plan.chains) {
      const auto shard = static_cast<std::size_t>(chain.shard);
      partials[shard].push_back(
          kernels_.temporary(Kernels::tree_home(shard), Type::kF32, "partial sum"));
      out.push_back({partials[shard].back(), 0});
    }
    kernels_.linear(plan, in(o), out);
  }

  void rope(const Operator& o) {
    if (o.to == Role::kKeys) {
      kernels_.rope(in(o), p_.cos_k, p_.sin_k, cache(keys_[static_cast<std::size_t>(o.layer)]));
      return;
    }
    values_[o.output] = temporaries(in(o).size(), home::kW0, "queries");
    kernels_.rope(in(o), p_.cos_q, p_.sin_q, to(values_[o.output]));
  }

  void argmax(const Operator& o) {
    const Chunks logits = kernels_.gather_logits(in(o));
    for (const TensorId chunk : logits) {
      logits_.push_back(s_.place_of(chunk));
    }
    kernels_.argmax(logits);
  }

  Scheduler& s_;
  const Graph& graph_;
  const Placement& p_;
  StepContext context_;
  Kernels kernels_;
  std::vector<std::vector<TensorId>> keys_, cached_values_;
  std::map<int, Chunks> values_;
  std::map<int, std::vector<Chunks>> partials_;
  std::vector<Place> logits_;
};

}  // namespace

StepSchedule schedule_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                           const Graph& graph, const Placement& placement,
                           const StepContext& context) {
  Scheduler scheduler(spec, geometry);
  StepBuilder step(scheduler, graph, placement, context);
  step.run();
  return {scheduler.placed(), scheduler.phases(), scheduler.end(), step.logits(), step.memory()};
}

std::string dump(const StepSchedule& schedule, const isa::Geometry& geometry) {
  std::vector<const Placed*> sorted;
  for (const Placed& p : schedule.placed) {
    sorted.push_back(&p);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Placed* a, const Placed* b) {
    return a->at != b->at ? a->at < b->at : a->queue < b->queue;
  });
  std::string text;
  for (const Phase& phase : schedule.phases) {
    text +=
        fmt::format("phase {} : cycles {}..{}\n", phase.name, phase.first.value, phase.last.value);
  }
  for (const Placed* p : sorted) {
    text += fmt::format("{:>7} {:<24} x{:<5} {}\n", p->at, geometry.name(p->queue), p->burst.count,
                        isa::find_op(p->insn.op)->mnemonic);
  }
  text += fmt::format("end {}\n", schedule.end.value);
  return text;
}

}  // namespace lpu::compiler
