// SPDX-License-Identifier: Apache-2.0
#include "study/claims/quantities.h"

namespace lpu::study {

Quantities quantities_of(const Evidence& e) {
  Quantities all;
  add_machine(e, all);
  add_capacity(e, all);
  // What was asked for first, even if another system is then looked at.
  add_runs(e.file, e.large.front(), "asked.", all);
  add_runs(e.file, e.of_large(), "large.", all);
  add_runs(e.file, e.of_small(), "small.", all);
  add_comparison(e, all);
  add_split(e, all);
  add_economics(e, all);
  return all;
}

}  // namespace lpu::study
