// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/placement.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/model/model.h"
#include "compiler/placement/attention.h"
#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using isa::Hemisphere;
using isa::Type;

/// The tiles that one accumulation needs: every one of `parts` parts of every input chunk with an
/// element in it. A group is `rows` rows of weights.
std::vector<TilePlan> tiles_of(const Layout& in, int parts, int rows) {
  std::vector<TilePlan> tiles;
  const int part = in.lanes / parts;
  for (int chunk = 0; chunk < in.chunks(); ++chunk) {
    const auto& lanes = in.element[static_cast<std::size_t>(chunk)];
    for (int p = 0; p < parts; ++p) {
      int first = part;
      int last = -1;
      for (int row = 0; row < part; ++row) {
        if (lanes[static_cast<std::size_t>(p * part + row)] != Layout::kPadding) {
          first = std::min(first, row);
          last = row;
        }
      }
      if (last >= 0) {
        const int group = first / rows;
        tiles.push_back({chunk, p, group, last / rows - group + 1, {}});
      }
    }
  }
  return tiles;
}

/// Vectors of a token's row of the embedding table.
std::int64_t chunks_of_token(const isa::ChipSpec& spec, const ModelConfig& config) {
  return (config.hidden_size + spec.lanes() - 1) / spec.lanes();
}

/// A small table stands whole in one pair of slices of every chip.
bool on_every_chip(const isa::ChipSpec& spec, const ModelConfig& config) {
  return config.vocab_size * chunks_of_token(spec, config) <= spec.mem_rows / 2;
}

/// Of the rows that a gather can address, with some left for constant tiles.
int rows_of_block(const isa::ChipSpec& spec) {
  constexpr int kTiles = 64;
  return static_cast<int>(spec.mem_rows) - kTiles;
}

class Placer {
 public:
  Placer(const isa::ChipSpec& spec, const ModelConfig& config, int chips, const Options& options)
      : spec_(spec), p_(spec, config, chips, options) {}

  Placement run(const Graph& graph) {
    if (spec_.vxm_special_latency % spec_.vxm_op_latency != 0) {
      throw isa::InputError("system", 0,
                            "special_latency must be a multiple of op_latency for the compiler, "
                            "which keeps values waiting in moves");
    }
    if (p_.options.matmul == Matmul::kW8A8 && !p_.memory.weights_apart()) {
      throw isa::InputError("w8a8", 0, "needs slices for weights alone, 28 a hemisphere or more");
    }
    // Columns of weights find a place beside the blocks of a large table, not the other way round.
    embedding(graph, true);
    for (const Operator& o : graph.operators) {
      if (o.kind == OpKind::kLinear) {
        linear(o);
      } else if (o.kind == OpKind::kRmsNorm) {
        gain(o);
      }
    }
    for (const Operator& o : graph.operators) {
      if (o.kind == OpKind::kKvAppend) {
        place_cache(spec_, p_, o.layer);
      }
    }
    tables(graph);
    return std::move(p_);
  }

 private:
  void linear(const Operator& o) {
    LinearPlan plan = shape_of(o);
    plan.weights = tensors_of(p_.config, o.weight);
    plan.experts_add_up = o.from == Role::kFeedForward;
    const int out_chunks = plan.out(0).chunks();
    for (int chunk = 0; chunk < out_chunks; ++chunk) {
      if (p_.options.matmul != Matmul::kF16) {
        plan.scale.push_back(p_.memory.allocate(home::kW1, Type::kF32, 1, o.weight + " scales"));
      }
      for (int shard = 0; shard < plan.shards; ++shard) {
        const bool whole = p_.options.matmul == Matmul::kW8A8;
        ChainPlan chain{chunk, shard, Hemisphere::kEast, 0,
                        whole ? tiles_of(plan.in(0, shard), 1, kLoadStreams)
                              : tiles_of(plan.in(0, shard), 2, kRowsPerGroup)};
        chain.hemisphere = next_hemisphere(chain.tiles);
        chain.plane = whole ? next_plane() : 0;
        for (TilePlan& tile : chain.tiles) {
          // Two planes of a side that load at once read different columns.
          tile.column = p_.memory.allocate_column(
              chain.hemisphere, column_width(p_.options.matmul), tile.groups, o.weight,
              whole ? std::optional(chain.plane) : std::nullopt);
        }
        plan.chains.push_back(std::move(chain));
      }
    }
    p_.linears.emplace(o.name, std::move(plan));
  }

