// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/schedule/step.h"

namespace lpu::compiler {

/// The vectors of one value, one a chunk of its layout.
using Chunks = std::vector<TensorId>;

/// What a matrix is multiplied with: fp16, or (w8a8) int8 and what one step of it is worth.
struct Activations {
  Chunks chunks;
  std::optional<TensorId> step;  // f32, in every lane
};

/// Where a result goes: row `row` of a tensor.
struct Destination {
  TensorId tensor{0};
  int row{0};
};

/// How each operator runs on the machine. A kernel is a few fragments; values pass from one to
/// the next through MEM. Homes (placement/memory_map.h) are chosen so that operands which a
/// fragment reads in the same cycle lie in different slices; the comment at each kernel names
/// its homes.
class Kernels {
 public:
  Kernels(Scheduler& scheduler, const Placement& placement, const StepContext& context);

  /// The calls that follow are about this token, where that matters.
  void about(const Token& token) { token_ = token; }

  /// W0 i32 -> f32, E0; with what an earlier part of the table gave.
  Chunks embed(TensorId token, const Chunks& before);
  Chunks rms_norm(const Chunks& x, const std::vector<Place>& gains);  // E0 f32 -> E1 f16
  /// E1 f16 -> E0 i8, W2 f32: the largest magnitude is 127 steps.
  Activations quantize(const Chunks& x);
  /// out[token][chain]: where the result of each chain goes, in the type of its place.
  void linear(const LinearPlan& plan, const std::vector<Activations>& in,
              const std::vector<std::vector<Destination>>& out);
  /// cos, sin: tables; W0 f32 -> `out`.
  void rope(const Chunks& in, const Place& cos, const Place& sin,
            const std::vector<Destination>& out);
  Chunks attention(const Chunks& queries, const std::vector<TensorId>& keys,
                   const std::vector<TensorId>& values);  // W0 -> E1High f16
  /// Keys W1 f16 and values E1High f16 of this position join its block of every KV head.
  void append(const std::vector<std::vector<CacheBlock>>& heads, const Chunks& keys,
              const Chunks& values);
  /// queries: W0 f16, a row a chunk; -> E1High f16.
  Chunks attention_in_blocks(const std::vector<std::vector<CacheBlock>>& heads, TensorId queries);
  /// W0, W1 f32 -> E1 f16. Of experts: times `route`, the row of the expert of each chunk.
  Chunks swiglu(const Chunks& gate, const Chunks& up, std::optional<TensorId> route,
                const std::vector<int>& experts);
  /// Logits W0 f32 -> E0 f32, a row an expert, the same in every lane: its weight, 0 if it is not
  /// among the `num_experts_per_tok` largest (of equal ones the first).
  TensorId route(const Chunks& logits);
  /// Where a chip's own sums go, of which all chips' are made: W0 f32.
  std::vector<Destination> sum_rows(std::size_t count);
  /// Sum of all shards on all chips in a fixed tree, then x + sum. partials[shard][chunk]; if there
  /// is one shard, of sum_rows.
  Chunks add_sum(const Chunks& x, const std::vector<std::vector<Destination>>& partials);
  /// Lowest index among the largest of all chips' logits; the id goes where the next step looks for
  /// it.
  TensorId argmax(const Chunks& logits);
  /// Where a step looks for the token, and for the one after it.
  TensorId this_token() { return token_of(token_); }
  TensorId next_token() { return token_of({token_.user, token_.row + 1}); }

  /// Between stages (transfer.cpp). `chunks` are of one type, in one group of slices.
  /// The cycles in which a receive at the other end of `cables` can be dispatched, one a round.
  std::vector<isa::Cycle> send(const Chunks& chunks, std::span<const StageCable> cables);
  /// To every chip of the group. `arrivals`: what `send` says.
  void receive(const Chunks& chunks, std::span<const StageCable> cables,
               std::span<const isa::Cycle> arrivals);

  /// MEM with all temporaries so far.
  [[nodiscard]] const MemoryMap& memory() const { return memory_; }

  /// In rows that another temporary has left, if there are any of that shape: those that have
  /// been idle for longest.
  TensorId temporary(const Home& home, isa::Type type, const char* what, int rows = 1);
  /// No later fragment reads a temporary that is not among these: its rows can be given out again.
  void keep_only(const std::set<TensorId>& live);
  TensorId constant(const Place& place) { return s_.tensor(place); }
  /// Homes of the operands of a tree: read in pairs.
  static Home tree_home(std::size_t index);

 private:
  using Time = Fragment::Time;

