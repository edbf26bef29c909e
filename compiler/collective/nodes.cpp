// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/nodes.h"

#include <algorithm>
#include <map>

#include "compiler/collective/crossings.h"

namespace lpu::collective {
namespace {

using fabric::kNodeChips;
using fabric::LinkEnd;

class NodesPlan {
 public:
  NodesPlan(const isa::ChipSpec& spec, const fabric::Topology& topology, const Message& message)
      : layout_(spec),
        topology_(topology),
        crossings_(topology),
        nodes_(topology.chips() / kNodeChips),
        owners_(message.kind == Kind::kBroadcast ? kNodeChips : topology.chips()) {
    const std::int64_t units_of_step = message.width / isa::bytes_of(message.type);
    const std::int64_t steps = (message.units + units_of_step - 1) / units_of_step;
    rows_ = (steps + owners_ - 1) / owners_;
    plan_.algorithm = "nodes";
    plan_.type = message.type;
    plan_.width = message.width;
  }

  std::vector<Plan> make(Kind kind) {
    if (!crossings_.wired() || !fits()) {
      return {};
    }
    if (kind == Kind::kAllReduce || kind == Kind::kReduceScatter) {
      chips_have_input();
      add_in_nodes();
      exchange_sums();
      add_at_owners();
    } else if (kind == Kind::kBroadcast) {
      scatter_in_first_node();
    } else {
      owners_have(plan_.inputs);
    }
    if (kind == Kind::kReduceScatter) {
      owners_have(plan_.outputs);
      return {plan_};
    }
    gather_in_nodes();
    exchange_pieces();
    spread_in_nodes();
    chips_have_output();
    return {plan_};
  }

 private:
  [[nodiscard]] bool fits() const {
    std::size_t most = 0;
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      most = std::max(most, passing(chip).size());
    }
    // Sums of a node, and behind them the chip's own.
    return layout_.fits_nodes() && (static_cast<std::int64_t>(most) + 1) * rows_ <= layout_.rows();
  }

  [[nodiscard]] std::vector<Owner> passing(int chip) const {
    return crossings_.passing(chip, owners_ / kNodeChips);
  }
  [[nodiscard]] LinkEnd gate(int node, const Owner& owner) const {
    return crossings_.gate(node, owner);
  }
  [[nodiscard]] Region region(int group, int piece) const {
    const int rows = static_cast<int>(rows_);
    return {group, piece * rows, rows};
  }
  [[nodiscard]] Region message(const Owner& owner) const {
    return region(layout_.shard(owner.chip), owner.node);
  }
  [[nodiscard]] Region at_owner() const { return region(layout_.near_links(), 0); }
  /// Where a chip has the sum of its node for the n-th of the pieces that pass it, its own behind.
  [[nodiscard]] Region sum_of_node(std::size_t n) const {
    return region(layout_.near_global_links(), static_cast<int>(n));
  }
  /// Where the piece stands that came over a cable: pieces of one cable in order.
  [[nodiscard]] Region from_cable(const LinkEnd& end, std::size_t n) const {
    return region(layout_.received(end.link), static_cast<int>(n));
  }

  [[nodiscard]] Transfer over(const LinkEnd& from, const Region& source,
                              const Region& target) const {
    return {from, *topology_.peer(from), source, target};
  }
  [[nodiscard]] Transfer local(int from, int to, const Region& source, const Region& target) const {
    return over({from, *topology_.link_between(from, to)}, source, target);
  }
  template <typename Visit>
  void each_neighbour(int chip, Visit visit) const {
    const int first = chip / kNodeChips * kNodeChips;
    for (int other = first; other < first + kNodeChips; ++other) {
      if (other != chip) {
        visit(other);
      }
    }
  }

