// SPDX-License-Identifier: Apache-2.0
#include "study/runs/run_book.h"

#include <filesystem>

namespace lpu::study {
namespace {

constexpr int kRefused = 3;  // exit status of an input that cannot be

/// What follows the program's name, without the newline.
std::string first_line(const std::string& message) {
  const std::string line = message.substr(0, message.find('\n'));
  return line.starts_with("lpu: ") ? line.substr(5) : line;
}

}  // namespace

const Run& RunBook::run(const RunRequest& request) {
  const std::string command = request.command();
  const auto found = runs_.find(command);
  if (found != runs_.end()) {
    return found->second;
  }
  const Launched launched = launch_(request.arguments());
  Run run = launched.status == 0 ? run_of(launched.json) : Run{};
  run.command = command;
  run.model = std::filesystem::path(request.model).lexically_normal().filename().string();
  run.matmul = request.matmul;
  run.context = request.context;
  run.users = request.users;
  run.status = launched.status;
  if (launched.status != 0) {
    run.refusal = first_line(launched.message);
  }
  return runs_.emplace(command, std::move(run)).first->second;
}

std::vector<std::string> RunBook::failed() const {
  std::vector<std::string> commands;
  for (const auto& [command, run] : runs_) {
    if (run.status != 0 && run.status != kRefused) {
      commands.push_back(command);
    }
  }
  return commands;
}

}  // namespace lpu::study
