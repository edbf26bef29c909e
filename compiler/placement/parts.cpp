// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

/// What a cut cannot divide, in order, and how many rows of a chip it needs.
struct Block {
  Part part;
  std::int64_t rows{0};
};

class Blocks {
 public:
  Blocks(const isa::ChipSpec& spec, const ModelConfig& config, int chips, const Options& options)
      : spec_(spec), config_(config), chips_(chips), options_(options) {}

  std::vector<Block> all() const {
    std::vector<Block> blocks;
    const auto vocabulary = static_cast<int>(config_.vocab_size);
    const int tables = embedding_parts(spec_, config_, chips_);
    for (int i = 0; i < tables; ++i) {
      const int first = static_cast<int>(std::int64_t{vocabulary} * i / tables);
      const int end = static_cast<int>(std::int64_t{vocabulary} * (i + 1) / tables);
      blocks.push_back(block({first, end - first, 0, 0, false}));
    }
    const int halves = 2 * static_cast<int>(config_.num_hidden_layers);
    const std::int64_t attention = block({0, 0, 0, 1, false}).rows;
    const std::int64_t feed_forward = block({0, 0, 1, 1, false}).rows;
    for (int half = 0; half < halves; ++half) {
      blocks.push_back({{0, 0, half, 1, false}, half % 2 == 0 ? attention : feed_forward});
    }
    blocks.push_back(block({0, 0, halves, 0, true}));
    return blocks;
  }

 private:
  [[nodiscard]] Block block(const Part& part) const {
    const Graph graph = build_graph(config_, part);
    try {
      return {part, place(spec_, config_, graph, chips_, options_).memory.used_rows()};
    } catch (const isa::InputError& e) {
      throw isa::InputError(fmt::format("{} on {} chips", text_of(part), chips_), 0, e.what());
    }
  }

  const isa::ChipSpec& spec_;
  const ModelConfig& config_;
  int chips_;
  Options options_;
};

void refuse_too_large(const std::vector<Block>& blocks, std::int64_t rows) {
  std::int64_t needed = 0;
  for (const Block& block : blocks) {
    needed += block.rows;
  }
  if (needed > rows) {
    throw isa::InputError(
        "model", 0,
        fmt::format("does not fit: its parts take {} rows of MEM of a chip, all stages "
                    "together have {} ({:.1f} times as many are needed)",
                    needed, rows, static_cast<double>(needed) / static_cast<double>(rows)));
  }
}

/// Where each of `stages` stages ends, in blocks.
std::vector<std::size_t> balanced(const std::vector<Block>& blocks, int stages) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const std::size_t n = blocks.size();
  std::vector<double> until(n + 1, 0);  // rows of the blocks before
  for (std::size_t i = 0; i < n; ++i) {
    until[i + 1] = until[i] + static_cast<double>(blocks[i].rows);
  }
  // least[i]: of the first i blocks in as many stages as looked at so far.
  std::vector<double> least(n + 1, kNone);
  least[0] = 0;
  std::vector<std::vector<std::size_t>> begins;  // of the last stage
  for (int s = 0; s < stages; ++s) {
    std::vector<double> next(n + 1, kNone);
    begins.emplace_back(n + 1, 0);
    for (std::size_t end = 1; end <= n; ++end) {
      for (std::size_t begin = 0; begin < end; ++begin) {
        const double rows = until[end] - until[begin];
        if (least[begin] + rows * rows < next[end]) {
          next[end] = least[begin] + rows * rows;
          begins.back()[end] = begin;
        }
      }
    }
    least = std::move(next);
  }
  std::vector<std::size_t> ends{n};
  for (std::size_t s = begins.size(); --s > 0;) {
    ends.insert(ends.begin(), begins[s][ends.front()]);
  }
  return ends;
}

struct Cut {
  std::vector<Part> parts;
  std::int64_t most_rows{0};
};

Cut cut_into(const std::vector<Block>& blocks, int stages) {
  Cut made;
  std::size_t block = 0;
  for (const std::size_t end : balanced(blocks, stages)) {
    Part part = blocks[block].part;
    std::int64_t rows = blocks[block].rows;
    while (++block < end) {
      const Part& more = blocks[block].part;
      part.tokens += more.tokens;
      part.first_half = part.halves == 0 ? more.first_half : part.first_half;
      part.halves += more.halves;
      part.head = more.head;
      rows += blocks[block].rows;
    }
    made.parts.push_back(part);
    made.most_rows = std::max(made.most_rows, rows);
  }
  return made;
}

}  // namespace

std::vector<Part> cut(const isa::ChipSpec& spec, const ModelConfig& config, int chips,
                      const Options& options, int most_stages) {
  const std::vector<Block> blocks = Blocks(spec, config, chips, options).all();
  const int most = std::min(most_stages, static_cast<int>(blocks.size()));
  refuse_too_large(blocks, 2 * spec.mem_slices * spec.mem_rows * most_stages);
  const std::int64_t room = MemoryMap(spec).weight_rows();
  int stages = std::clamp(static_cast<int>(config.num_hidden_layers), 1, most);
  Cut made = cut_into(blocks, stages);
  while (made.most_rows > room && stages < most) {
    made = cut_into(blocks, ++stages);
  }
  return made.parts;
}

std::string text_of(const Part& part) {
  std::string text;
  const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (part.tokens > 0 && part.halves == 0) {
    add(fmt::format("embedding of tokens {}..{}", part.first_token,
                    part.first_token + part.tokens - 1));
  }
  if (part.halves == 1) {
    add(fmt::format("{} of layer {}", part.first_half % 2 == 0 ? "attention" : "feed-forward",
                    part.first_half / 2));
  } else if (part.halves > 0) {
    const int last = part.first_half + part.halves - 1;
    add(fmt::format("layers {}{}..{}{}", part.first_half / 2,
                    part.first_half % 2 == 0 ? "" : " (feed-forward)", last / 2,
                    last % 2 == 0 ? " (attention)" : ""));
  }
  if (part.head && part.halves == 0) {
    add("head");
  }
  return text;
}

}  // namespace lpu::compiler
