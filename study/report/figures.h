// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/claims/evidence.h"
#include "study/claims/quantity.h"
#include "study/runs/operators.h"

namespace lpu::study {

/// A drawing of the report, and what it is made of.
struct Figure {
  std::string title;
  std::string note;  // configuration and sources
  std::string svg;   // empty: there is nothing to draw, and the note says why
  bool wide{false};
};

/// All of them, in the order in which one asks.
[[nodiscard]] std::vector<Figure> figures_of(const Evidence& evidence, const Quantities& all);

/// Of a kind of work, in every drawing.
[[nodiscard]] std::string_view colour_of(OperatorKind kind);

// Where time goes: figures_time.cpp.
[[nodiscard]] Figure waterfall(const Tried& tried);
[[nodiscard]] Figure time_by_kind(const Evidence& evidence);
[[nodiscard]] Figure rate_by_context(const Evidence& evidence);
// What is used: figures_use.cpp.
[[nodiscard]] Figure fill_by_stage(const Tried& tried);
[[nodiscard]] Figure use_by_users(const Tried& tried);
[[nodiscard]] Figure users_by_context(const Evidence& evidence);
// The same, on the floor plan and link by link: figures_chip.cpp.
[[nodiscard]] Figure floor_plan(const Tried& tried);
[[nodiscard]] Figure link_use(const Tried& tried);
// Beside other machines: figures_machines.cpp.
[[nodiscard]] Figure roofline(const Evidence& evidence);
[[nodiscard]] Figure frontier(const Evidence& evidence);
[[nodiscard]] Figure request(const Evidence& evidence, const Quantities& all);
[[nodiscard]] Figure token(const Evidence& evidence, const Quantities& all);

}  // namespace lpu::study
