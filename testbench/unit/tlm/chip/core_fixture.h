// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "testbench/chip/timetable.h"
#include "tlm/chip/chip_core.h"

namespace lpu::tlm {

using namespace testbench;  // NOLINT(google-build-using-namespace): tests of one folder

/// One chip without SystemC, started in cycle 1000 so that program and chip cycles differ.
class CoreFixture : public testing::Test {
 protected:
  static constexpr std::int64_t kStart = 1000;
  static constexpr auto kWest = isa::Hemisphere::kWest;
  static constexpr auto kEast = isa::Hemisphere::kEast;

  explicit CoreFixture(Values values = Values::kFull)
      : core({chip_spec(), values, 0, {}}, [this](int link, isa::Cycle leaves, auto vector) {
          sent.push_back({link, leaves, {vector.begin(), vector.end()}});
        }) {}

  static const isa::ChipSpec& chip_spec() {
    static const isa::ChipSpec spec =
        isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
    return spec;
  }

  void run() { run(table.program()); }
  void run(const isa::Program& to_run) {
    program = to_run;
    core.load(program);
    core.start({kStart});
    core.run_until({kStart + 10000});
    EXPECT_EQ(core.state(), ChipState::kFinished);
  }
  /// Id of the schedule error that the table provokes.
  std::string error_id() {
    try {
      run();
    } catch (const ScheduleError& error) {
      message = error.what();
      return error.id();
    }
    return "none";
  }

  [[nodiscard]] bool driven(isa::Stream stream, int x, std::int64_t cycle) const {
    return core.streams().file().driven(stream, x, {kStart + cycle});
  }
  /// Driven there in exactly that cycle, by somebody at that position.
  void expect_driven_at(isa::Stream stream, int x, std::int64_t cycle) const {
    const int upstream = stream.dir == isa::Direction::kEast ? x - 1 : x + 1;
    EXPECT_FALSE(driven(stream, x, cycle - 1)) << "too soon";
    EXPECT_TRUE(driven(stream, x, cycle)) << "not in time";
    EXPECT_FALSE(driven(stream, x, cycle + 1)) << "too late";
    EXPECT_FALSE(driven(stream, upstream, cycle - 1)) << "not from here";
  }
  [[nodiscard]] const std::uint8_t* value(isa::Stream stream, int x, std::int64_t cycle) const {
    return core.streams().file().read(stream, x, {kStart + cycle});
  }

  void place(isa::Hemisphere h, int slice, int row, const std::vector<std::uint8_t>& bytes) {
    core.mem().place(slice + (h == kEast ? 44 : 0), row, bytes);
  }
  [[nodiscard]] std::vector<std::uint8_t> row(isa::Hemisphere h, int slice, int number) const {
    const auto bytes = core.mem().row(slice + (h == kEast ? 44 : 0), number);
    return {bytes.begin(), bytes.end()};
  }
  /// Lane i is first + i.
  static std::vector<std::uint8_t> ramp(int first) {
    std::vector<std::uint8_t> bytes(320);
    for (std::size_t lane = 0; lane < bytes.size(); ++lane) {
      bytes[lane] = static_cast<std::uint8_t>(static_cast<std::size_t>(first) + lane);
    }
    return bytes;
  }
  static std::vector<std::uint8_t> constant(int byte) {
    return std::vector<std::uint8_t>(320, static_cast<std::uint8_t>(byte));
  }

  /// Reads a row so that the stream passes position x in that cycle.
  void read_for(isa::Hemisphere h, int slice, int row_number, isa::Stream out, int x,
                std::int64_t cycle) {
    const int from = geometry.mem_x(h, slice);
    const int hops = out.dir == isa::Direction::kEast ? x - from : from - x;
    ASSERT_GE(hops, 0);
    table.at(cycle - hops - 1, geometry.mem_queue(h, slice), read_row(row_number, out));
  }

  struct Sent {
    int link;
    isa::Cycle leaves;
    std::vector<std::uint8_t> bytes;
  };

  std::vector<Sent> sent;
  ChipCore core;
  isa::Geometry geometry{chip_spec()};
  Timetable table{chip_spec()};
  isa::Program program;
  std::string message;
};

}  // namespace lpu::tlm
