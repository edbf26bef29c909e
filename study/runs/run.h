// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lpu::study {

/// One token on one system: what a reader types to see it.
struct RunRequest {
  std::string system;  // file
  std::string model;   // directory
  std::string matmul;
  std::int64_t context{0};    // positions in the cache before the token
  std::int64_t draft{0};      // tokens after it that the step checks
  std::int64_t users{1};      // in the step, each with a cache
  std::int64_t positions{1};  // of a prompt, all in the step

  [[nodiscard]] std::vector<std::string> arguments() const;
  [[nodiscard]] std::string command() const;  // `lpu` and the arguments
};

/// What `lpu run --json` said of it; or why there was no run.
struct Run {
  struct Operator {
    std::string name;
    std::int64_t times{0};
    std::int64_t cycles{0};  // by which all of them together move the end of the token
    std::int64_t bound{0};   // the same at the earliest that machine and placement allow
    std::string limit;       // what accounts for most of the bound
  };
  struct Stage {
    std::string part;
    std::int64_t first_chip{0};
    std::int64_t chips{0};
    std::int64_t begin{0};  // cycles of the token
    std::int64_t end{0};
    std::map<std::string, std::int64_t> rows;  // of MEM of each chip, by what stands there
  };
  struct Link {
    std::int64_t from_chip{0};
    std::int64_t from_link{0};
    std::int64_t to_chip{0};
    std::int64_t to_link{0};
    std::int64_t vectors{0};
  };
  std::string command;
  std::string model;  // its directory's name
  std::string matmul;
  std::int64_t context{0};
  std::int64_t users{1};
  int status{0};
  std::string refusal;  // with a status other than 0; everything below is empty then
  std::int64_t chips{0};
  std::int64_t cycles{0};            // simulated
  std::int64_t predicted_cycles{0};  // by the compiler
  double tokens_per_second{0};
  std::map<std::string, double> busy;  // part of the issue cycles of a kind of unit
  std::vector<Operator> operators;
  std::vector<Stage> stages;
  std::map<std::string, double> queues;  // part of the cycles, mean of all chips
  std::vector<Link> links;               // that carried anything
  double wall_seconds{0};
  std::int64_t peak_rss_bytes{0};

  [[nodiscard]] bool ran() const { return status == 0; }
};

/// Reads the JSON of a run; throws std::runtime_error for a text that is none.
[[nodiscard]] Run run_of(const std::string& json);

}  // namespace lpu::study
