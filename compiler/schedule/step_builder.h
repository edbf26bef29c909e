// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <span>
#include <vector>

#include "compiler/schedule/kernels/kernels.h"
#include "compiler/schedule/step.h"

namespace lpu::compiler {

/// The cycles in which the rounds of each value from another stage can be received.
using Arrivals = std::deque<std::vector<isa::Cycle>>;

/// One stage of a step: its operators, each for all tokens of the step, on the kernels. The
/// stage's own cycle 0 is `start` of the machine.
class StepBuilder {
 public:
  StepBuilder(const isa::ChipSpec& spec, const isa::Geometry& geometry, const PlacedStage& stage,
              std::span<const StageCable> out, const StepContext& context, isa::Cycle start);

  /// Goes on to the end, or to a receive while `arrivals` is empty. Returns the arrivals of what it
  /// sent.
  Arrivals run(Arrivals arrivals);

  /// In cycles of the machine.
  StepSchedule finish();

 private:
  /// Layer, user.
  using CacheKey = Placement::CacheKey;

  void release();
  /// The tokens that an operator works on, as indices.
  [[nodiscard]] const std::vector<std::size_t>& tokens_of(const Operator& o) const;
  void about(std::size_t token) { kernels_.about(context_.tokens[token]); }
  [[nodiscard]] CacheKey cache_of(const Operator& o, std::size_t token) const {
    return {o.layer, context_.tokens[token].user};
  }
  [[nodiscard]] const Chunks& in(const Operator& o, std::size_t token, std::size_t i = 0) const {
    return values_.at(o.inputs[i])[token];
  }
  std::vector<Chunks>& out(const Operator& o);
  std::vector<TensorId> tensors(const std::vector<Place>& places);
  Chunks temporaries(std::size_t count, const Home& home, const char* what,
                     isa::Type type = isa::Type::kF32);
  /// The row of the token's position.
  std::vector<Destination> rows_of(const std::vector<TensorId>& cache, std::size_t token) const;

  void receive(const Operator& o, const std::vector<isa::Cycle>& arrivals);
  std::vector<isa::Cycle> send(const Operator& o);
  void lower(const Operator& o);

  // step_lower.cpp
  void lower(const Operator& o, std::size_t token);
  Activations activations(const Operator& o, std::size_t token);
  std::vector<Destination> product(const Operator& o, const LinearPlan& plan, std::size_t token);
  std::vector<Destination> sums(const Operator& o, const LinearPlan& plan, std::size_t token);
  void linear(const Operator& o);
  void rope(const Operator& o, std::size_t token);

  Scheduler s_;
  const Graph& graph_;
  const Placement& p_;
  std::span<const StageCable> in_, out_;
  StepContext context_;
  isa::Cycles start_;
  Kernels kernels_;
  std::vector<std::size_t> all_, with_head_;  // tokens
  std::size_t next_{0};                       // operator
  std::map<int, std::size_t> last_reader_;    // of each value
  std::map<CacheKey, std::vector<TensorId>> keys_, cached_values_;
  std::map<int, std::vector<Chunks>> values_;  // of each token
  /// Products whose sum runs over chips: [token][shard][chunk].
  std::map<int, std::vector<std::vector<std::vector<Destination>>>> partials_;
  std::map<int, std::vector<Activations>> quantized_;
  std::vector<std::vector<Place>> logits_;
};

}  // namespace lpu::compiler
