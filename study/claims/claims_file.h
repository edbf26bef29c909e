// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/claims/claim.h"

namespace lpu::study {

/// A model on a system, to be tried.
struct Subject {
  std::string system;      // file
  std::string model;       // directory
  std::string long_model;  // the same shape for more positions than `model` has, if there is one
};

/// What the study of the claims reads: what to run, what is claimed and what was published.
///
///     matmul = "w8a16"
///     other_matmuls = ["fp16"]      # run beside it at the context that is looked at
///     users_together = 5            # in a step, at most
///     positions_together = 4        # of a prompt, in a step
///     contexts = [0, 1024, 4096]    # swept, positions in the cache
///     accelerator = "h200"          # with which the machine is compared
///     economics = "economics.toml"  # relative to this file, as all that follow
///     split = "split.toml"
///     [[large]]                     # the first that runs is looked at
///     system = "../systems/x.toml"
///     model = "../models/y"
///     long_model = "../models/z"    # of the same shape, for more positions than y has; may be
///     absent
///     [[small]]                     # the same for a second, smaller model
///     [groups]                      # the same layers on tensor parallel groups of rising size
///     systems = ["../systems/chip.toml", "../systems/pair.toml"]
///     models = ["../models/y-layer"]
///     [[claim]]
///     text = "..."
///     beside = ["chip.ports"]
///     published = [{ figure = "...", from = "..." }]
///     [[claim.part]]
///     says = "..."
///     quantity = "large.rate"
///     least = 300                   # or most, above = "quantity", below = "quantity"
struct ClaimsFile {
  std::string path;
  std::string matmul;
  std::vector<std::string> other_matmuls;
  std::int64_t users_together{0};
  std::int64_t positions_together{0};
  std::vector<std::int64_t> contexts;
  std::string accelerator;
  std::string economics;
  std::string split;
  std::vector<Subject> large;
  std::vector<Subject> small;
  std::vector<std::vector<Subject>> groups;  // of each model, by rising size
  std::vector<Claim> claims;
};
/// Throws isa::InputErrors with every fault.
[[nodiscard]] ClaimsFile read_claims(const std::string& path);

/// Throws isa::InputErrors for names of quantities that there are not.
void check_names(const ClaimsFile& file, const Quantities& quantities);

}  // namespace lpu::study
