// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/placement/layout.h"
#include "compiler/placement/memory_map.h"
#include "compiler/placement/sharding.h"
#include "isa/spec/chip_spec.h"

namespace lpu::compiler {

/// Larger than any token id; exact in fp32.
inline constexpr int kNoToken = 1 << 24;

/// Rows of weights after which the chains of a chip whose weights share their slices with values go
/// on in the other hemisphere (kernels/linear_bursts.cpp).
inline constexpr int kBurstRows = 16;

/// How weights are stored and multiplied: as fp16; as int8 that the VXM casts to fp16 on the way;
/// as int8 with activations that are int8, too, with one factor a vector of a chip.
enum class Matmul { kF16, kW8A16, kW8A8 };

/// A key and a value a cycle, or blocks of as many positions as a vector has lanes as weights of a
/// plane; docs/decisions/0006 and 0014.
enum class Attention { kFaster, kByLanes, kInBlocks };

struct Options {
  Matmul matmul{Matmul::kF16};
  int first_position{0};  // tokens that are in the cache before the first step
  int rows{1};            // positions of the programs, of token ids and tables
  Attention attention{Attention::kFaster};
  int users{1};  // at the same positions, each with a cache of its own
};

/// A part of a weight matrix that is in a plane at one time: `groups` groups of rows from `group`
/// on, multiplied with half `half` of input chunk `in_chunk`; int8 (w8a8) with the whole of it.
struct TilePlan {
  int in_chunk{0};
  int half{0};
  int group{0};
  int groups{0};
  std::vector<Place> column;  // 16 slices, or 8 of weights to be cast; `groups` rows
};

/// Tiles whose results add up in one accumulator, in this order.
struct ChainPlan {
  int out_chunk{0};
  int shard{0};  // of the sum: 0 if the sum is whole
  isa::Hemisphere hemisphere{isa::Hemisphere::kEast};
  int plane{0};
  std::vector<TilePlan> tiles;
};

struct LinearPlan {
  std::vector<std::string> weights;  // one matrix, or one an expert
  bool experts_add_up{false};        // side by side, not one below the other
  int shards{1};                     // local ones
  std::function<Layout(int chip, int shard)> in;
  std::function<Layout(int chip)> out;
  std::vector<ChainPlan> chains;
  std::vector<Place> scale;  // int8: one f32 vector an output chunk
};

/// Some of the tokens' rows of a chunk of the embedding table.
struct EmbeddingBlock {
  int chunk{0};
  int first{0};  // counted among the tokens of the chip
  int count{0};
  Place table;  // f16, a row a token
};

/// The part of the embedding table that a stage has.
struct EmbeddingPlan {
  int first{0};  // of the vocabulary
  int count{0};
  int each{0};          // tokens a chip
  bool divided{false};  // each chip has others; if not, every chip has all
  std::vector<EmbeddingBlock> blocks;
  Place chip_first;  // divided: the chip's first token, i32
};

/// Keys and values of a KV head for as many positions as a vector has lanes, as weights of a plane
/// pair: columns of 16 slices.
struct CacheBlock {
  isa::Hemisphere hemisphere{isa::Hemisphere::kEast};  // of the planes
  std::vector<Place> keys;    // row k: element k of the key of each lane's position
  std::vector<Place> values;  // row i: values of position i in the lower half of the lanes, of
                              // position lanes/2 + i in the upper half
};

/// What attention in blocks needs beside them.
struct BlockTables {
  std::vector<Place>
      position_tile;   // column of 16, row = position: ones in the lane of the position
  Place position_pad;  // f32, row = position: minus infinity in lanes behind it
  Place value_lanes;   // row = position: bits set in the half of the position
  /// Bits set in one lane each: lanes of a head in the order of the pairs of slices in which a
  /// block has them, head after head of a chunk.
  Place key_lanes;
  Place own_lanes;    // row = head of a chunk, query: bits set where the result of this query goes
  Place swap_halves;  // lane map
};

/// A constant tile or table.
struct Constant {
  std::string name;
  Place place;
  /// value(row, lane): raw bits of the place's type.
  std::function<std::uint32_t(int row, int lane)> value;
};

/// Where everything lives, the same on every chip of the group; and which part of the graph's
/// tensors a chip holds.
struct Placement {
  Placement(const isa::ChipSpec& spec, const ModelConfig& model, int chips, const Options& request)
      : config(model),
        options(request),
        sharding(model, static_cast<int>(spec.lanes()), chips),
        memory(spec) {}

