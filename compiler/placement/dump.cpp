// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "compiler/placement/placement.h"

namespace lpu::compiler {
namespace {

using isa::Hemisphere;

std::int64_t rows_of(const std::vector<Place>& places) {
  std::int64_t rows = 0;
  for (const Place& place : places) {
    rows += std::int64_t{place.rows} * isa::bytes_of(place.type);
  }
  return rows;
}

}  // namespace

Fill fill_of(const Placement& p) {
  Fill fill;
  for (const auto& [name, plan] : p.linears) {
    fill.weights += rows_of(plan.scale);
    for (const ChainPlan& chain : plan.chains) {
      for (const TilePlan& tile : chain.tiles) {
        fill.weights += rows_of(tile.column);
      }
    }
  }
  if (p.embedding) {
    for (const EmbeddingBlock& block : p.embedding->blocks) {
      fill.embedding += rows_of({block.table});
    }
  }
  for (const auto* cache : {&p.keys, &p.values}) {
    for (const auto& [layer, places] : *cache) {
      fill.cache += rows_of(places);
    }
  }
  for (const auto& [layer, heads] : p.blocks) {
    for (const auto& head : heads) {
      for (const CacheBlock& block : head) {
        fill.cache += rows_of(block.keys) + rows_of(block.values);
      }
    }
  }
  fill.other = p.memory.used_rows() - fill.weights - fill.embedding - fill.cache;
  return fill;
}

std::string dump(const Placement& p, const isa::ChipSpec& spec) {
  const auto show = [](const Place& place) {
    return fmt::format("{}{}+{} rows {}..{}", place.hemisphere == Hemisphere::kEast ? 'E' : 'W',
                       place.slice, isa::bytes_of(place.type), place.row,
                       place.row + place.rows - 1);
  };
  std::string text;
  for (const auto& [name, plan] : p.linears) {
    text += fmt::format("linear {} : {} chains\n", name, plan.chains.size());
    for (const ChainPlan& chain : plan.chains) {
      for (const TilePlan& t : chain.tiles) {
        text += fmt::format(
            "  chunk {} shard {} <- input chunk {} half {} groups {}..{} at {} "
            "({} slices)\n",
            chain.out_chunk, chain.shard, t.in_chunk, t.half, t.group, t.group + t.groups - 1,
            show(t.column.front()), t.column.size());
      }
    }
  }
  const auto whose = [&p](const Placement::CacheKey& key) {
    return p.options.users == 1 ? fmt::format("kv layer {}", key.first)
                                : fmt::format("kv layer {} user {}", key.first, key.second);
  };
  for (const auto& [key, keys] : p.keys) {
    for (std::size_t c = 0; c < keys.size(); ++c) {
      text += fmt::format("{} chunk {} : keys {}, values {}\n", whose(key), c, show(keys[c]),
                          show(p.values.at(key)[c]));
    }
  }
  for (const auto& [key, heads] : p.blocks) {
    for (std::size_t head = 0; head < heads.size(); ++head) {
      for (std::size_t b = 0; b < heads[head].size(); ++b) {
        text += fmt::format("{} head {} block {} : keys {}, values {} ({} slices)\n", whose(key),
                            head, b, show(heads[head][b].keys.front()),
                            show(heads[head][b].values.front()), heads[head][b].keys.size());
      }
    }
  }
  if (p.embedding) {
    for (const EmbeddingBlock& b : p.embedding->blocks) {
      text += fmt::format("embedding chunk {} tokens {}..{}{} : {}\n", b.chunk, b.first,
                          b.first + b.count - 1, p.embedding->divided ? " of the chip" : "",
                          show(b.table));
    }
  }
  if (p.tokens) {
    text += fmt::format("tokens : {}\n", show(*p.tokens));
  }
  for (const Constant& c : p.constants) {
    text += fmt::format("constant {} : {}\n", c.name, show(c.place));
  }
  const std::int64_t all = 2 * spec.mem_slices * spec.mem_rows;
  const Fill fill = fill_of(p);
  text += fmt::format(
      "fill : {} of {} rows on every chip ({:.2f} %): weights {}, embedding {}, KV cache {}, other "
      "{}\n",
      p.memory.used_rows(), all,
      100.0 * static_cast<double>(p.memory.used_rows()) / static_cast<double>(all), fill.weights,
      fill.embedding, fill.cache, fill.other);
  return text;
}

}  // namespace lpu::compiler
