// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/attention.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using isa::Hemisphere;
using isa::Type;

constexpr std::uint32_t kAllBits = 0xffffffff;

std::uint32_t bits(double value) { return std::bit_cast<std::uint32_t>(static_cast<float>(value)); }

/// What the tables of a placement are made of.
class Tables {
 public:
  Tables(const isa::ChipSpec& spec, Placement& placement)
      : p_(placement),
        lanes_(static_cast<int>(spec.lanes())),
        half_(p_.sharding.half()),
        head_dim_(static_cast<int>(p_.config.head_dim)) {}

  /// Row k of the tile adds lane k of a half to every lane of the same head.
  void heads_tile(int half) {
    const Hemisphere side = half == 0 ? Hemisphere::kEast : Hemisphere::kWest;
    const int used = p_.sharding.head_lanes();
    p_.head_groups = divide_up(used, kRowsPerGroup);
    p_.heads_tiles.push_back(
        p_.constant_tile("heads tile", side, p_.head_groups,
                         [=, first = half * half_, dim = head_dim_](int group, int row, int lane) {
                           const int k = group * kRowsPerGroup + row;
                           const int to = lane - first;
                           return k < used && to >= 0 && to < used && k / dim == to / dim;
                         }));
  }

  /// cos and sin of each lane and position. The queries' also hold log2(e) / sqrt(head_dim), so
  /// that the softmax needs only exp2. sin carries the sign of the rotated half.
  void rope() {
    const int rows = p_.options.rows;
    const int first = p_.options.first_position;
    const int used = p_.sharding.head_lanes();
    const std::vector<double> frequency = rope_frequencies(p_.config);
    const double scale = std::numbers::log2e / std::sqrt(static_cast<double>(head_dim_));
    const int halves = p_.sharding.query_halves();
    const auto holds_head = [=, half = half_](int lane) {
      return lane / half < halves && lane % half < used;
    };
    const auto table = [=, half = half_, dim = head_dim_](bool sine, double factor) {
      return [=](int row, int lane) -> std::uint32_t {
        if (!holds_head(lane)) {
          return 0;
        }
        const int d = lane % half % dim;
        const int pair = d % (dim / 2);
        const double angle = (first + row) * frequency[static_cast<std::size_t>(pair)];
        const double sign = sine && d < dim / 2 ? -1.0 : 1.0;
        return bits(factor * sign * (sine ? std::sin(angle) : std::cos(angle)));
      };
    };
    p_.cos_q = p_.constant("rope cos (queries)", home::kE0, Type::kF32, rows, table(false, scale));
    p_.sin_q = p_.constant("rope sin (queries)", home::kE1, Type::kF32, rows, table(true, scale));
    p_.cos_k = p_.constant("rope cos (keys)", home::kE0, Type::kF32, rows, table(false, 1.0));
    p_.sin_k = p_.constant("rope sin (keys)", home::kE1, Type::kF32, rows, table(true, 1.0));
    p_.rotate_half =
        p_.constant("rope lane map", home::kW2, Type::kI16, 1,
                    [=, half = half_, dim = head_dim_](int, int lane) -> std::uint32_t {
                      const int d = lane % half % dim;
                      const int partner = d < dim / 2 ? dim / 2 : -dim / 2;
                      return static_cast<std::uint32_t>(holds_head(lane) ? lane + partner : lane);
                    });
  }

