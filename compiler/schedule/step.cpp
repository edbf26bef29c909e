// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/step.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {
namespace {

using isa::Type;

/// The cycles in which the rounds of each value from another stage can be received.
using Arrivals = std::deque<std::vector<isa::Cycle>>;

/// One stage of a step. Its own cycle 0 is `start` of the machine.
class StepBuilder {
 public:
  StepBuilder(const isa::ChipSpec& spec, const isa::Geometry& geometry, const PlacedStage& stage,
              std::span<const StageCable> out, const StepContext& context, isa::Cycle start)
      : s_(spec, geometry, context.deskew),
        graph_(stage.graph),
        p_(stage.placement),
        in_(stage.stage.in),
        out_(out),
        context_(context),
        start_(start - isa::Cycle{0}),
        kernels_(s_, p_, context) {
    for (const auto& [layer, places] : p_.keys) {
      keys_[layer] = tensors(places);
      cached_values_[layer] = tensors(p_.values.at(layer));
    }
    // What the first operator takes, if anything, is the token id, in its row of MEM.
    if (const Operator& first = graph_.operators.front(); !first.inputs.empty()) {
      values_[first.inputs.front()] = {kernels_.this_token()};
    }
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      for (const int value : graph_.operators[i].inputs) {
        last_reader_[value] = i;
      }
    }
  }

  /// Goes on to the end, or to a receive while `arrivals` is empty. Returns the arrivals of what it
  /// sent.
  Arrivals run(Arrivals arrivals) {
    Arrivals sent;
    for (; next_ < graph_.operators.size(); ++next_) {
      const Operator& o = graph_.operators[next_];
      if (!context_.makes_token && makes_token(o)) {
        continue;
      }
      if (o.kind == OpKind::kReceive) {
        if (arrivals.empty()) {
          break;
        }
        receive(o, arrivals.front());
        arrivals.pop_front();
      } else if (o.kind == OpKind::kSend) {
        sent.push_back(send(o));
      } else {
        lower(o);
      }
      s_.end_phase(o.name);
      release();
    }
    return sent;
  }

  /// In cycles of the machine.
  StepSchedule finish() {
    StepSchedule schedule{s_.placed(), s_.phases(), s_.end() + start_, logits_, kernels_.memory()};
    for (Placed& p : schedule.placed) {
      p.at += start_.value;
    }
    for (Phase& phase : schedule.phases) {
      phase.first += start_;
      phase.last += start_;
    }
    return schedule;
  }

 private:
  /// What only the choice of the next token needs.
  static bool makes_token(const Operator& o) {
    return o.to == Role::kVocabulary || o.name == "final_norm";
  }

