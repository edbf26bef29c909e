// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lpu::tlm {

/// Lanes of the largest chip: what a buffer on the stack has to hold.
inline constexpr int kMaxLanes = 320;
inline constexpr int kSuperlaneLanes = 16;
inline constexpr int kMaxSuperlanes = kMaxLanes / kSuperlaneLanes;

}  // namespace lpu::tlm
