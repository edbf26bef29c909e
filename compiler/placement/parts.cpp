// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

/// What a cut cannot divide, in order, and how many rows for weights it adds to a stage.
struct Block {
  Part part;
  std::int64_t rows{0};
};

class Blocks {
 public:
  Blocks(const isa::ChipSpec& spec, const ModelConfig& config, int chips, const Options& options)
      : spec_(spec), unlimited_(spec), config_(config), chips_(chips), options_(options) {
    unlimited_.mem_rows = std::numeric_limits<int>::max() / 2;
    const std::int64_t constants = rows(Part{}, unlimited_);
    router_ = rows_of_router() - constants;
    every_stage_ = constants + router_;
  }

  /// Rows of constants, which every stage has, and of a router, which it may have for a network
  /// that begins in another.
  [[nodiscard]] std::int64_t every_stage() const { return every_stage_; }

  /// With `layer_blocks` blocks a layer.
  [[nodiscard]] std::vector<Block> all(int layer_blocks) const {
    std::vector<Block> blocks;
    const auto add = [&](const Part& part, const isa::ChipSpec& spec) {
      const std::int64_t router = part.begins_inside_network() ? 0 : router_;
      blocks.push_back({part, rows(part, spec) - every_stage_ + router});
    };
    const int tables = embedding_parts(spec_, config_, chips_);
    for (int i = 0; i < tables; ++i) {
      const int first = static_cast<int>(config_.vocab_size * i / tables);
      const int end = static_cast<int>(config_.vocab_size * (i + 1) / tables);
      add({first, end - first, 0, 0, false, layer_blocks}, spec_);
    }
    // All layers are alike.
    const int end = layer_blocks * static_cast<int>(config_.num_hidden_layers);
    for (int i = 0; i < layer_blocks; ++i) {
      add({0, 0, i, 1, false, layer_blocks}, unlimited_);
    }
    for (int i = layer_blocks; i < end; ++i) {
      const std::int64_t as_before =
          blocks[blocks.size() - static_cast<std::size_t>(layer_blocks)].rows;
      blocks.push_back({{0, 0, i, 1, false, layer_blocks}, as_before});
    }
    add({0, 0, end, 0, true, layer_blocks}, unlimited_);
    return blocks;
  }

 private:
  /// Of what is too large for a stage, too: `spec` may have more rows than there are.
  [[nodiscard]] std::int64_t rows(const Part& part, const isa::ChipSpec& spec) const {
    const Graph graph = build_graph(config_, part);
    return place(spec, config_, graph, chips_, options_)
        .memory.weight_rows_used(column_width(options_.matmul));
  }

  /// Of a stage with nothing else.
  [[nodiscard]] std::int64_t rows_of_router() const {
    Graph graph = build_graph(config_, {0, 0, 1, 1, false});
    std::erase_if(graph.operators, [](const Operator& o) { return o.to != Role::kRouter; });
    return place(unlimited_, config_, graph, chips_, options_)
        .memory.weight_rows_used(column_width(options_.matmul));
  }

  const isa::ChipSpec& spec_;
  isa::ChipSpec unlimited_;
  const ModelConfig& config_;
  int chips_;
  Options options_;
  std::int64_t every_stage_{0};
  std::int64_t router_{0};
};

std::int64_t rows_of(const std::vector<Block>& blocks) {
  return std::accumulate(blocks.begin(), blocks.end(), std::int64_t{0},
                         [](std::int64_t sum, const Block& block) { return sum + block.rows; });
}

void refuse_too_large(std::int64_t needed, std::int64_t rows) {
  if (needed > rows) {
    throw isa::InputError(
        "model", 0,
        fmt::format("does not fit: its parts take {} rows of MEM of a chip, all stages "
                    "together have {} ({:.1f} times as many are needed)",
                    needed, rows, static_cast<double>(needed) / static_cast<double>(rows)));
  }
}

/// How long the sum of a share of a network takes to the next stage, in blocks of the network:
/// measured with Llama-3 70B on groups of eight chips.
int hand_over(const Options& options) { return options.matmul == Matmul::kW8A8 ? 3 : 1; }

