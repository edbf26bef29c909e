// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/placement/place.h"
#include "isa/insn/insn.h"

namespace lpu::compiler {

/// A vector, or a burst of vectors in consecutive rows, that the schedule has put into MEM.
struct Tensor {
  Place place;
  int whole{0};         // of which it is a part, or itself: what follows is said there
  isa::Cycle ready;     // first cycle in which every row of it can be read
  isa::Cycle writable;  // first cycle in which its rows may be written: they held another before
  isa::Cycle unused;    // first cycle in which nobody has anything to do with its rows any more
};
using TensorId = int;

/// How often an instruction runs: `count` times, once every `interval` cycles, after which its
/// queue is left alone for `rest` cycles (an Ifetch or a slow unit may want them).
struct Burst {
  std::int64_t count{1};
  std::int64_t interval{1};
  std::int64_t rest{0};

  /// From the first to the last of them.
  [[nodiscard]] std::int64_t cycles() const { return (count - 1) * interval + 1; }
  /// For which the queue takes nothing else.
  [[nodiscard]] std::int64_t kept() const { return cycles() + rest; }
};

/// Bit i: chip i of the tensor parallel group.
using ChipSet = std::uint32_t;
inline constexpr ChipSet kEveryChip = ~ChipSet{0};
[[nodiscard]] constexpr ChipSet only_chip(int chip) { return ChipSet{1} << chip; }

/// An operand of an ALU.
struct AluOperand {
  isa::Source::Kind kind{isa::Source::Kind::kNone};
  int id{0};             // flow or ALU
  std::uint32_t imm{0};  // raw bits
  int part{0};           // of a flow: the first of its streams
};

/// A piece of schedule that is rigid inside: every instruction has a cycle relative to the
/// piece's own zero. What is still open is the cycle of that zero, the streams and the ALUs; the
/// Scheduler chooses them so that nothing collides. All chips of a group run the same fragments,
/// but for instructions that belong to some of them: what a cable brings goes to one chip.
class Fragment {
 public:
  using Time = std::int64_t;

  /// Values on their way: `width` neighbouring streams, vectors in (some of) `count` cycles.
  struct Flow {
    isa::Direction dir{isa::Direction::kEast};
    int width{1};
    Time count{1};
    Time diagonal{0};          // relative; eastward t - x, westward t + x
    std::vector<int> origins;  // where each stream is driven, one a stream
    int end{0};                // the farthest position where it is taken
  };
  using FlowId = int;
  using Arg = AluOperand;

  struct Node {
    int queue{-1};  // or, for the VXM, `alu`
    int alu{-1};
    Time at{0};
    Burst burst;
    int stride{0};
    ChipSet chips{kEveryChip};
    std::optional<Spread> spread;  // of the address
    isa::Insn insn;
    FlowId in{-1}, out{-1}, map{-1};
    int part{0};  // of `in` or `out`
    Arg a, b;
  };

  /// A write that makes (a part of) a tensor, or a read that needs one.
  struct Access {
    TensorId tensor{0};
    Time first{0};  // its first dispatch
    Time end{0};    // after its last dispatch; write: its last row can be read then
  };

  Fragment(const isa::ChipSpec& spec, const isa::Geometry& geometry)
      : spec_(spec), geometry_(geometry) {}

  /// What is added from now on runs on these chips only; a place in the schedule it has on all.
  void on(ChipSet chips) { chips_ = chips; }

  /// MEM: rows of `place` from `first` on pass position `x` from cycle `at` on.
  FlowId read(TensorId tensor, const Place& place, int x, Time at, Time count = 1, int stride = 0,
              int first = 0);
  /// MEM: one byte of a place (of its `byte`th slice) as a stream of its own.
  FlowId read_byte(TensorId tensor, const Place& place, int byte, int x, Time at);
  /// The same into a flow of one stream that other chips fill otherwise.
  void read_byte_into(FlowId flow, TensorId tensor, const Place& place, int byte);
  void write(FlowId flow, TensorId tensor, const Place& place, Time count = 1, int stride = 0,
             int first = 0);
  void write_byte(FlowId flow, TensorId tensor, const Place& place, int byte);
  /// All rows of one place after the other, as one flow that passes x from cycle `at` on. The
  /// places are on one side of x.
  FlowId read_in_turn(TensorId tensor, const std::vector<Place>& places, int x, Time at);
  void write_in_turn(FlowId flow, TensorId tensor, const std::vector<Place>& places);
  /// Each superlane takes the row that `map` names; `at` is the dispatch.
  FlowId gather(FlowId map, const Place& place);

