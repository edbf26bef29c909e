// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "compiler/schedule/fragment.h"
#include "compiler/schedule/reservations.h"
#include "fabric/topology/physical_spec.h"

namespace lpu::compiler {

/// An instruction with its cycle; in a burst its addr steps by stride.
struct Placed {
  std::int64_t at{0};
  Burst burst;
  int queue{0};
  int stride{0};
  ChipSet chips{kEveryChip};
  isa::Insn insn;

  /// The cycle after its last one.
  [[nodiscard]] std::int64_t end() const { return at + burst.cycles(); }
};

/// A named stretch of the schedule, for reports.
struct Phase {
  std::string name;
  isa::Cycle first;
  isa::Cycle last;
};

/// Gives fragments their cycle, streams and ALUs: each as early as its operands and the machine
/// allow, in the order of the calls. Knows dependencies through tensors in MEM and through the
/// weights of the MXM planes; everything else is a reservation.
class Scheduler {
 public:
  /// `deskew`: the chips align so often while the program runs, and are quiet then; every fragment
  /// is whole between two such stalls.
  Scheduler(const isa::ChipSpec& spec, const isa::Geometry& geometry,
            const std::optional<fabric::PhysicalSpec::Deskew>& deskew = {});

  /// A tensor that can be read from the start, or that a fragment will write.
  TensorId tensor(const Place& place);
  /// One in rows that held another tensor, which nobody uses from `writable` on.
  TensorId tensor(const Place& place, isa::Cycle writable);
  /// Some rows of another one: is ready and unused with it.
  TensorId part(TensorId whole, const Place& place);
  /// Valid as long as the scheduler.
  [[nodiscard]] const Place& place_of(TensorId t) const { return tensors_[index(t)].place; }
  [[nodiscard]] isa::Cycle ready(TensorId t) const { return whole(t).ready; }
  /// After all that has been placed so far.
  [[nodiscard]] isa::Cycle unused(TensorId t) const { return whole(t).unused; }

  [[nodiscard]] Fragment fragment() const { return {spec_, geometry_}; }
  /// The cycle of the fragment's zero, `from` or later.
  isa::Cycle place(const Fragment& fragment, isa::Cycle from = {0});

  /// Everything placed since the last call belongs to this phase.
  void end_phase(const std::string& name);

  [[nodiscard]] const std::vector<Placed>& placed() const { return placed_; }
  [[nodiscard]] const std::vector<Phase>& phases() const { return phases_; }
  /// The cycle at which the chip has finished: the last result, in the last superlane.
  [[nodiscard]] isa::Cycle end() const;
  [[nodiscard]] const isa::ChipSpec& spec() const { return spec_; }
  [[nodiscard]] const isa::Geometry& geometry() const { return geometry_; }

 private:
  /// A plane, as far as order matters. A pair does fp16 only while its odd plane has no weights.
  struct PlaneState {
    std::int64_t buffer_free{0};
    std::int64_t buffer_full{0};
    std::int64_t weights_ready{0};
    std::int64_t array_free{0};
    std::int64_t pair_free{0};   // of fp16
    std::int64_t empty_from{0};  // the array
    bool loads{false};           // there has been an lw since the last iw
  };
  struct Choice {
    std::size_t nodes{0};      // of the fragment, whose queues are taken
    std::vector<int> alus;     // physical ALU of each of the fragment's
    std::vector<int> streams;  // base stream of each flow
  };
  struct Span {
    std::int64_t first{0};
    std::int64_t end{0};
  };

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] const Tensor& whole(TensorId t) const {
    return tensors_[index(tensors_[index(t)].whole)];
  }
  [[nodiscard]] Tensor& whole(TensorId t) { return tensors_[index(tensors_[index(t)].whole)]; }
  [[nodiscard]] std::int64_t earliest(const Fragment& f) const;
  /// From the first dispatch of a fragment until the chip is quiet again, if nothing else works.
  [[nodiscard]] Span work_of(const Fragment& f) const;
  /// `zero`, or if a stall would come before the work is done, the first zero after it.
  [[nodiscard]] std::int64_t between_stalls(const Span& work, std::int64_t zero) const;
  /// Queue, text and link of an instruction outside of the VXM.
  [[nodiscard]] bool possible(const Fragment::Node& n, std::int64_t at) const;
  void set_node(const Fragment::Node& n, std::int64_t at, bool taken);
  bool take(const Fragment& f, const std::vector<Span>& spans, std::int64_t zero, Choice& choice);
  void give_back(const Fragment& f, const std::vector<Span>& spans, std::int64_t zero,
                 const Choice& choice);
  void set_text(const Fragment& f, int of, int alu, std::int64_t zero, bool taken);
  [[nodiscard]] int choose_stream(const Fragment::Flow& flow, std::int64_t zero) const;
  void set_flow(const Fragment::Flow& flow, std::int64_t zero, int base, bool taken);
  void commit(const Fragment& f, std::int64_t zero, const Choice& choice);
  void note_mxm(const Placed& p);
  [[nodiscard]] std::size_t plane_of(int queue) const;

  const isa::ChipSpec& spec_;
  const isa::Geometry& geometry_;
  std::optional<fabric::PhysicalSpec::Deskew> deskew_;
  Reservations reservations_;
  /// Of both sides, even and odd.
  std::array<PlaneState, isa::ChipSpec::kHemispheres * isa::ChipSpec::kPlanes> planes_{};
  std::deque<Tensor> tensors_;  // a deque: its elements stay where they are
  std::vector<Placed> placed_;
  std::vector<Phase> phases_;
  std::size_t phase_begin_{0};
};

}  // namespace lpu::compiler