  void blocks() {
    const int rows = p_.options.rows;
    const int first = p_.options.first_position;
    const int heads = p_.sharding.heads_per_chunk();
    const int queries = p_.sharding.query_groups();
    BlockTables t;
    t.position_tile = p_.constant_tile(
        "position tile", Hemisphere::kEast, rows,
        [=, lanes = lanes_](int group, int, int lane) { return lane == (first + group) % lanes; });
    t.position_pad = p_.constant(
        "position padding", home::kW1, Type::kF32, rows, [=, lanes = lanes_](int row, int lane) {
          constexpr double kNone = -std::numeric_limits<double>::infinity();
          return bits(lane <= (first + row) % lanes ? 0.0 : kNone);
        });
    t.value_lanes = p_.constant("value lanes", home::kW2, Type::kF16, rows,
                                [=, lanes = lanes_, half = half_](int row, int lane) {
                                  return lane / half == (first + row) % lanes / half ? kAllBits : 0;
                                });
    t.key_lanes = p_.constant("key lanes", home::kE1, Type::kF16, heads * head_dim_,
                              [dim = head_dim_](int row, int lane) {
                                const int groups = dim / kRowsPerGroup;
                                const int in_head = row % dim;
                                const int k = in_head % groups * kRowsPerGroup + in_head / groups;
                                return lane == row / dim * dim + k ? kAllBits : 0;
                              });
    t.own_lanes = p_.constant("lanes of a query", home::kW1, Type::kF32, heads * queries,
                              [=, half = half_, dim = head_dim_](int row, int lane) {
                                const int lower = divide_up(queries, 2);
                                const int to = row % queries < lower ? 0 : 1;
                                const int begin = to * half + row / queries * dim;
                                return lane >= begin && lane < begin + dim ? kAllBits : 0;
                              });
    t.swap_halves = p_.constant("lane map of halves", home::kW2, Type::kI16, 1,
                                [lanes = lanes_, half = half_](int, int lane) {
                                  return static_cast<std::uint32_t>((lane + half) % lanes);
                                });
    p_.block_tables = std::move(t);
  }

 private:
  Placement& p_;
  int lanes_;
  int half_;
  int head_dim_;
};

}  // namespace

bool attention_in_blocks(const isa::ChipSpec& spec, const Placement& p) {
  // What blocks take at least in cycles: measured, docs/compiler.md, section 6.
  constexpr std::int64_t kBlocksTake = 1300;
  const Sharding& s = p.sharding;
  const bool possible = p.memory.weights_apart() && p.config.head_dim % kRowsPerGroup == 0 &&
                        s.query_groups() <= static_cast<int>(spec.mxm_accumulators);
  if (p.options.attention == Attention::kInBlocks && !possible) {
    throw isa::InputError(
        "attention in blocks", 0,
        fmt::format("needs slices for weights alone, head_dim in steps of {} and at most {} query "
                    "heads a KV head",
                    kRowsPerGroup, spec.mxm_accumulators));
  }
  if (p.options.attention != Attention::kFaster) {
    return p.options.attention == Attention::kInBlocks;
  }
  // Two passes of a vector of queries a position.
  const std::int64_t by_lanes =
      std::int64_t{2} * p.positions() * divide_up(s.query_groups(), 2) * s.head_chunks();
  return possible && by_lanes > kBlocksTake;
}

void place_cache(const isa::ChipSpec& spec, Placement& p, int layer) {
  const int lanes = static_cast<int>(spec.lanes());
  const int key_rows = static_cast<int>(p.config.head_dim) / kRowsPerGroup;
  const int value_rows = p.sharding.half() / kRowsPerGroup;
  for (int user = 0; user < p.options.users; ++user) {
    const Placement::CacheKey key{layer, user};
    if (!attention_in_blocks(spec, p)) {
      for (int chunk = 0; chunk < p.sharding.head_chunks(); ++chunk) {
        p.keys[key].push_back(
            p.memory.allocate(home::kW1, Type::kF16, p.positions(), "KV cache (keys)"));
        p.values[key].push_back(
            p.memory.allocate(home::kE1, Type::kF16, p.positions(), "KV cache (values)"));
      }
      continue;
    }
    auto& heads = p.blocks[key];
    heads.resize(static_cast<std::size_t>(p.sharding.kv_heads()));
    for (auto& blocks : heads) {
      for (int i = 0; i < divide_up(p.positions(), lanes); ++i) {
        const Hemisphere side = i % 2 == 0 ? Hemisphere::kEast : Hemisphere::kWest;
        CacheBlock block{side, {}, {}};
        block.keys = p.memory.allocate_column(side, kLoadStreams, key_rows, "KV cache (keys)");
        block.values =
            p.memory.allocate_column(side, kLoadStreams, value_rows, "KV cache (values)");
        blocks.push_back(std::move(block));
      }
    }
  }
}

void attention_tables(const isa::ChipSpec& spec, Placement& placement) {
  Tables tables(spec, placement);
  if (attention_in_blocks(spec, placement)) {
    tables.blocks();
  } else {
    for (int half = 0; half < placement.sharding.query_halves(); ++half) {
      tables.heads_tile(half);
    }
  }
  tables.rope();
}

}  // namespace lpu::compiler
