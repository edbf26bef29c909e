// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// A program did what the machine cannot do. Whose fault it is stands in `id`
/// (`lpu/<block>/<kebab-case>`); where it happened stands in the other members.
class ScheduleError : public std::runtime_error {
 public:
  struct Where {
    int chip{0};
    std::string unit;  // name of the queue, or of the unit
    isa::Cycle at;
    std::uint32_t index{0};  // position in the queue's instructions
    std::uint32_t line{0};   // of the assembly text; 0: none
    bool in_queue{true};     // false: index and line mean nothing
  };

  ScheduleError(std::string id, Where where, std::string what_was_expected);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const Where& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& expected() const noexcept { return expected_; }

 private:
  std::string id_;
  Where where_;
  std::string expected_;
};

/// What a unit knows of a broken rule. The chip adds where it happened and throws ScheduleError.
class UnitError : public std::runtime_error {
 public:
  UnitError(std::string id, const std::string& what_was_expected)
      : std::runtime_error(what_was_expected), id_(std::move(id)) {}
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  std::string id_;
};

}  // namespace lpu::tlm