  Fragment::FlowId read(Fragment& f, TensorId t, int x, Time at, Time count = 1, int stride = 0,
                        int first = 0);
  void write(Fragment& f, Fragment::FlowId flow, const Destination& d, Time count = 1,
             int stride = 0);
  [[nodiscard]] isa::Direction toward(TensorId t) const;
  /// Where a link's vectors get on and off the streams.
  [[nodiscard]] int link_x(int link) const {
    return g_.sxm_x(g_.info(g_.c2c_queue(link)).hemisphere);
  }
  /// Into the buffer. `of`: the tensor that stands in the column, if it is not there from the
  /// beginning.
  void load(Plane plane, isa::Type type, const std::vector<Place>& column, int group, int groups,
            std::optional<TensorId> of = {});
  /// The buffer into the array.
  void install(Plane plane);
  void load_tile(Plane plane, isa::Type type, const std::vector<Place>& column, int group,
                 int groups, std::optional<TensorId> of = {}) {
    load(plane, type, column, group, groups, of);
    install(plane);
  }
  /// The odd plane without weights, so that the pair can do fp16.
  void empty_partner(isa::Hemisphere side);
  /// The cycle of the i-th of many: one a cycle, with a gap for an Ifetch now and then.
  static Time spaced(int i) {
    constexpr int kRest = 4;
    return i + i / kLongestRun * kRest;
  }
  /// The rows of a column, on their way to the plane.
  Fragment::FlowId weights(Fragment& f, isa::Hemisphere h, const std::vector<Place>& column,
                           Burst burst);
  /// A tile of a product, and where the sum goes if the tile is the last of its chain.
  struct Product {
    const ChainPlan* chain{nullptr};
    std::size_t tile{0};
    Destination out;
    int slot{0};  // accumulator
    [[nodiscard]] const TilePlan& plan() const { return chain->tiles[tile]; }
    [[nodiscard]] bool last() const { return tile + 1 == chain->tiles.size(); }
  };
  /// A chain, and where its sum for each token goes.
  struct Chain {
    const ChainPlan* plan{nullptr};
    std::vector<Destination> sums;
    [[nodiscard]] Plane plane() const { return {plan->hemisphere, plan->plane}; }
  };
  void linear_chains(const LinearPlan& plan, const std::vector<Activations>& in,
                     const std::vector<Chain>& chains);
  void linear_bursts(const LinearPlan& plan, const Chunks& in, const std::vector<Destination>& out);
  void linear_tile(const LinearPlan& plan, const Activations& in, const Product& product);
  void linear_burst(const LinearPlan& plan, const Chunks& in, const std::vector<Product>& products);
  static int rows_of(const std::vector<Product>& burst);
  [[nodiscard]] bool extends(const std::vector<Product>& burst, const Product& next) const;
  /// The input chunks of a burst into ALUs before cycle `until`: which ALU has which.
  std::map<int, int> hold(Fragment& f, const std::vector<Product>& burst, const Chunks& in,
                          Time until);
  /// Collects the product of the activations of cycle `abc` and stores a sum that is complete.
  void collect(Fragment& f, const LinearPlan& plan, const Product& product, Time abc,
               std::optional<TensorId> step);
  TensorId token_of(const Token& token);
  Fragment::FlowId gather_row(Fragment& f, Fragment::Arg row, Time at, const Place& table);
  TensorId embed_whole(TensorId token, const EmbeddingBlock& block);
  TensorId embed_part(TensorId token, const EmbeddingBlock& block, const Home& home);
  void norm_squares(TensorId x, TensorId coarse, TensorId fine);
  void norm_reduce(const Chunks& coarse, const Chunks& fine, TensorId r);
  TensorId combine(TensorId own, isa::Op op, isa::Type type);
  std::vector<Destination> over_chips(const std::vector<Destination>& own);
  TensorId add_divided(TensorId own);
  TensorId tree(const Chunks& operands, isa::Op op, isa::Type type);
  void tree(const Chunks& operands, isa::Op op, isa::Type type, const Destination& out);
  /// The vectors of all chips, own first; those that come in homes from tree_home(home + 1) on.
  Chunks exchange(TensorId own, std::size_t home);
  TensorId smallest(const Chunks& values, TensorId best, const Chunks& ids, TensorId index);
  /// A byte of a value and the cable that brings it.
  struct Byte {
    TensorId tensor{0};
    int byte{0};
    StageCable cable;
  };
  [[nodiscard]] std::vector<std::vector<Byte>> rounds(const Chunks& chunks,
                                                      std::span<const StageCable> cables) const;
  void write_byte(Fragment& f, Fragment::FlowId flow, const Byte& b);
  Fragment receive_round(const std::vector<Byte>& round);
  /// A cycle in which a vector sent at `sent` to a chip of the group can be received.
  [[nodiscard]] Time arrival(Time sent) const { return arrival(sent, flight_); }
  [[nodiscard]] Time arrival(Time sent, isa::Cycles flight) const {
    return sent + spec_.c2c_send_latency + flight.value;
  }
  void scores(TensorId q, TensorId keys, TensorId out, TensorId largest);
  void weigh(TensorId scores, TensorId largest, TensorId values, TensorId out);
  /// A KV head of the chip in attention in blocks, and where its vectors lie.
  struct HeadBlocks {
    std::span<const CacheBlock> blocks;  // up to the newest
    int chunk{0};                        // of head chunks
    int number{0};                       // in its chunk
    int queries{0};                      // that share it
    /// Queries in lower halves of lanes, which come before those in upper halves.
    [[nodiscard]] int lower() const { return (queries + 1) / 2; }
    [[nodiscard]] int count() const { return static_cast<int>(blocks.size()); }
    [[nodiscard]] bool newest(int block) const { return block + 1 == count(); }
  };
  /// For each half of the lanes a row a query: products of weights with values of positions in
  /// this half. Its other half is of no use.
  using HalfSums = std::array<TensorId, 2>;

