// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/node.h"

namespace lpu::collective {
namespace {

class NodePlans {
 public:
  NodePlans(const isa::ChipSpec& spec, const fabric::Topology& topology, const Message& message)
      : layout_(spec), topology_(topology), chips_(topology.chips()), message_(message) {
    const std::int64_t units_of_step = message.width / isa::bytes_of(message.type);
    steps_ = (message.units + units_of_step - 1) / units_of_step;
  }

  std::vector<Plan> make() {
    std::vector<Plan> plans;
    if (!fully_connected()) {
      return plans;
    }
    switch (message_.kind) {
      case Kind::kAllReduce:
        if (fits(steps_, 1)) {
          plans.push_back(direct_all_reduce());
        }
        if (fits_shards(chips_)) {
          plans.push_back(tiled_all_reduce());
        }
        break;
      case Kind::kReduceScatter:
        if (fits_shards(chips_)) {
          plans.push_back(reduce_scatter());
        }
        break;
      case Kind::kAllGather:
        if (fits_shards(chips_)) {
          plans.push_back(all_gather());
        }
        break;
      case Kind::kBroadcast:
        if (fits(steps_, 1)) {
          plans.push_back(direct_broadcast());
        }
        if (chips_ > 1 && fits_shards(chips_ - 1)) {
          plans.push_back(tiled_broadcast());
        }
        break;
    }
    return plans;
  }

 private:
  [[nodiscard]] bool fully_connected() const {
    for (int from = 0; from < chips_; ++from) {
      for (int to = 0; to < chips_; ++to) {
        if (to != from && !topology_.link_between(from, to)) {
          return false;
        }
      }
    }
    return true;
  }
  [[nodiscard]] bool fits(std::int64_t rows, int shards) const {
    return rows <= layout_.rows() && layout_.fits(shards, chips_ - 1);
  }
  [[nodiscard]] bool fits_shards(int shards) const {
    return fits((steps_ + shards - 1) / shards, shards);
  }
  [[nodiscard]] int rows_of_shard(int shards) const {
    return static_cast<int>((steps_ + shards - 1) / shards);
  }

  [[nodiscard]] Plan plan(const char* algorithm) const {
    Plan p;
    p.algorithm = algorithm;
    p.type = message_.type;
    p.width = message_.width;
    return p;
  }
  [[nodiscard]] Region near(int rows) const { return {layout_.near_links(), 0, rows}; }
  [[nodiscard]] Region shard(int index, int rows) const { return {layout_.shard(index), 0, rows}; }

  [[nodiscard]] int link(int from, int to) const { return *topology_.link_between(from, to); }
  [[nodiscard]] Transfer move(int from, int to, const Region& source, const Region& target) const {
    const fabric::LinkEnd end{from, link(from, to)};
    return {end, *topology_.peer(end), source, target};
  }
  /// `source(from, to)` of every chip to every other, where it waits for the sum.
  template <typename Source>
  void exchange(Phase& phase, int rows, Source source) const {
    for (int from = 0; from < chips_; ++from) {
      for (int to = 0; to < chips_; ++to) {
        if (to != from) {
          const Region target{layout_.received(link(to, from)), 0, rows};
          phase.transfers.push_back(move(from, to, source(from, to), target));
        }
      }
    }
  }
  /// What chip `chip` has itself and what it received, in the order of the chips.
  [[nodiscard]] Reduction sum(int chip, const Region& own, const Region& result) const {
    Reduction r;
    r.chip = chip;
    r.result = result;
    for (int other = 0; other < chips_; ++other) {
      r.operands.push_back(
          other == chip ? own : Region{layout_.received(link(chip, other)), 0, own.rows});
    }
    return r;
  }

