// SPDX-License-Identifier: Apache-2.0
// How the operators of a step come to their kernels.
#include "compiler/schedule/step_builder.h"

namespace lpu::compiler {
namespace {

using isa::Type;

std::vector<Destination> to(const Chunks& chunks) {
  std::vector<Destination> out;
  out.reserve(chunks.size());
  for (const TensorId id : chunks) {
    out.push_back({id, 0});
  }
  return out;
}

}  // namespace

void StepBuilder::lower(const Operator& o) {
  if (o.kind == OpKind::kLinear) {
    linear(o);
    return;
  }
  for (const std::size_t token : tokens_of(o)) {
    about(token);
    lower(o, token);
  }
}

void StepBuilder::lower(const Operator& o, std::size_t token) {
  Chunks& result = out(o)[token];
  switch (o.kind) {
    case OpKind::kEmbed:
      result =
          kernels_.embed(in(o, token).front(), o.inputs.size() > 1 ? in(o, token, 1) : Chunks{});
      break;
    case OpKind::kRmsNorm:
      result = kernels_.rms_norm(in(o, token), p_.gains.at(o.name));
      break;
    case OpKind::kRope:
      rope(o, token);
      break;
    case OpKind::kKvAppend:
      if (p_.block_tables) {  // if not, its operands were written into the cache
        kernels_.append(p_.blocks.at(cache_of(o, token)), in(o, token), in(o, token, 1));
      }
      break;
    case OpKind::kAttention:
      result = p_.block_tables ? kernels_.attention_in_blocks(p_.blocks.at(cache_of(o, token)),
                                                              in(o, token).front())
                               : kernels_.attention(in(o, token), keys_.at(cache_of(o, token)),
                                                    cached_values_.at(cache_of(o, token)));
      break;
    case OpKind::kSwiGlu:
      result = kernels_.swiglu(
          in(o, token), in(o, token, 1),
          o.inputs.size() > 2 ? std::optional(in(o, token, 2).front()) : std::nullopt,
          p_.sharding.experts(o.share));
      break;
    case OpKind::kRoute:
      result = {kernels_.route(in(o, token))};
      break;
    case OpKind::kAdd:
      result = kernels_.add_sum(in(o, token), partials_.at(o.inputs[1])[token]);
      break;
    case OpKind::kArgmax: {
      auto& logits = logits_.emplace_back();
      for (const TensorId chunk : in(o, token)) {
        logits.push_back(s_.place_of(chunk));
      }
      result = {kernels_.argmax(in(o, token))};
      break;
    }
    case OpKind::kLinear:
    case OpKind::kSend:
    case OpKind::kReceive:
      break;  // not here: all tokens at once, and what goes to other stages
  }
}

Activations StepBuilder::activations(const Operator& o, std::size_t token) {
  if (p_.options.matmul != Matmul::kW8A8) {
    return {in(o, token), {}};
  }
  auto& quantized = quantized_[o.inputs.front()];
  quantized.resize(context_.tokens.size());
  if (quantized[token].chunks.empty()) {
    quantized[token] = kernels_.quantize(in(o, token));
  }
  return quantized[token];
}

/// A plane has one tile of the weights for all tokens.
void StepBuilder::linear(const Operator& o) {
  const LinearPlan& plan = p_.linears.at(o.name);
  std::vector<Activations> in;
  std::vector<std::vector<Destination>> results;
  for (const std::size_t token : tokens_of(o)) {
    about(token);
    in.push_back(activations(o, token));
    results.push_back(product(o, plan, token));
  }
  kernels_.linear(plan, in, results);
}

std::vector<Destination> StepBuilder::product(const Operator& o, const LinearPlan& plan,
                                              std::size_t token) {
  if (o.to == Role::kHidden) {
    return sums(o, plan, token);
  }
  if (o.to == Role::kValues && !p_.block_tables) {
    return rows_of(cached_values_.at(cache_of(o, token)), token);
  }
  Chunks& result = out(o)[token];
  if (o.to == Role::kValues) {
    result = temporaries(plan.chains.size(), home::kE1High, "values", Type::kF16);
  } else {
    const Home& home = o.to == Role::kUp ? home::kW1 : home::kW0;
    result = temporaries(plan.chains.size(), home, "product");
  }
  return to(result);
}

/// A product whose sum runs over chips: every shard by itself.
std::vector<Destination> StepBuilder::sums(const Operator& o, const LinearPlan& plan,
                                           std::size_t token) {
  partials_[o.output].resize(context_.tokens.size());
  auto& partials = partials_[o.output][token];
  if (plan.shards == 1) {
    partials = {kernels_.sum_rows(plan.chains.size())};
    return partials.front();
  }
  partials.resize(static_cast<std::size_t>(plan.shards));
  std::vector<Destination> all;
  for (const ChainPlan& chain : plan.chains) {
    const auto shard = static_cast<std::size_t>(chain.shard);
    all.push_back({kernels_.temporary(Kernels::tree_home(shard), Type::kF32, "partial sum"), 0});
    partials[shard].push_back(all.back());
  }
  return all;
}

void StepBuilder::rope(const Operator& o, std::size_t token) {
  const Chunks& from = in(o, token);
  Chunks& result = out(o)[token];
  const bool keys = o.to == Role::kKeys;
  std::vector<Destination> rows;
  if (keys && !p_.block_tables) {
    rows = rows_of(keys_.at(cache_of(o, token)), token);
  } else if (keys) {
    result = temporaries(from.size(), home::kW1, "keys", Type::kF16);
    rows = to(result);
  } else if (p_.block_tables) {
    // A row a chunk, so that a burst takes some of them.
    const int count = static_cast<int>(from.size());
    result = {kernels_.temporary(home::kW0, Type::kF16, "queries", count)};
    for (int row = 0; row < count; ++row) {
      rows.push_back({result.front(), row});
    }
  } else {
    result = temporaries(from.size(), home::kW0, "queries");
    rows = to(result);
  }
  kernels_.rope(from, keys ? p_.cos_k : p_.cos_q, keys ? p_.sin_k : p_.sin_q, rows);
}

}  // namespace lpu::compiler