  /// Which lanes a matrix takes and makes.
  LinearPlan shape_of(const Operator& o) {
    const Sharding& s = p_.sharding;
    LinearPlan plan;
    plan.in = [s](int, int) { return s.hidden(); };
    if (o.from == Role::kHeads) {
      plan.shards = s.local_head_shards();
      plan.in = [s](int chip, int shard) { return s.head_shard(chip, shard); };
    } else if (o.from == Role::kFeedForward) {
      plan.shards = s.local_feed_forward_shards();
      plan.in = [s, share = o.share](int chip, int shard) {
        return s.feed_forward_shard(chip, shard, share);
      };
    }
    plan.out = [s, to = o.to, share = o.share, blocks = attention_in_blocks(spec_, p_)](int chip) {
      switch (to) {
        case Role::kQueries:
          return s.queries(chip);
        case Role::kKeys:
          return s.keys(chip, blocks ? 1 : s.query_halves());
        case Role::kValues:
          return s.keys(chip, blocks ? 2 : s.query_halves());
        case Role::kGate:
        case Role::kUp:
          return s.feed_forward(chip, share);
        case Role::kRouter:
          return s.router();
        case Role::kVocabulary:
          return s.vocabulary(chip);
        default:
          return s.hidden();
      }
    };
    return plan;
  }

  /// Chains take the hemispheres in turn, or as many together as make a burst.
  Hemisphere next_hemisphere(const std::vector<TilePlan>& tiles) {
    if (p_.memory.weights_apart() || rows_in_turn_ >= kBurstRows) {
      hemisphere_ = hemisphere_ == Hemisphere::kEast ? Hemisphere::kWest : Hemisphere::kEast;
      rows_in_turn_ = 0;
    }
    for (const TilePlan& tile : tiles) {
      rows_in_turn_ += tile.groups;
    }
    return hemisphere_;
  }

  /// int8: both sides, then the other planes of both sides.
  int next_plane() { return chains_++ / 2 % static_cast<int>(isa::ChipSpec::kPlanes); }

  void gain(const Operator& o) {
    p_.gain_weights[o.name] = o.weight;
    for (int chunk = 0; chunk < p_.sharding.hidden().chunks(); ++chunk) {
      p_.gains[o.name].push_back(p_.memory.allocate(home::kW0, Type::kF32, 1, o.weight));
    }
  }

  void tables(const Graph& graph) {
    const auto has = [&graph](OpKind kind) {
      return std::any_of(graph.operators.begin(), graph.operators.end(),
                         [kind](const Operator& o) { return o.kind == kind; });
    };
    const bool embeds = has(OpKind::kEmbed);
    const bool chooses = has(OpKind::kArgmax);
    embedding(graph, false);
    if (chooses || (p_.embedding && p_.embedding->first == 0)) {
      p_.tokens =
          p_.memory.allocate(home::kW0, Type::kI32, p_.token_row(p_.options.users, 0), "token ids");
    }
    p_.ones_tile =
        p_.constant_tile("ones tile", Hemisphere::kEast, 1, [](int, int, int) { return true; });
    if (has(OpKind::kAttention)) {
      attention_tables(spec_, p_);
    }
    if (chooses || p_.block_tables || p_.options.matmul == Matmul::kW8A8) {
      superlane_rotations();
    }
    if (has(OpKind::kRoute)) {
      router_table();
    }
    if (embeds) {
      embedding_map();
    }
    if (chooses) {
      vocabulary_tables();
    }
  }

  void embedding(const Graph& graph, bool divided) {
    for (const Operator& o : graph.operators) {
      if (o.kind == OpKind::kEmbed && divided != on_every_chip(spec_, p_.config)) {
        embedding(o);
      }
    }
  }

  void embedding(const Operator& o) {
    EmbeddingPlan plan{o.first, o.count, o.count, false, {}, {}};
    const int chunks = p_.sharding.hidden().chunks();
    if (on_every_chip(spec_, p_.config)) {
      Place table = p_.memory.allocate(home::kE1, Type::kF16, o.count * chunks, "embedding table");
      table.rows = o.count;
      for (int chunk = 0; chunk < chunks; ++chunk, table.row += o.count) {
        plan.blocks.push_back({chunk, 0, o.count, table});
      }
    } else {
      plan.divided = true;
      plan.each = divide_up(o.count, p_.sharding.chips());
      plan.chip_first = p_.memory.allocate(home::kE1, Type::kI32, 1, "first token of the chip");
      const int parts = divide_up(plan.each, rows_of_block(spec_));
      for (int chunk = 0; chunk < chunks; ++chunk) {
        for (int part = 0; part < parts; ++part) {
          const int first = plan.each * part / parts;
          plan.blocks.push_back(block(chunk, first, plan.each * (part + 1) / parts - first));
        }
      }
    }
    p_.embedding = std::move(plan);
  }