  [[nodiscard]] Plan direct_all_reduce() const {
    Plan p = plan("direct");
    const int rows = static_cast<int>(steps_);
    Phase& phase = p.phases.emplace_back();
    exchange(phase, rows, [&](int /*from*/, int /*to*/) { return near(rows); });
    for (int chip = 0; chip < chips_; ++chip) {
      phase.reductions.push_back(sum(chip, near(rows), shard(0, rows)));
      p.inputs.push_back({chip, near(rows), 0});
      p.outputs.push_back({chip, shard(0, rows), 0});
    }
    return p;
  }

  void scatter_sums(Plan& p, int rows) const {
    Phase& phase = p.phases.emplace_back();
    exchange(phase, rows, [&](int /*from*/, int to) { return shard(to, rows); });
    for (int chip = 0; chip < chips_; ++chip) {
      phase.reductions.push_back(sum(chip, shard(chip, rows), near(rows)));
      for (int owner = 0; owner < chips_; ++owner) {
        p.inputs.push_back({chip, shard(owner, rows), owner * rows});
      }
    }
  }

  void gather_shards(Plan& p, int rows) const {
    Phase& phase = p.phases.emplace_back();
    for (int from = 0; from < chips_; ++from) {
      for (int to = 0; to < chips_; ++to) {
        if (to != from) {
          phase.transfers.push_back(move(from, to, near(rows), shard(from, rows)));
        }
        p.outputs.push_back({to, to == from ? near(rows) : shard(from, rows), from * rows});
      }
    }
  }

  [[nodiscard]] Plan tiled_all_reduce() const {
    Plan p = plan("tiled");
    const int rows = rows_of_shard(chips_);
    scatter_sums(p, rows);
    gather_shards(p, rows);
    return p;
  }

  [[nodiscard]] Plan reduce_scatter() const {
    Plan p = plan("tiled");
    const int rows = rows_of_shard(chips_);
    scatter_sums(p, rows);
    for (int chip = 0; chip < chips_; ++chip) {
      p.outputs.push_back({chip, near(rows), chip * rows});
    }
    return p;
  }

  [[nodiscard]] Plan all_gather() const {
    Plan p = plan("tiled");
    const int rows = rows_of_shard(chips_);
    gather_shards(p, rows);
    for (int chip = 0; chip < chips_; ++chip) {
      p.inputs.push_back({chip, near(rows), chip * rows});
    }
    return p;
  }

  [[nodiscard]] Plan direct_broadcast() const {
    Plan p = plan("direct");
    const int rows = static_cast<int>(steps_);
    Phase& phase = p.phases.emplace_back();
    p.inputs.push_back({0, near(rows), 0});
    for (int to = 1; to < chips_; ++to) {
      phase.transfers.push_back(move(0, to, near(rows), shard(0, rows)));
      p.outputs.push_back({to, shard(0, rows), 0});
    }
    return p;
  }

  [[nodiscard]] Plan tiled_broadcast() const {
    Plan p = plan("tiled");
    const int rows = rows_of_shard(chips_ - 1);
    Phase scatter;
    Phase gather;
    for (int to = 1; to < chips_; ++to) {
      p.inputs.push_back({0, shard(to - 1, rows), (to - 1) * rows});
      scatter.transfers.push_back(move(0, to, shard(to - 1, rows), near(rows)));
      for (int from = 1; from < chips_; ++from) {
        if (from != to) {
          gather.transfers.push_back(move(from, to, near(rows), shard(from - 1, rows)));
        }
        p.outputs.push_back(
            {to, from == to ? near(rows) : shard(from - 1, rows), (from - 1) * rows});
      }
    }
    p.phases = {scatter, gather};
    return p;
  }

  Layout layout_;
  const fabric::Topology& topology_;
  int chips_;
  const Message& message_;
  std::int64_t steps_;
};

}  // namespace

std::vector<Plan> node_plans(const isa::ChipSpec& spec, const fabric::Topology& topology,
                             const Message& message) {
  return NodePlans(spec, topology, message).make();
}

}  // namespace lpu::collective
