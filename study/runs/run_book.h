// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "study/runs/run.h"

namespace lpu::study {

/// How the program answered.
struct Launched {
  int status{0};
  std::string json;     // its summary, with status 0
  std::string message;  // its standard error
};
/// Calls the program with these arguments and `--json` to a file of the caller's.
using Launch = std::function<Launched(const std::vector<std::string>& arguments)>;

/// Where all runs of a study are made and kept. The same request is run once.
class RunBook {
 public:
  explicit RunBook(Launch launch) : launch_(std::move(launch)) {}

  /// The run, made now or before. The reference stays valid.
  const Run& run(const RunRequest& request);

  [[nodiscard]] const std::map<std::string, Run>& runs() const { return runs_; }  // by command
  /// Runs that ended with something other than 0, done, and 3, refused.
  [[nodiscard]] std::vector<std::string> failed() const;

 private:
  Launch launch_;
  std::map<std::string, Run> runs_;
};

}  // namespace lpu::study
