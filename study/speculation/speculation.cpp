// SPDX-License-Identifier: Apache-2.0
#include "study/speculation/speculation.h"

namespace lpu::study {

double tokens_of(const Round& round, double acceptance) {
  double tokens = 1.0;
  double all_accepted = 1.0;
  for (std::int64_t i = 0; i < round.draft; ++i) {
    all_accepted *= acceptance;
    tokens += all_accepted;
  }
  return tokens;
}

}  // namespace lpu::study
