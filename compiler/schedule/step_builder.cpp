// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/step_builder.h"

#include <numeric>
#include <set>

namespace lpu::compiler {
namespace {

using isa::Type;

/// What only the choice of the next token needs.
bool makes_token(const Operator& o) { return o.to == Role::kVocabulary || o.name == "final_norm"; }

}  // namespace

StepBuilder::StepBuilder(const isa::ChipSpec& spec, const isa::Geometry& geometry,
                         const PlacedStage& stage, std::span<const StageCable> out,
                         const StepContext& context, isa::Cycle start)
    : s_(spec, geometry, context.deskew),
      graph_(stage.graph),
      p_(stage.placement),
      in_(stage.stage.in),
      out_(out),
      context_(context),
      start_(start - isa::Cycle{0}),
      kernels_(s_, p_, context),
      all_(context.tokens.size()),
      with_head_(context.with_head()) {
  std::iota(all_.begin(), all_.end(), std::size_t{0});
  for (const auto& [key, places] : p_.keys) {
    keys_[key] = tensors(places);
    cached_values_[key] = tensors(p_.values.at(key));
  }
  // What the first operator takes, if anything, is the token id, in its row of MEM.
  if (const Operator& first = graph_.operators.front(); !first.inputs.empty()) {
    for (const std::size_t token : all_) {
      about(token);
      values_[first.inputs.front()].push_back({kernels_.this_token()});
    }
  }
  for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
    for (const int value : graph_.operators[i].inputs) {
      last_reader_[value] = i;
    }
  }
}

Arrivals StepBuilder::run(Arrivals arrivals) {
  Arrivals sent;
  for (; next_ < graph_.operators.size(); ++next_) {
    const Operator& o = graph_.operators[next_];
    if (with_head_.empty() && makes_token(o)) {
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

StepSchedule StepBuilder::finish() {
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

const std::vector<std::size_t>& StepBuilder::tokens_of(const Operator& o) const {
  return makes_token(o) ? with_head_ : all_;
}

std::vector<Chunks>& StepBuilder::out(const Operator& o) {
  auto& values = values_[o.output];
  values.resize(context_.tokens.size());
  return values;
}

/// Values that no operator after this one reads; what remains is live. The run reads logits at
/// its end.
void StepBuilder::release() {
  for (const int value : graph_.operators[next_].inputs) {
    if (last_reader_.at(value) == next_ && graph_.operators[next_].kind != OpKind::kArgmax) {
      values_.erase(value);
      partials_.erase(value);
      quantized_.erase(value);
    }
  }
  std::set<TensorId> live;
  for (const auto& [value, tokens] : values_) {
    for (const Chunks& chunks : tokens) {
      live.insert(chunks.begin(), chunks.end());
    }
  }
  for (const auto& [value, tokens] : partials_) {
    for (const auto& shards : tokens) {
      for (const auto& rows : shards) {
        for (const Destination& d : rows) {
          live.insert(d.tensor);
        }
      }
    }
  }
  for (const auto& [value, tokens] : quantized_) {
    for (const Activations& quantized : tokens) {
      live.insert(quantized.chunks.begin(), quantized.chunks.end());
      if (quantized.step) {
        live.insert(*quantized.step);
      }
    }
  }
  kernels_.keep_only(live);
}

std::vector<TensorId> StepBuilder::tensors(const std::vector<Place>& places) {
  std::vector<TensorId> ids;
  ids.reserve(places.size());
  for (const Place& place : places) {
    ids.push_back(s_.tensor(place));
  }
  return ids;
}

Chunks StepBuilder::temporaries(std::size_t count, const Home& home, const char* what, Type type) {
  Chunks chunks;
  for (std::size_t i = 0; i < count; ++i) {
    chunks.push_back(kernels_.temporary(home, type, what));
  }
  return chunks;
}

std::vector<Destination> StepBuilder::rows_of(const std::vector<TensorId>& cache,
                                              std::size_t token) const {
  std::vector<Destination> rows;
  rows.reserve(cache.size());
  for (const TensorId id : cache) {
    rows.push_back({id, p_.options.first_position + context_.tokens[token].row});
  }
  return rows;
}

/// A hidden state in E0, in E1 if it is normed, or a token id in W0.
void StepBuilder::receive(const Operator& o, const std::vector<isa::Cycle>& arrivals) {
  Chunks all;
  for (const std::size_t token : tokens_of(o)) {
    about(token);
    Chunks& chunks = out(o)[token];
    const auto count = static_cast<std::size_t>(p_.sharding.hidden().chunks());
    if (o.to == Role::kHidden) {
      chunks = temporaries(count, home::kE0, "hidden state");
    } else if (o.to == Role::kNormed) {
      chunks = temporaries(count, home::kE1, "norm", Type::kF16);
    } else if (o.to == Role::kToken) {
      chunks = {kernels_.temporary(home::kW0, Type::kI32, "token id")};
    } else {
      chunks = {kernels_.next_token()};
    }
    all.insert(all.end(), chunks.begin(), chunks.end());
  }
  std::vector<isa::Cycle> local;
  local.reserve(arrivals.size());
  for (const isa::Cycle at : arrivals) {
    local.push_back(at - start_);
  }
  kernels_.receive(all, in_, local);
}

std::vector<isa::Cycle> StepBuilder::send(const Operator& o) {
  Chunks all;
  for (const std::size_t token : tokens_of(o)) {
    all.insert(all.end(), in(o, token).begin(), in(o, token).end());
  }
  std::vector<isa::Cycle> arrivals = kernels_.send(all, out_);
  for (isa::Cycle& at : arrivals) {
    at += start_;
  }
  return arrivals;
}

}  // namespace lpu::compiler
