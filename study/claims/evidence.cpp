// SPDX-License-Identifier: Apache-2.0
#include "study/claims/evidence.h"

#include <set>

namespace lpu::study {

void sweep(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried) {
  std::set<std::int64_t> contexts(file.contexts.begin(), file.contexts.end());
  contexts.insert(context);
  for (const std::int64_t c : contexts) {
    const Run& run = book.run({tried.subject.system, tried.subject.model, file.matmul, c});
    tried.sweep.push_back(&run);
    if (c == context && tried.token == nullptr) {
      tried.token = &run;
    }
    if (c <= context && run.ran()) {
      tried.token = &run;
    }
  }
}

}  // namespace lpu::study