  EmbeddingBlock block(int chunk, int first, int count) {
    hemisphere_ = hemisphere_ == Hemisphere::kEast ? Hemisphere::kWest : Hemisphere::kEast;
    const auto pair =
        p_.memory.allocate_column(hemisphere_, isa::bytes_of(Type::kF16), count, "embedding table");
    Place table = pair.front();
    table.type = Type::kF16;
    return {chunk, first, count, table};
  }

  void superlane_rotations() {
    const int lanes = static_cast<int>(spec_.lanes());
    for (const auto& step : rotations_to_all(static_cast<int>(spec_.superlanes))) {
      for (const int by : step) {
        p_.superlane_rotations[by] =
            p_.constant("superlane rotation", home::kW2, Type::kI16, 1, [=](int, int lane) {
              return static_cast<std::uint32_t>((lane + by * isa::ChipSpec::kLanesPerSuperlane) %
                                                lanes);
            });
      }
    }
  }

  void router_table() {
    const int lanes = static_cast<int>(spec_.lanes());
    p_.expert_lanes = p_.constant(
        "lane map of an expert", home::kW2, Type::kI16,
        static_cast<int>(p_.config.num_local_experts),
        [lanes](int expert, int) { return static_cast<std::uint32_t>(expert % lanes); });
  }

  /// A gather takes its row address from the first two bytes of each superlane's word.
  void embedding_map() {
    const auto in_word = [](int lane) {
      return lane % static_cast<int>(isa::ChipSpec::kLanesPerSuperlane);
    };
    p_.byte_shift = p_.constant("address byte shifts", home::kW1, Type::kI32, 1,
                                [=](int, int lane) { return in_word(lane) == 1 ? 8U : 0U; });
    p_.byte_mask = p_.constant("address byte mask", home::kW2, Type::kI8, 1,
                               [=](int, int lane) { return in_word(lane) < 2 ? 0xffU : 0U; });
  }

  void vocabulary_tables() {
    for (int chunk = 0; chunk < p_.sharding.vocabulary(0).chunks(); ++chunk) {
      p_.vocabulary_pad.push_back(
          p_.memory.allocate(home::kE0, Type::kF32, 1, "vocabulary padding"));
      p_.vocabulary_index.push_back(
          p_.memory.allocate(home::kE0, Type::kI32, 1, "vocabulary index"));
    }
  }

  const isa::ChipSpec& spec_;
  Placement p_;
  Hemisphere hemisphere_{Hemisphere::kWest};
  int rows_in_turn_{0};  // of weights, since the hemispheres changed
  int chains_{0};
};

}  // namespace

Place Placement::constant(const std::string& name, const Home& home, Type type, int rows,
                          std::function<std::uint32_t(int, int)> value) {
  const Place place = memory.allocate(home, type, rows, name);
  constants.push_back({name, place, std::move(value)});
  return place;
}

std::vector<Place> Placement::constant_tile(
    const std::string& name, Hemisphere side, int groups,
    const std::function<bool(int group, int row, int lane)>& one) {
  constexpr std::uint32_t kHalfOne = 0x3c00;  // 1.0 as fp16
  std::vector<Place> column = memory.allocate_column(side, kLoadStreams, groups, name);
  for (int i = 0; i < kLoadStreams; ++i) {
    const std::uint32_t byte = kHalfOne >> (8 * (i % 2)) & 0xff;
    constants.push_back({name, column[static_cast<std::size_t>(i)],
                         [=](int group, int lane) { return one(group, i / 2, lane) ? byte : 0U; }});
  }
  return column;
}

int column_width(Matmul matmul) { return matmul == Matmul::kW8A16 ? kRowsPerGroup : kLoadStreams; }

int embedding_parts(const isa::ChipSpec& spec, const ModelConfig& config, int chips) {
  if (on_every_chip(spec, config)) {
    return 1;
  }
  const std::int64_t pairs = MemoryMap(spec).weight_rows() / spec.mem_rows / 2;
  const std::int64_t chunks = chunks_of_token(spec, config);
  // Several blocks of a chunk, or several chunks in a pair.
  const std::int64_t each = pairs >= chunks ? pairs / chunks * rows_of_block(spec)
                                            : rows_of_block(spec) / ((chunks + pairs - 1) / pairs);
  return static_cast<int>((config.vocab_size - 1) / (each * chips) + 1);
}

Placement place(const isa::ChipSpec& spec, const ModelConfig& config, const Graph& graph, int chips,
                const Options& options) {
  return Placer(spec, config, chips, options).run(graph);
}

}  // namespace lpu::compiler
