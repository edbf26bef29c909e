// SPDX-License-Identifier: Apache-2.0
#include "study/claims/claims_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string_view>

#include "isa/spec/toml_file.h"
#include "study/sourced/sourced.h"

namespace lpu::study {
namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), table_(isa::read_toml(path)) {}

  ClaimsFile read() {
    ClaimsFile file;
    file.path = path_;
    only(table_, {"matmul", "other_matmuls", "users_together", "positions_together", "contexts",
                  "accelerator", "economics", "split", "large", "small", "groups", "claim"});
    file.matmul = text(table_, "matmul");
    file.accelerator = text(table_, "accelerator");
    file.economics = beside(text(table_, "economics"));
    file.split = beside(text(table_, "split"));
    file.other_matmuls = texts(table_, "other_matmuls");
    file.users_together = several("users_together");
    file.positions_together = several("positions_together");
    file.contexts = contexts();
    each(table_, "large", [&](const toml::table& t) { file.large.push_back(subject(t)); });
    each(table_, "small", [&](const toml::table& t) { file.small.push_back(subject(t)); });
    file.groups = groups();
    each(table_, "claim", [&](const toml::table& t) {
      file.claims.push_back(claim(t, static_cast<int>(file.claims.size()) + 1));
    });
    throw_if_any(std::move(errors_));
    return file;
  }

 private:
  void fault(const toml::node& at, const std::string& reason) {
    errors_.emplace_back(path_, line_of(at), reason);
  }
  void only(const toml::table& table, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, node] : table) {
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
        fault(node, fmt::format("unknown key '{}'", key.str()));
      }
    }
  }
  std::string text(const toml::table& table, std::string_view key) {
    auto value = table[key].value_exact<std::string>().value_or("");
    if (value.empty()) {
      fault(table, fmt::format("needs a string '{}'", key));
    }
    return value;
  }
  /// None, if the key is absent.
  std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> all;
    if (const toml::array* list = table[key].as_array(); list != nullptr) {
      for (const toml::node& node : *list) {
        all.push_back(node.value_exact<std::string>().value_or(""));
      }
    }
    if (table.contains(key) &&
        (all.empty() || std::find(all.begin(), all.end(), "") != all.end())) {
      fault(*table.get(key), fmt::format("'{}' must be strings", key));
    }
    return all;
  }
  /// Every table of an array that must have one.
  template <typename Visit>
  void each(const toml::table& table, std::string_view key, Visit visit) {
    const toml::array* list = table[key].as_array();
    if (list == nullptr || list->empty()) {
      fault(table, fmt::format("needs at least one [[{}]]", key));
      return;
    }
    for (const toml::node& node : *list) {
      if (const toml::table* entry = node.as_table(); entry != nullptr) {
        visit(*entry);
      } else {
        fault(node, fmt::format("'{}' must be tables", key));
      }
    }
  }
  std::int64_t several(std::string_view key) {
    const auto value = table_[key].value_exact<std::int64_t>().value_or(0);
    if (value < 2) {
      fault(table_, fmt::format("needs '{}', two or more", key));
    }
    return value;
  }
  std::vector<std::int64_t> contexts() {
    std::vector<std::int64_t> values;
    if (const toml::array* list = table_["contexts"].as_array(); list != nullptr) {
      for (const toml::node& node : *list) {
        values.push_back(node.value_exact<std::int64_t>().value_or(-1));
      }
    }
    const bool rising =
        std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
    if (values.empty() || values.front() < 0 || !rising) {
      fault(table_, "needs 'contexts', rising numbers from 0 on");
    }
    return values;
  }
  /// A file that is named relative to this one.
  [[nodiscard]] std::string beside(const std::string& name) const {
    return (std::filesystem::path(path_).parent_path() / name).lexically_normal().string();
  }
  Subject subject(const toml::table& table) {
    only(table, {"system", "model", "long_model"});
    Subject subject{beside(text(table, "system")), beside(text(table, "model")), ""};
    if (table.contains("long_model")) {
      subject.long_model = beside(text(table, "long_model"));
    }
    return subject;
  }
  std::vector<std::vector<Subject>> groups() {
    const toml::table* table = table_["groups"].as_table();
    if (table == nullptr) {
      fault(table_, "needs [groups]");
      return {};
    }
    only(*table, {"systems", "models"});
    const std::vector<std::string> systems = texts(*table, "systems");
    const std::vector<std::string> models = texts(*table, "models");
    if (systems.empty() || models.empty()) {
      fault(*table, "needs 'systems' and 'models'");
    }
    std::vector<std::vector<Subject>> all;
    for (const std::string& model : models) {
      auto& subjects = all.emplace_back();
      for (const std::string& system : systems) {
        subjects.push_back({beside(system), beside(model), ""});
      }
    }
    return all;
  }
  Claim claim(const toml::table& table, int number) {
    only(table, {"text", "part", "beside", "published"});
    Claim claim;
    claim.number = number;
    claim.text = text(table, "text");
    each(table, "part", [&](const toml::table& t) { claim.parts.push_back(part(t)); });
    if (table.contains("published")) {
      each(table, "published", [&](const toml::table& t) {
        only(t, {"figure", "from"});
        claim.published.push_back({text(t, "figure"), text(t, "from")});
      });
    }
    claim.beside = texts(table, "beside");
    return claim;
  }
  Part part(const toml::table& table) {
    only(table, {"says", "quantity", "least", "most", "above", "below", "unshown"});
    Part part;
    part.line = line_of(table);
    part.says = text(table, "says");
    part.unshown = table["unshown"].value_or(std::string());
    part.quantity = part.unshown.empty() ? text(table, "quantity") : std::string();
    part.least = table["least"].value<double>();
    part.most = table["most"].value<double>();
    part.above = table["above"].value_or(std::string());
    part.below = table["below"].value_or(std::string());
    const int relations = (part.least || part.most ? 1 : 0) + (part.above.empty() ? 0 : 1) +
                          (part.below.empty() ? 0 : 1) + (part.unshown.empty() ? 0 : 1);
    if (relations != 1) {
      fault(table, "needs one of 'least' and 'most', 'above', 'below', 'unshown'");
    }
    return part;
  }

  std::string path_;
  toml::table table_;
  std::vector<isa::InputError> errors_;
};

}  // namespace

ClaimsFile read_claims(const std::string& path) { return Reader(path).read(); }

void check_names(const ClaimsFile& file, const Quantities& quantities) {
  std::vector<isa::InputError> errors;
  const auto check = [&](const std::string& name, int line) {
    if (!name.empty() && !quantities.contains(name)) {
      errors.emplace_back(file.path, line, fmt::format("there is no quantity '{}'", name));
    }
  };
  for (const Claim& claim : file.claims) {
    for (const Part& part : claim.parts) {
      check(part.quantity, part.line);
      check(part.above, part.line);
      check(part.below, part.line);
    }
    for (const std::string& name : claim.beside) {
      check(name, claim.parts.front().line);
    }
  }
  throw_if_any(std::move(errors));
}

}  // namespace lpu::study