/// The squares of a stage's shares of networks, in blocks: least where stages share a network
/// evenly, in time. Blocks of the stage are added from its last one on.
class Shares {
 public:
  explicit Shares(int hand_over) : hand_over_(hand_over) {}

  void add_before(const Part& block) {
    const int within = block.blocks > 0 ? block.first_block % block.layer_blocks : 0;
    if (within == 0) {
      return;
    }
    const bool cut_after = first_ && within + 1 < block.layer_blocks;
    share_ += cut_after ? 1 + hand_over_ : 1;
    first_ = false;
    if (within == 1) {
      squares_ += share_ * share_;
      share_ = 0;
    }
  }
  [[nodiscard]] std::int64_t squares() const { return squares_ + share_ * share_; }

 private:
  int hand_over_;
  bool first_{true};
  std::int64_t share_{0};  // of the network that was added last
  std::int64_t squares_{0};
};

/// All ways to cut blocks into stages, and what each costs: the rows for which stages have no
/// room; the squares of shares of networks; the squares of the stages' rows. Compared in this
/// order, added up over the stages.
class Cuts {
 public:
  Cuts(const std::vector<Block>& blocks, std::int64_t every_stage, std::int64_t room, int hand_over)
      : blocks_(blocks), every_stage_(every_stage), room_(room), hand_over_(hand_over) {
    least_.assign(blocks.size() + 1, kNone);
    least_.front() = {};
  }

  /// Where each stage of the cheapest cut ends, in blocks: of as few stages from `first` to `last`
  /// as lack no more rows than others.
  std::vector<std::size_t> cheapest(int first, int last) {
    lacking_ = kMost;
    std::vector<std::size_t> ends;
    for (int stages = 1; stages <= last && lacking_ > 0; ++stages) {
      add_stage();
      if (stages >= first && least_.back().front() < lacking_) {
        lacking_ = least_.back().front();
        ends = way();
      }
    }
    return ends;
  }
  /// Rows for which its stages have no room.
  [[nodiscard]] std::int64_t lacking() const { return lacking_; }

 private:
  using Cost = std::array<std::int64_t, 3>;
  static constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  static constexpr Cost kNone{kMost, kMost, kMost};

  /// From the cuts of the first blocks, any number of them, to those with a stage more.
  void add_stage() {
    std::vector<Cost> next(least_.size(), kNone);
    std::vector<std::size_t> begins(least_.size(), 0);
    for (std::size_t end = 1; end < least_.size(); ++end) {
      std::int64_t rows = every_stage_;
      Shares shares(hand_over_);
      for (std::size_t begin = end; begin-- > 0;) {
        rows += blocks_[begin].rows;
        shares.add_before(blocks_[begin].part);
        const std::int64_t lacks = std::max<std::int64_t>(rows - room_, 0);
        const Cost stage{lacks, shares.squares(), rows * rows};
        if (stage >= next[end]) {
          break;  // nor is a larger stage cheaper
        }
        const Cost& before = least_[begin];
        if (before == kNone) {
          continue;
        }
        const Cost sum{before[0] + stage[0], before[1] + stage[1], before[2] + stage[2]};
        if (sum < next[end]) {
          next[end] = sum;
          begins[end] = begin;
        }
      }
    }
    least_ = std::move(next);
    begins_.push_back(std::move(begins));
  }

  [[nodiscard]] std::vector<std::size_t> way() const {
    std::vector<std::size_t> ends{blocks_.size()};
    for (std::size_t s = begins_.size(); --s > 0;) {
      ends.insert(ends.begin(), begins_[s][ends.front()]);
    }
    return ends;
  }

  const std::vector<Block>& blocks_;
  std::int64_t every_stage_;
  std::int64_t room_;
  int hand_over_;
  std::int64_t lacking_{0};
  std::vector<Cost> least_;                       // of the first n blocks
  std::vector<std::vector<std::size_t>> begins_;  // [stages - 1][n]: of the last stage
};

