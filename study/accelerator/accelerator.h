// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/work/model_work.h"

namespace lpu::study {

/// A processor with its memory beside it, a GPU or a TPU, as its maker publishes it. Not a model of
/// what happens inside: the ceilings, and what a collective takes at least.
struct Accelerator {
  std::string name;
  double memory_bytes{0};
  double memory_bytes_per_second{0};
  double operations_per_second_8{0};   // dense, 8 bits; a multiplication and an addition are two
  double operations_per_second_16{0};  // dense, 16 bits
  double link_bytes_per_second{0};     // of one device to the others, one direction
  double reduction_seconds{0};         // a small sum over the devices of a server
  double watts{0};                     // 0: not published
  std::string file;
};

/// Reads configs/accelerators/*.toml. Every value stands there with its source: P the maker's, S
/// someone's measurement, C a choice. Throws isa::InputErrors with every fault.
[[nodiscard]] Accelerator read_accelerator(const std::string& path);

/// A decode step of `users` users at the same context length, divided over `devices`.
struct Decode {
  int devices{1};
  int bits{16};  // of a weight, 8 or 16
  std::int64_t users{1};
  std::int64_t context{0};
};

/// The least time of the step. Memory and arithmetic overlap perfectly, a collective with nothing:
/// max(memory, arithmetic) + collectives.
struct StepTime {
  double memory{0};
  double arithmetic{0};
  double collectives{0};

  [[nodiscard]] double seconds() const {
    return (memory > arithmetic ? memory : arithmetic) + collectives;
  }
  /// Part of the published memory bandwidth, and of the published arithmetic, that is used.
  [[nodiscard]] double memory_used() const { return memory / seconds(); }
  [[nodiscard]] double arithmetic_used() const { return arithmetic / seconds(); }
};
[[nodiscard]] StepTime step_time(const Accelerator& a, const ModelWork& work, const Decode& step);

/// The least time in which `devices` fill a cache with a prompt of so many positions at once:
/// weights read once, every position multiplied and compared with those before it, the output head
/// for the last.
[[nodiscard]] StepTime prefill_time(const Accelerator& a, const ModelWork& work, int devices,
                                    int bits, std::int64_t positions);
/// Its operations.
[[nodiscard]] double prefill_operations(const ModelWork& work, std::int64_t positions);

/// Fewest devices whose memory holds the weights. Nothing is left for a cache.
[[nodiscard]] std::int64_t devices_for_weights(double memory_bytes, const ModelWork& work,
                                               int bits);

/// Users whose caches fit beside one copy of the weights; 0 if not even the weights do.
[[nodiscard]] std::int64_t users_that_fit(double memory_bytes, const ModelWork& work, int bits,
                                          std::int64_t context);

}  // namespace lpu::study
