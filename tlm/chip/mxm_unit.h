// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "tlm/chip/plane_model.h"
#include "tlm/chip/stream_port.h"
#include "tlm/common/values.h"

namespace lpu::tlm {

/// The four MXM planes of a chip: what their queues may do and when. The values are the business
/// of the planes' models; without values there are none, and the rules are the same. Slots: west
/// plane 0, west plane 1, east plane 0, east plane 1.
class MxmUnit {
 public:
  static constexpr int kSlots =
      static_cast<int>(isa::ChipSpec::kHemispheres) * static_cast<int>(isa::ChipSpec::kPlanes);
  MxmUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, StreamPort& streams,
          Values values);

  void execute(int slot, isa::MxmQueue queue, const isa::Insn& insn, isa::Cycle at);

  /// After the last dispatch of a cycle in which `pending()`.
  void end_cycle(isa::Cycle at);
  [[nodiscard]] bool pending() const { return pending_ != 0; }
  /// The slot that end_cycle worked on when it threw.
  [[nodiscard]] int failing_slot() const { return failing_slot_; }

  /// After the last cycle of a program: nothing may be left uncollected.
  void finish();
  void reset();

 private:
  /// What an abc leaves for the acc of a later cycle.
  struct Result {
    std::int64_t collect_at{0};
    isa::Type type{isa::Type::kI32};
  };
  struct Plane {
    isa::Hemisphere hemisphere{isa::Hemisphere::kWest};
    int in_x{0};
    int out_x{0};
    bool buffer_loaded{false};
    bool has_weights{false};
    std::int64_t weights_from{INT64_MIN};  // abc may come from this cycle on
    std::int64_t installed_at{INT64_MIN};
    std::deque<Result> results;
    PlaneInputs inputs;
    std::unique_ptr<PlaneModel> model;  // nullptr without values
  };

  void load(Plane& plane, const isa::Insn& insn, isa::Cycle at);
  void install(Plane& plane, const isa::Insn& insn, isa::Cycle at);
  void activate(Plane& plane, const isa::Insn& insn, isa::Cycle at);
  void accumulate(Plane& plane, const isa::Insn& insn, isa::Cycle at);
  void require_idle_partner(int slot, isa::Cycle at) const;
  void require_even(const Plane& plane) const;
  static void require_collected(const Plane& plane, std::int64_t before);

  isa::Cycles abc_latency_;
  isa::Cycles acc_latency_;
  isa::Cycles install_latency_;
  int groups_;
  int accumulators_;
  StreamPort& streams_;
  std::array<Plane, kSlots> planes_;
  std::uint32_t pending_{0};  // bit s: slot s has inputs in this cycle
  int failing_slot_{0};
};

}  // namespace lpu::tlm
