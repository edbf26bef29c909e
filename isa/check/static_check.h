// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "isa/check/report.h"

namespace lpu::isa {

/// Streams that a field of an instruction stands for.
[[nodiscard]] int stream_count(const Insn& insn, Field field);

/// What an instruction breaks by itself, wherever it stands in time: queue, operands, types,
/// alignment, ranges. The result says, for each queue and index, whether the instruction may be
/// looked at further.
class StaticCheck {
 public:
  StaticCheck(const ChipSpec& spec, const Program& program, Report& report)
      : spec_(spec), program_(program), report_(report) {}

  [[nodiscard]] std::vector<std::vector<bool>> run();

 private:
  struct Place {
    int queue;
    std::uint32_t index;
    QueueInfo info;
  };

  bool check_one(const Place& place, const Insn& insn);
  bool check_queue(const Place& place, const Insn& insn, const OpInfo& info);
  bool check_operands(const Place& place, const Insn& insn, const OpInfo& info);
  bool check_stream(const Place& place, const Insn& insn, Field field,
                    const std::optional<Stream>& stream, bool optional);
  bool check_source(const Place& place, const Insn& insn, Field field, const Source& source);
  bool check_type(const Place& place, const Insn& insn);
  bool check_direction(const Place& place, const Insn& insn);
  bool check_numbers(const Place& place, const Insn& insn);
  bool check_lanes(const Place& place, const Insn& insn);
  bool check_repeat(const Place& place, const Insn& insn);
  bool fail(const Place& place, Rule rule, const std::string& expected);

  const ChipSpec& spec_;
  const Program& program_;
  Report& report_;
};

/// Initial rows, and the program text that the host places.
void check_data(const ChipSpec& spec, const Program& program, Report& report);

}  // namespace lpu::isa
