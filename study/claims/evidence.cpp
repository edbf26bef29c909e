// SPDX-License-Identifier: Apache-2.0
#include "study/claims/evidence.h"

#include <algorithm>
#include <set>

namespace lpu::study {

namespace {

RunRequest request_of(const Tried& tried, const std::string& matmul, std::int64_t context) {
  const Subject& subject = tried.subject;
  const bool beyond = context >= tried.config.max_position_embeddings;
  const bool longer = beyond && !subject.long_model.empty();
  return {subject.system, longer ? subject.long_model : subject.model, matmul, context};
}

}  // namespace

void sweep(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried) {
  std::set<std::int64_t> contexts(file.contexts.begin(), file.contexts.end());
  contexts.insert(context);
  for (const std::int64_t c : contexts) {
    const Run& run = book.run(request_of(tried, file.matmul, c));
    tried.sweep.push_back(&run);
    if (c == context && tried.token == nullptr) {
      tried.token = &run;
    }
    if (c <= context && run.ran()) {
      tried.token = &run;
    }
  }
  if (!tried.token->ran()) {
    return;
  }
  for (const std::string& matmul : file.other_matmuls) {
    tried.others.push_back(&book.run(request_of(tried, matmul, tried.token->context)));
  }
  RunRequest prompt = request_of(tried, file.matmul, 0);
  prompt.positions = file.positions_together;
  tried.prompt = &book.run(prompt);
}

void run_together(RunBook& book, const ClaimsFile& file, Tried& tried) {
  const auto placed = tried.placed.find(tried.token->context);
  if (placed == tried.placed.end()) {
    return;
  }
  RunRequest request = request_of(tried, file.matmul, tried.token->context);
  request.users = std::clamp<std::int64_t>(placed->second, 1, file.users_together);
  tried.together = &book.run(request);
}

void run_token(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried) {
  tried.token = &book.run(request_of(tried, file.matmul, context));
}

}  // namespace lpu::study
