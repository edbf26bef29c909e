// SPDX-License-Identifier: Apache-2.0
#include "study/claims/evidence.h"

#include <set>

namespace lpu::study {

void sweep(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried) {
  std::set<std::int64_t> contexts(file.contexts.begin(), file.contexts.end());
  contexts.insert(context);
  for (const std::int64_t c : contexts) {
    const bool beyond = c >= tried.config.max_position_embeddings;
    const std::string& model = beyond && !tried.subject.long_model.empty()
                                   ? tried.subject.long_model
                                   : tried.subject.model;
    const Run& run = book.run({tried.subject.system, model, file.matmul, c});
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