  /// Values that no operator after this one reads; what remains is live. The run reads logits at
  /// its end.
  void release() {
    for (const int value : graph_.operators[next_].inputs) {
      if (last_reader_.at(value) == next_ && graph_.operators[next_].kind != OpKind::kArgmax) {
        values_.erase(value);
        partials_.erase(value);
        quantized_.erase(value);
      }
    }
    std::set<TensorId> live;
    for (const auto& [value, chunks] : values_) {
      live.insert(chunks.begin(), chunks.end());
    }
    for (const auto& [value, shards] : partials_) {
      for (const auto& rows : shards) {
        for (const Destination& d : rows) {
          live.insert(d.tensor);
        }
      }
    }
    for (const auto& [value, quantized] : quantized_) {
      live.insert(quantized.chunks.begin(), quantized.chunks.end());
      live.insert(*quantized.step);
    }
    kernels_.keep_only(live);
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

  Chunks temporaries(std::size_t count, const Home& home, const char* what,
                     Type type = Type::kF32) {
    Chunks chunks;
    for (std::size_t i = 0; i < count; ++i) {
      chunks.push_back(kernels_.temporary(home, type, what));
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
    switch (o.kind) {
      case OpKind::kEmbed:
        values_[o.output] =
            kernels_.embed(in(o).front(), o.inputs.size() > 1 ? in(o, 1) : Chunks{});
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
        if (p_.block_tables) {  // if not, its operands were written into the cache
          values_[o.output] = kernels_.append(p_.blocks.at(o.layer), in(o), in(o, 1));
        }
        break;
      case OpKind::kAttention:
        values_[o.output] =
            p_.block_tables
                ? kernels_.attention_in_blocks(p_.blocks.at(o.layer), in(o).front(), in(o, 1))
                : kernels_.attention(in(o), keys_.at(o.layer), cached_values_.at(o.layer));
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
      case OpKind::kSend:
      case OpKind::kReceive:
        break;  // not here: they need to know of other stages
    }
  }

  /// A hidden state in E0, or a token id in W0.
  void receive(const Operator& o, const std::vector<isa::Cycle>& arrivals) {
    Chunks& chunks = values_[o.output];
    if (o.to == Role::kHidden) {
      const auto count = static_cast<std::size_t>(p_.sharding.hidden().chunks());
      chunks = temporaries(count, home::kE0, "hidden state");
    } else if (o.to == Role::kToken) {
      chunks = {kernels_.temporary(home::kW0, Type::kI32, "token id")};
    } else {
      chunks = {kernels_.next_token()};
    }
    std::vector<isa::Cycle> local;
    local.reserve(arrivals.size());
    for (const isa::Cycle at : arrivals) {
      local.push_back(at - start_);
    }
    kernels_.receive(chunks, in_, local);
  }

  std::vector<isa::Cycle> send(const Operator& o) {
    std::vector<isa::Cycle> arrivals = kernels_.send(in(o), out_);
    for (isa::Cycle& at : arrivals) {
      at += start_;
    }
    return arrivals;
  }

  Activations activations(const Operator& o) {
    if (p_.options.matmul != Matmul::kW8A8) {
      return {in(o), {}};
    }
    const int value = o.inputs.front();
    if (!quantized_.contains(value)) {
      quantized_[value] = kernels_.quantize(in(o));
    }
    return quantized_.at(value);
  }

  void linear(const Operator& o) {
    const LinearPlan& plan = p_.linears.at(o.name);
    if (o.to == Role::kValues && p_.block_tables) {
      values_[o.output] = temporaries(plan.chains.size(), home::kE1High, "values", Type::kF16);
      kernels_.linear(plan, activations(o), to(values_[o.output]));
    } else if (o.to == Role::kValues) {
      kernels_.linear(plan, activations(o), cache(cached_values_.at(o.layer)));
    } else if (o.to == Role::kHidden) {
      summed(o, plan);
    } else {
      const Home& home = o.to == Role::kUp ? home::kW1 : home::kW0;
      values_[o.output] = temporaries(plan.chains.size(), home, "product");
      kernels_.linear(plan, activations(o), to(values_[o.output]));
    }
  }

  /// A product whose sum runs over chips: every shard by itself.
  void summed(const Operator& o, const LinearPlan& plan) {
    auto& partials = partials_[o.output];
    partials.resize(static_cast<std::size_t>(plan.shards));
    if (plan.shards == 1) {
      partials.front() = kernels_.sum_rows(plan.chains.size());
      kernels_.linear(plan, activations(o), partials.front());
      return;
    }
    std::vector<Destination> out;
    for (const ChainPlan& chain : plan.chains) {
      const auto shard = static_cast<std::size_t>(chain.shard);
      out.push_back({kernels_.temporary(Kernels::tree_home(shard), Type::kF32, "partial sum"), 0});
      partials[shard].push_back(out.back());
    }
    kernels_.linear(plan, activations(o), out);
  }

  void rope(const Operator& o) {
    const bool keys = o.to == Role::kKeys;
    if (keys && !p_.block_tables) {
      kernels_.rope(in(o), p_.cos_k, p_.sin_k, cache(keys_.at(o.layer)));
    } else if (keys) {
      values_[o.output] = temporaries(in(o).size(), home::kW1, "keys", Type::kF16);
      kernels_.rope(in(o), p_.cos_k, p_.sin_k, to(values_[o.output]));
    } else if (p_.block_tables) {
      // A row a chunk, so that a burst takes some of them.
      const TensorId all =
          kernels_.temporary(home::kW0, Type::kF16, "queries", static_cast<int>(in(o).size()));
      values_[o.output] = {all};
      std::vector<Destination> rows;
      for (int row = 0; row < static_cast<int>(in(o).size()); ++row) {
        rows.push_back({all, row});
      }
      kernels_.rope(in(o), p_.cos_q, p_.sin_q, rows);
    } else {
      values_[o.output] = temporaries(in(o).size(), home::kW0, "queries");
      kernels_.rope(in(o), p_.cos_q, p_.sin_q, to(values_[o.output]));
    }
  }

  void argmax(const Operator& o) {
    for (const TensorId chunk : in(o)) {
      logits_.push_back(s_.place_of(chunk));
    }
    values_[o.output] = {kernels_.argmax(in(o))};
  }

  Scheduler s_;
  const Graph& graph_;
  const Placement& p_;
  std::span<const StageCable> in_, out_;
  StepContext context_;
  isa::Cycles start_;
  Kernels kernels_;
  std::size_t next_{0};                     // operator
  std::map<int, std::size_t> last_reader_;  // of each value
  std::map<int, std::vector<TensorId>> keys_, cached_values_;
  std::map<int, Chunks> values_;
  std::map<int, std::vector<std::vector<Destination>>> partials_;
  std::map<int, Activations> quantized_;
  std::vector<Place> logits_;
};

}  // namespace

std::vector<StepSchedule> schedule_step(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                                        std::span<const PlacedStage> stages,
                                        const StepContext& context) {
  const auto builder = [&](std::size_t stage, isa::Cycle start) {
    const std::size_t next = (stage + 1) % stages.size();
    return StepBuilder(spec, geometry, stages[stage], stages[next].stage.in, context, start);
  };
  std::vector<StepSchedule> schedules;
  StepBuilder first = builder(0, {0});
  Arrivals arrivals = first.run({});
  for (std::size_t i = 1; i < stages.size(); ++i) {
    StepBuilder stage = builder(i, arrivals.front().front());
    arrivals = stage.run(std::move(arrivals));
    schedules.push_back(stage.finish());
  }
  first.run(std::move(arrivals));  // the token that the last stage chose
  schedules.insert(schedules.begin(), first.finish());
  return schedules;
}

}  // namespace lpu::compiler