  [[nodiscard]] int position() const { return p_.options.first_position + token_.row; }
  void append_key(const CacheBlock& block, TensorId key, int number);
  void append_value(const CacheBlock& block, TensorId value);
  struct Cached {
    TensorId keys{0}, values{0};
  };
  /// A block of the cache, to which tokens of this step may add.
  const Cached& cached(const CacheBlock& block);
  /// Row: block x queries + query.
  TensorId block_scores(const HeadBlocks& head, TensorId queries);
  /// The same of exp2(score - largest); its sums over blocks, cut in two, a row a query.
  TensorId block_weights(const HeadBlocks& head, TensorId scores, TensorId coarse, TensorId fine);
  /// A row a query: 1 / sum of weights in the lanes of the query's result, 0 in others.
  TensorId block_factors(const HeadBlocks& head, TensorId coarse, TensorId fine);
  HalfSums block_values(const HeadBlocks& head, TensorId weights);
  struct Queries {
    int first{0};
    int count{0};
  };
  void add_values(const HeadBlocks& head, TensorId weights, int block, const Queries& queries,
                  const HalfSums& sums);
  TensorId add_rows(TensorId a, TensorId b, int rows, const Home& home);
  void block_result(const HalfSums& sums, TensorId factors, const HeadBlocks& head, int query,
                    const Destination& out);
  /// The sum of all rows.
  void add_up(TensorId rows, TensorId out);
  /// The largest of what `each` makes of `count` chunks with the ALU it is given, lane by lane.
  void largest(
      std::size_t count, isa::Type type, TensorId out,
      const std::function<Fragment::Arg(Fragment& f, int alu, std::size_t chunk, Time at)>& each);
  /// `op` over all lanes, in every lane.
  TensorId over_lanes(TensorId v, isa::Op op, isa::Type type, TensorId last);
  /// `op` over each lane and those that many lanes or superlanes away.
  void meet(TensorId v, isa::Op op, isa::Type type, const std::vector<int>& rotations,
            bool superlanes, TensorId out);
  void running(Fragment& f, Time at, isa::Op op, Fragment::Arg in, Time count,
               Fragment::Arg& result, isa::Type type = isa::Type::kF32);
  /// 1 / x, x > 0: the square of its inverse root, which is there at `at` + special_ + k_.
  Fragment::Arg reciprocal_of(Fragment& f, Time at, Fragment::Arg x, Time count = 1);
  void choose_expert(TensorId mine, TensorId others, TensorId weights, int expert, TensorId out);

  /// Of rows: home, slices, number.
  using Shape = std::array<int, 4>;
  struct Idle {
    Place place;
    isa::Cycle since;
  };

  Scheduler& s_;
  const isa::ChipSpec& spec_;
  const isa::Geometry& g_;
  const Placement& p_;
  isa::Cycles flight_;  // of a link inside the group
  Token token_;
  MemoryMap memory_;
  // Values go from stage to stage in the order of the calls.
  isa::Cycle next_send_{0};
  isa::Cycle next_receive_{0};
  std::map<const CacheBlock*, Cached> cached_;
  std::vector<TensorId> temporaries_;  // whose rows are in use
  std::map<Shape, std::deque<Idle>> idle_;
  std::array<std::array<int, isa::ChipSpec::kPlanes>, 2> tiles_{};  // loaded so far
  std::array<bool, 2> odd_has_weights_{};                           // of both sides
  Time k_;        // chain latency of an ordinary operation
  Time special_;  // of exp2, rsqrt, tanh
};

}  // namespace lpu::compiler
