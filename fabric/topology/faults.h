// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/error/input_errors.h"
#include "isa/spec/toml_file.h"

namespace lpu::fabric {

/// Every fault of a system file, and those of the chip file that it names.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(int line, const std::string& reason) { errors_.emplace_back(file_, line, reason); }
  void add(const toml::node& at, const std::string& reason) {
    add(static_cast<int>(at.source().begin.line), reason);
  }
  void add(const isa::InputErrors& others) {
    errors_.insert(errors_.end(), others.errors().begin(), others.errors().end());
  }
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  /// The file's own in the order of its lines, then the chip file's.
  void throw_if_any();

 private:
  std::string file_;
  std::vector<isa::InputError> errors_;
};

/// `section` stands before the key in the message: "link.".
void refuse_unknown(const toml::table& table, std::string_view section,
                    std::initializer_list<std::string_view> known, Faults& faults);

/// An integer with its source tag (P, S, U, C): `{ value = 217, source = "P" }`.
struct Tagged {
  std::int64_t value{0};
  std::string source;
};
struct Range {
  std::int64_t min{0};
  std::int64_t max{0};
  std::string_view unit;
};
/// Nothing, and a fault, if the key is not there or not such a value.
[[nodiscard]] std::optional<Tagged> take_tagged(const toml::table& table, std::string_view section,
                                                std::string_view key, const Range& range,
                                                Faults& faults);

/// The value of a key that must be there; nothing, and a fault, if it is not, or of another type.
template <typename T>
std::optional<T> take(const toml::table& table, std::string_view key, std::string_view kind,
                      Faults& faults) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    faults.add(0, fmt::format("missing key '{}'", key));
    return std::nullopt;
  }
  auto value = node->value_exact<T>();
  if (!value) {
    faults.add(*node, fmt::format("'{}' must be {}", key, kind));
  }
  return value;
}

}  // namespace lpu::fabric