  /// VXM. `alu()` names an ALU of the fragment; `op` dispatches on it at `at`.
  int alu() { return alus_++; }
  Arg op(Time at, isa::Op op, isa::Type type, Arg a, Arg b = {}, Burst burst = {});
  Arg op_on(int alu, Time at, isa::Op op, isa::Type type, Arg a, Arg b = {}, Burst burst = {});
  Arg cast(Time at, isa::Type from, isa::Type to, Arg a, Burst burst = {});
  /// The results of the instruction added last leave the VXM in direction `dir`.
  FlowId drive(isa::Direction dir);
  /// The same into stream `part` of a flow made by `bundle`.
  void drive_into(FlowId flow, int part);
  FlowId bundle(isa::Direction dir, int width, Time at_vxm, Time cycles);
  /// Streams base.. of reads from slices on one side of `x`, which they pass together from cycle
  /// `at` on, a row at a time.
  FlowId read_column(const std::vector<Place>& places, int x, Time at, Burst burst);
  /// What has been added so far reads a tensor, too.
  void reads(TensorId tensor);
  /// After its last instruction so far, the slice is left alone for `cycles`.
  void rest(const Place& place, Time cycles);

  static Arg flow(FlowId id, int part = 0) { return {isa::Source::Kind::kStream, id, 0, part}; }
  static Arg acc() { return {isa::Source::Kind::kAcc, 0, 0}; }
  static Arg imm(std::uint32_t bits) { return {isa::Source::Kind::kImm, 0, bits}; }
  static Arg imm(float value);

  /// MXM. Groups from `group` on, the first `after` cycles after the first vector of the flow.
  void load_weights(FlowId flow, Plane plane, isa::Type type, int group, Burst burst,
                    Time after = 0);
  /// `rest`: cycles that the queue has free afterwards, for an Ifetch.
  void install(Plane plane, Time at, Time rest);
  void multiply(FlowId flow, Plane plane, isa::Type type, int half, Time count = 1);
  /// `abc_at`: dispatch of the abc whose result is taken. `stride`: of the slots.
  void accumulate(Plane plane, Time abc_at, int slot, bool adds, Time count = 1, int stride = 0);
  FlowId accumulate_out(Plane plane, Time abc_at, int slot, bool adds, Time count = 1,
                        int stride = 0);

  /// SXM of a hemisphere; results flow inward.
  FlowId rotate(FlowId flow, isa::Hemisphere h, isa::Type type, int lanes);
  FlowId permute(FlowId flow, FlowId map, isa::Hemisphere h, isa::Type type);

  /// C2C.
  void send(FlowId flow, int link);
  FlowId receive(int link, Time at);
  /// The same, in the same cycle, into a flow that other chips receive from another link of the
  /// same side.
  void receive_into(FlowId flow, int link);

  /// Cycle in which a flow passes x.
  [[nodiscard]] Time time_at(FlowId flow, int x) const;

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<Flow>& flows() const { return flows_; }
  [[nodiscard]] int alus() const { return alus_; }
  [[nodiscard]] const std::vector<Access>& reads() const { return reads_; }
  [[nodiscard]] const std::vector<Access>& writes() const { return writes_; }

 private:
  FlowId add_flow(isa::Direction dir, std::vector<int> origins, Time at, int at_x, Time count);
  void take(FlowId flow, int x);
  /// The references are good until the next node is added.
  Node& add(int queue, isa::Op op, Time at);
  Node& mem(isa::Op op, const Place& place, int slice, Time at, Burst burst);
  FlowId moved(Node& n, isa::Hemisphere h, isa::Type type);
  FlowId read_slices(TensorId tensor, const Place& place, int slice, int width, int x, Time at,
                     Time count, int stride, int first);
  void write_slices(FlowId flow, TensorId tensor, const Place& place, int slice, int width,
                    Time count, int stride, int first);

  const isa::ChipSpec& spec_;
  const isa::Geometry& geometry_;
  std::vector<Node> nodes_;
  std::vector<Flow> flows_;
  std::vector<Access> reads_, writes_;
  int alus_{0};
  ChipSet chips_{kEveryChip};
};

}  // namespace lpu::compiler