  void chips_have_input() {
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      for (int o = 0; o < owners_; ++o) {
        plan_.inputs.push_back({chip, message(owner_at(o)), o * static_cast<int>(rows_)});
      }
    }
  }
  void owners_have(std::vector<Piece>& pieces) const {
    for (int o = 0; o < owners_; ++o) {
      pieces.push_back({o, at_owner(), o * static_cast<int>(rows_)});
    }
  }
  void chips_have_output() {
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      for (int o = 0; o < owners_; ++o) {
        plan_.outputs.push_back({chip, place(chip, owner_at(o)), o * static_cast<int>(rows_)});
      }
    }
  }

  /// Broadcast: chip 0 has everything, and gives the others of its node the pieces they own.
  void scatter_in_first_node() {
    Phase& phase = plan_.phases.emplace_back();
    plan_.inputs.push_back({0, at_owner(), 0});
    each_neighbour(0, [&](int other) {
      const Region piece = message(owner_at(other));
      plan_.inputs.push_back({0, piece, other * static_cast<int>(rows_)});
      phase.transfers.push_back(local(0, other, piece, at_owner()));
    });
  }

  /// Every chip of a node gets from the others what it adds: the pieces that pass it, and its own.
  void add_in_nodes() {
    Phase& phase = plan_.phases.emplace_back();
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      std::vector<Owner> pieces = passing(chip);
      pieces.push_back(owner_at(chip));
      for (std::size_t n = 0; n < pieces.size(); ++n) {
        Reduction r{chip, {}, sum_of_node(n)};
        for (int i = 0; i < kNodeChips; ++i) {
          const int other = chip / kNodeChips * kNodeChips + i;
          if (other == chip) {
            r.operands.push_back(message(pieces[n]));
            continue;
          }
          const int link = *topology_.link_between(chip, other);
          const Region target = region(layout_.received(link), static_cast<int>(n));
          phase.transfers.push_back(local(other, chip, message(pieces[n]), target));
          r.operands.push_back(target);
        }
        phase.reductions.push_back(r);
      }
    }
  }

  /// Sums of nodes cross the cables, each to the node of its owner.
  void exchange_sums() {
    Phase& phase = plan_.phases.emplace_back();
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      const std::vector<Owner> pieces = passing(chip);
      std::map<int, std::size_t> on_link;
      for (std::size_t n = 0; n < pieces.size(); ++n) {
        const LinkEnd from = gate(chip / kNodeChips, pieces[n]);
        const LinkEnd to = *topology_.peer(from);
        const Region target = from_cable(to, on_link[from.link]++);
        phase.transfers.push_back(over(from, sum_of_node(n), target));
        came_[{chip / kNodeChips, chip_of(pieces[n])}] = {to.chip, target};
      }
    }
  }

  /// They go on to the owner, who adds those of all nodes.
  void add_at_owners() {
    Phase& phase = plan_.phases.emplace_back();
    std::map<LinkEnd, int> taken;
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      std::vector<Region> sums;
      for (int node = 0; node < nodes_; ++node) {
        if (node == chip / kNodeChips) {
          sums.push_back(sum_of_node(passing(chip).size()));
          continue;
        }
        const Arrived& arrived = came_.at({node, chip});
        Region at = arrived.region;
        if (arrived.chip != chip) {
          const LinkEnd to{chip, *topology_.link_between(chip, arrived.chip)};
          at = region(layout_.received(to.link), taken[to]++);
          phase.transfers.push_back(local(arrived.chip, chip, arrived.region, at));
        }
        sums.push_back(at);
      }
      add_up(phase, chip, sums);
    }
  }

  void add_up(Phase& phase, int chip, const std::vector<Region>& sums) const {
    std::vector<Region> operands{sums.front()};
    for (std::size_t i = 1; i < sums.size(); ++i) {
      operands.push_back(sums[i]);
      if (i + 1 == sums.size() || operands.size() == Reduction::kMostOperands) {
        phase.reductions.push_back({chip, operands, at_owner()});
        operands = {at_owner()};  // what has been added so far
      }
    }
  }

  /// Where a chip has the piece of an owner in the end.
  [[nodiscard]] Region place(int chip, const Owner& owner) const {
    if (chip == chip_of(owner)) {
      return at_owner();
    }
    const auto gated = gated_.find({chip, chip_of(owner)});
    return gated == gated_.end() ? message(owner) : gated->second;
  }

  void gather_in_nodes() {
    Phase& phase = plan_.phases.emplace_back();
    for (int chip = 0; chip < owners_; ++chip) {
      each_neighbour(chip, [&](int other) {
        phase.transfers.push_back(local(chip, other, at_owner(), message(owner_at(chip))));
      });
    }
  }

  /// The pieces cross the cables back, in the order in which they are passed on behind them.
  void exchange_pieces() {
    Phase& phase = plan_.phases.emplace_back();
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      std::map<int, std::size_t> on_link;
      for (const Owner& owner : passing(chip)) {
        const LinkEnd to = gate(chip / kNodeChips, owner);
        const LinkEnd from = *topology_.peer(to);
        const Region target = from_cable(to, on_link[to.link]++);
        phase.transfers.push_back(over(from, place(from.chip, owner), target));
        gated_[{chip, chip_of(owner)}] = target;
      }
    }
  }

  void spread_in_nodes() {
    Phase& phase = plan_.phases.emplace_back();
    for (int chip = 0; chip < topology_.chips(); ++chip) {
      for (const Owner& owner : passing(chip)) {
        each_neighbour(chip, [&](int other) {
          phase.transfers.push_back(local(chip, other, place(chip, owner), message(owner)));
        });
      }
    }
  }

  struct Arrived {
    int chip{0};
    Region region;
  };

  Layout layout_;
  const fabric::Topology& topology_;
  Crossings crossings_;
  int nodes_;
  int owners_;            // the chips from 0 on that own a piece
  std::int64_t rows_{0};  // of a piece
  Plan plan_;
  std::map<std::pair<int, int>, Arrived> came_;  // by node and owner: its sum at the owner's node
  std::map<std::pair<int, int>, Region> gated_;  // by chip and owner: where its cable ends
};

}  // namespace

std::vector<Plan> nodes_plans(const isa::ChipSpec& spec, const fabric::Topology& topology,
                              const Message& message) {
  return NodesPlan(spec, topology, message).make(message.kind);
}

}  // namespace lpu::collective