/// Rows for weights: at the end of a column there may be one too few for another tile.
std::int64_t room_of_stage(const isa::ChipSpec& spec, const Sharding& sharding) {
  const std::int64_t tile = sharding.half() / kRowsPerGroup;
  return MemoryMap(spec).weight_rows() / spec.mem_rows * (spec.mem_rows - tile + 1);
}

Part joined(const std::vector<Block>& blocks, std::size_t begin, std::size_t end) {
  Part part = blocks[begin].part;
  for (std::size_t i = begin + 1; i < end; ++i) {
    const Part& more = blocks[i].part;
    part.tokens += more.tokens;
    part.first_block = part.blocks == 0 ? more.first_block : part.first_block;
    part.blocks += more.blocks;
    part.head = more.head;
  }
  return part;
}

/// Where in its layer a part begins and ends, if not with it.
std::string begin_of(int block, int of) {
  return block == 0   ? ""
         : block == 1 ? " (feed-forward)"
                      : fmt::format(" (feed-forward from {}/{})", block - 1, of);
}
std::string end_of(int block, int of) {
  return block == of  ? ""
         : block == 0 ? " (attention)"
                      : fmt::format(" (feed-forward to {}/{})", block, of);
}

}  // namespace

Cut cut(const isa::ChipSpec& spec, const ModelConfig& config, int chips, const Options& options,
        int most_stages) {
  const Blocks model(spec, config, chips, options);
  const Sharding sharding(config, static_cast<int>(spec.lanes()), chips);
  const std::int64_t room = room_of_stage(spec, sharding);
  const auto cut_between = [&](const std::vector<Block>& blocks, std::int64_t stages_wanted) {
    const int most = std::min(most_stages, static_cast<int>(blocks.size()));
    const int least = static_cast<int>(std::clamp<std::int64_t>(stages_wanted, 1, most));
    Cuts cuts(blocks, model.every_stage(), room, hand_over(options));
    Cut made;
    std::size_t begin = 0;
    for (const std::size_t end : cuts.cheapest(least, most)) {
      made.parts.push_back(joined(blocks, begin, end));
      begin = end;
    }
    const auto stages = static_cast<std::int64_t>(made.parts.size());
    made.rows = rows_of(blocks) + stages * model.every_stage();
    made.room = stages * room;
    made.lacking = cuts.lacking();
    return made;
  };
  const std::vector<Block> halves = model.all(2);
  refuse_too_large(rows_of(halves), 2 * spec.mem_slices * spec.mem_rows * most_stages);
  const std::int64_t layers = config.num_hidden_layers;
  const Cut made = cut_between(halves, layers);
  return made.lacking == 0 ? made
                           : cut_between(model.all(1 + sharding.feed_forward_blocks()), 2 * layers);
}

std::string text_of(const Part& part) {
  std::string text;
  const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (part.tokens > 0 && part.blocks == 0) {
    add(fmt::format("embedding of tokens {}..{}", part.first_token,
                    part.first_token + part.tokens - 1));
  }
  if (part.blocks > 0) {
    const int of = part.layer_blocks - 1;  // blocks of a feed-forward network
    const int first = part.first_block / part.layer_blocks;
    const int last = (part.end_block() - 1) / part.layer_blocks;
    const int begin = part.first_block % part.layer_blocks;
    const int end = (part.end_block() - 1) % part.layer_blocks;
    if (first == last && end == 0) {
      add(fmt::format("attention of layer {}", first));
    } else if (first == last && begin > 0) {
      const bool whole = begin == 1 && end == of;
      add(fmt::format("feed-forward{} of layer {}",
                      whole ? "" : fmt::format(" {}/{}..{}/{}", begin - 1, of, end, of), first));
    } else {
      add(fmt::format("layers {}{}..{}{}", first, begin_of(begin, of), last, end_of(end, of)));
    }
  }
  if (part.head && part.blocks == 0) {
    add("head");
  }
  return text;
}

}  // namespace lpu::compiler