  /// Finds a place for a table and keeps its contents.
  Place constant(const std::string& name, const Home& home, isa::Type type, int rows,
                 std::function<std::uint32_t(int row, int lane)> value);
  /// A column of 16 for planes of `side`, of `groups` groups of fp16 weights: one where `one`, else
  /// zero. `row` is one of a group's.
  std::vector<Place> constant_tile(const std::string& name, isa::Hemisphere side, int groups,
                                   const std::function<bool(int group, int row, int lane)>& one);

  ModelConfig config;
  Options options;
  Sharding sharding;
  MemoryMap memory;

  std::map<std::string, LinearPlan> linears;        // by operator name
  std::map<std::string, std::vector<Place>> gains;  // RMSNorm weights, one f32 vector a chunk
  std::map<std::string, std::string> gain_weights;  // their tensors
  std::optional<EmbeddingPlan> embedding;
  std::optional<Place> tokens;  // i32, row = position; where the table begins and where the head is
  std::vector<Place> ones_tile;          // column of 16, one row
  using CacheKey = std::pair<int, int>;  // layer, user
  /// Attention lane by lane: [chunk], row = position.
  std::map<CacheKey, std::vector<Place>> keys, values;
  /// Attention in blocks of positions: [KV head of the chip][block].
  std::map<CacheKey, std::vector<std::vector<CacheBlock>>> blocks;
  std::optional<BlockTables> block_tables;
  /// [half of the queries], for the planes of the east and of the west: columns of 16,
  /// `head_groups` rows.
  std::vector<std::vector<Place>> heads_tiles;
  int head_groups{0};
  Place cos_q, sin_q, cos_k, sin_k;          // row = position
  Place rotate_half;                         // lane map
  std::map<int, Place> superlane_rotations;  // lane maps, by so many superlanes
  Place expert_lanes;                        // row = expert: lane map, its logit to every lane
  Place byte_shift, byte_mask;               // id -> row address, see kernels/embed.cpp
  /// A chip's tokens, one row a chunk: 0 or, in lanes without one, minus infinity; the token's id
  /// or kNoToken.
  std::vector<Place> vocabulary_pad, vocabulary_index;
  std::vector<Constant> constants;  // tables above, with their contents

  [[nodiscard]] int positions() const { return options.first_position + options.rows; }
  /// Of `tokens`: one row more than positions for the last choice.
  [[nodiscard]] int token_row(int user, int row) const { return user * (options.rows + 1) + row; }
};

/// Slices of a column of weights: what a load of a plane takes at a time, in bytes as stored.
[[nodiscard]] int column_width(Matmul matmul);

/// Over how many stages of `chips` chips the embedding table goes.
[[nodiscard]] int embedding_parts(const isa::ChipSpec& spec, const ModelConfig& config, int chips);

/// Throws isa::InputError when the model cannot be divided or does not fit, and says by how much.
[[nodiscard]] Placement place(const isa::ChipSpec& spec, const ModelConfig& config,
                              const Graph& graph, int chips, const Options& options);

/// Rows in use, the same on every chip of the group, by what stands there.
struct Fill {
  std::int64_t weights{0};    // with their scales
  std::int64_t embedding{0};  // table
  std::int64_t cache{0};      // keys and values
  std::int64_t other{0};      // norms, constants, token ids; rows that columns leave free
};
[[nodiscard]] Fill fill_of(const Placement& placement);

/// What stands where; the fill in the last line.
[[nodiscard]] std::string dump(const Placement& placement, const isa::ChipSpec& spec);

}  // namespace lpu::compiler
