// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isa/spec/cycle.h"

namespace lpu::isa {

/// Geometry and latencies of one chip, as plain values. Filled from a TOML file in which every
/// value stands with its source tag; there are no defaults. `chip_fields()` is the one list of
/// names, limits and meanings, from which reader, printer, documentation and the SystemVerilog
/// package come.
struct ChipSpec {
  // [chip]
  std::int64_t clock_mhz{0};
  std::int64_t superlanes{0};
  std::int64_t streams{0};
  // [mem]
  std::int64_t mem_slices{0};
  std::int64_t mem_rows{0};
  std::int64_t mem_slices_per_hop{0};
  std::int64_t mem_read_latency{0};
  std::int64_t mem_write_latency{0};
  // [hops]
  std::int64_t vxm_through{0};
  std::int64_t mem_to_sxm{0};
  std::int64_t sxm_to_mxm{0};
  std::int64_t mxm_to_sxm{0};
  // [vxm]
  std::int64_t vxm_input_latency{0};
  std::int64_t vxm_op_latency{0};
  std::int64_t vxm_special_latency{0};
  // [mxm]
  std::int64_t mxm_result_latency{0};
  std::int64_t mxm_install_latency{0};
  std::int64_t mxm_accumulators{0};
  // [sxm]
  std::int64_t sxm_shift_latency{0};
  std::int64_t sxm_permute_latency{0};
  std::int64_t sxm_permute_interval{0};
  std::int64_t sxm_distribute_latency{0};
  std::int64_t sxm_rotate_latency{0};
  std::int64_t sxm_transpose_latency{0};
  // [icu]
  std::int64_t icu_barrier{0};
  std::int64_t icu_fetch_latency{0};
  // [c2c]
  std::int64_t c2c_links{0};
  std::int64_t c2c_global_links{0};
  std::int64_t c2c_send_latency{0};
  std::int64_t c2c_receive_latency{0};
  std::int64_t c2c_pace{0};

  /// Source tag of each value, in the order of `chip_fields()`: P, S, U or C.
  std::vector<std::string> sources;

  [[nodiscard]] std::int64_t lanes() const { return superlanes * kLanesPerSuperlane; }
  [[nodiscard]] std::int64_t vector_bytes() const { return lanes(); }
  /// Bytes of MEM on the chip: both hemispheres.
  [[nodiscard]] std::int64_t mem_bytes() const { return 2 * mem_slices * mem_rows * lanes(); }

  /// Links are numbered from the west; the first ones of the east lead to other nodes.
  [[nodiscard]] std::int64_t first_east_link() const { return c2c_links / 2; }

  // Fixed by the kind of machine, not by its size.
  static constexpr std::int64_t kLanesPerSuperlane = 16;  // P
  static constexpr std::int64_t kHemispheres = 2;         // P
  static constexpr std::int64_t kBanks = 2;               // P
  static constexpr std::int64_t kAlus = 16;               // P
  static constexpr std::int64_t kPlanes = 2;              // P, a hemisphere
  static constexpr std::int64_t kLoadStreams = 16;        // P, streams an lw takes
  static constexpr std::int64_t kInsnBytes = 16;          // C
  static constexpr std::int64_t kFetchInsns = 40;         // P: 640 B
};

/// One key of a chip file.
struct ChipField {
  std::string_view section;
  std::string_view key;
  std::int64_t ChipSpec::*value;
  std::int64_t min;
  std::int64_t max;
  std::string_view unit;
  std::string_view meaning;
};

[[nodiscard]] std::span<const ChipField> chip_fields();

/// One broken rule, named so that a test can ask for it.
struct SpecError {
  std::string field;
  std::string reason;
};

/// Every broken rule, not only the first one. Empty means usable.
[[nodiscard]] std::vector<SpecError> check(const ChipSpec& spec);

/// Reads a chip file. Throws InputErrors with every unknown, missing, untagged or impossible value.
[[nodiscard]] ChipSpec read_chip_spec(const std::string& path);

/// The published chip: configs/chips/lpu1.toml as it was when the program was built.
[[nodiscard]] ChipSpec published_chip();

/// The complete resolved configuration as TOML, each value with its source tag.
[[nodiscard]] std::string print_chip_spec(const ChipSpec& spec);

}  // namespace lpu::isa
