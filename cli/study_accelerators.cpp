// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/command.h"
#include "cli/study.h"
#include "cli/users_placed.h"
#include "compiler/model/config.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"
#include "study/accelerator/accelerator.h"
#include "study/accelerator/measured.h"

namespace lpu::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::int64_t kThousand = 1024;  // of positions, as contexts are named
constexpr std::array<std::int64_t, 6> kContexts{1, 4, 8, 16, 32, 128};

std::vector<fs::path> toml_files(const fs::path& directory) {
  std::vector<fs::path> files;
  if (fs::is_directory(directory)) {
    for (const auto& file : fs::directory_iterator(directory)) {
      if (file.path().extension() == ".toml") {
        files.push_back(file.path());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

compiler::ModelConfig read_model(const StudyOptions& options) {
  if (options.model.empty()) {
    throw fabric::UsageError("study " + options.name + " needs --model");
  }
  return compiler::read_config(fs::path(options.model) / "config.json");
}

std::string name_of_model(const StudyOptions& options) {
  return fs::path(options.model).lexically_normal().filename().string();
}

/// One row an accelerator and number of devices that hold the weights, up to a server of eight.
void print_steps(const StudyOptions& options, const study::ModelWork& work,
                 const std::vector<study::Accelerator>& all, ordered_json& json) {
  fmt::print("{:<10} {:>7} {:>4}  {:>9} {:>10} {:>11}  {:>8}  {:>7} {:>10}\n", "", "devices",
             "bits", "memory ms", "arithm. ms", "collect. ms", "tokens/s", "memory", "arithmetic");
  for (const study::Accelerator& a : all) {
    for (const int bits : {8, 16}) {
      for (const int devices : {1, 2, 4, 8}) {
        if (study::users_that_fit(devices * a.memory_bytes, work, bits, options.context) <
            options.users) {
          continue;
        }
        const auto t = study::step_time(a, work, {devices, bits, options.users, options.context});
        const double rate = 1.0 / t.seconds();
        fmt::print(
            "{:<10} {:>7} {:>4}  {:>9.3f} {:>10.3f} {:>11.3f}  {:>8.1f}  {:>6.1f}% {:>9.2f}%\n",
            a.name, devices, bits, 1e3 * t.memory, 1e3 * t.arithmetic, 1e3 * t.collectives, rate,
            100.0 * t.memory_used(), 100.0 * t.arithmetic_used());
        json["steps"].push_back({{"accelerator", a.name},
                                 {"devices", devices},
                                 {"bits", bits},
                                 {"tokens_per_second_a_user", rate},
                                 {"memory_used", t.memory_used()},
                                 {"arithmetic_used", t.arithmetic_used()}});
      }
    }
  }
}

/// The model's figure beside what was measured. Nothing was fitted: the error is what ceilings
/// leave out.
void print_measured(const StudyOptions& options, const study::ModelWork& work, ordered_json& json) {
  const study::MeasuredModel of_model = read_measured_of(options, name_of_model(options));
  if (of_model.measured.empty()) {
    return;
  }
  fmt::print("\n{:<10} {:>7} {:>4}  {:<16} {:>8} {:>8} {:>7}\n", "measured", "devices", "bits",
             "what", "measured", "here", "error");
  for (const study::Measured& m : of_model.measured) {
    const auto a = study::read_accelerator(
        (fs::path(options.accelerators) / (m.accelerator + ".toml")).string());
    const auto t = study::step_time(a, work, m.step);
    const bool rate = m.tokens_per_second > 0.0;
    const double measured = rate ? m.tokens_per_second : 100.0 * m.memory_used;
    const double here = rate ? 1.0 / t.seconds() : 100.0 * t.memory_used();
    const double error = here / measured - 1.0;
    fmt::print("{:<10} {:>7} {:>4}  {:<16} {:>8.1f} {:>8.1f} {:>+6.0f}%\n", a.name, m.step.devices,
               m.step.bits, rate ? "tokens/s" : "memory used, %", measured, here, 100.0 * error);
    json["measured"].push_back({{"accelerator", a.name},
                                {"devices", m.step.devices},
                                {"bits", m.step.bits},
                                {"what", rate ? "tokens_per_second" : "memory_used_percent"},
                                {"measured", measured},
                                {"here", here},
                                {"error", error},
                                {"from", m.from}});
  }
}

}  // namespace

std::vector<study::Accelerator> read_accelerators(const StudyOptions& options) {
  std::vector<study::Accelerator> all;
  for (const fs::path& file : toml_files(options.accelerators)) {
    all.push_back(study::read_accelerator(file.string()));
  }
  if (all.empty()) {
    throw isa::InputError(options.accelerators, 0, "no accelerator here: expected *.toml");
  }
  return all;
}

study::MeasuredModel read_measured_of(const StudyOptions& options, const std::string& model) {
  for (const fs::path& file : toml_files(fs::path(options.accelerators) / "measured")) {
    study::MeasuredModel of_model = study::read_measured(file.string());
    if (of_model.model == model) {
      return of_model;
    }
  }
  return {};
}

int study_accelerators(const StudyOptions& options) {
  const study::ModelWork work = study::work_of(read_model(options));
  ordered_json json;
  json["model"] = name_of_model(options);
  json["context"] = options.context;
  json["users"] = options.users;
  fmt::print("{}, {} users, context {}: the least time of a decode step\n\n",
             name_of_model(options), options.users, options.context);
  print_steps(options, work, read_accelerators(options), json);
  print_measured(options, work, json);
  write_study(options, json);
  return kDone;
}

namespace {

/// By bytes alone: what a compiler needs beside weights and caches is not in it.
void print_capacity(const std::string& name, double device_bytes, std::int64_t devices,
                    const study::ModelWork& work, ordered_json& json) {
  for (const int bits : {8, 16}) {
    const double all = device_bytes * static_cast<double>(devices);
    std::string users;
    ordered_json fit;
    for (const std::int64_t context : kContexts) {
      const auto count = study::users_that_fit(all, work, bits, context * kThousand);
      users += fmt::format(" {:>7}", count);
      fit[std::to_string(context * kThousand)] = count;
    }
    const auto least = study::devices_for_weights(device_bytes, work, bits);
    fmt::print("{:<14} {:>7} {:>10.1f} {:>5} {:>7} {}\n", name, devices, all / 1e9, bits, least,
               users);
    json["machines"].push_back({{"machine", name},
                                {"devices", devices},
                                {"bytes", all},
                                {"bits", bits},
                                {"devices_for_weights", least},
                                {"users_that_fit", fit}});
  }
}

/// What the compiler places of them: int8 weights with their factors, tables, whole rows.
void print_placed(const fabric::SystemSpec& system, const compiler::ModelConfig& config,
                  ordered_json& json) {
  const double all = static_cast<double>(system.chip.mem_bytes() * system.chips);
  std::string users;
  ordered_json placed = ordered_json::object();
  for (const std::int64_t context : kContexts) {
    const std::int64_t positions = context * kThousand;
    const auto most = study::users_that_fit(all, study::work_of(config), 8, positions);
    const UsersPlaced found =
        users_placed(system, config, compiler::Matmul::kW8A16, positions, most);
    users += fmt::format(" {:>7}", found.users);
    placed[std::to_string(positions)] = {{"users", found.users}, {"refusal", found.refusal}};
  }
  fmt::print("{:<14} {:>7} {:>10} {:>5} {:>7} {}\n", "  placed", "", "", "w8a16", "", users);
  json["placed"] = std::move(placed);
}

}  // namespace

int study_capacity(const StudyOptions& options) {
  const auto system = fabric::read_system_spec(options.system);
  const compiler::ModelConfig config = read_model(options);
  const study::ModelWork work = study::work_of(config);
  ordered_json json;
  json["model"] = name_of_model(options);
  json["parameters"] = work.parameters;
  json["cache_bytes_a_position"] = study::bytes_of(work.cached_values, study::kCacheBits);
  fmt::print("{}: {} parameters, {} bytes of cache a position\n\n", name_of_model(options),
             work.parameters, study::bytes_of(work.cached_values, study::kCacheBits));
  fmt::print("{:<14} {:>7} {:>10} {:>5} {:>7}  users that fit at a context of\n", "", "devices",
             "GB", "bits", "least");
  fmt::print("{:<14} {:>7} {:>10} {:>5} {:>7} ", "", "", "", "", "devices");
  for (const std::int64_t context : kContexts) {
    fmt::print(" {:>6}k", context);
  }
  fmt::print("\n");
  print_capacity(system.name, static_cast<double>(system.chip.mem_bytes()), system.chips, work,
                 json);
  print_placed(system, config, json);
  for (const study::Accelerator& a : read_accelerators(options)) {
    print_capacity(a.name, a.memory_bytes, 8, work, json);
  }
  write_study(options, json);
  return kDone;
}

}  // namespace lpu::cli
