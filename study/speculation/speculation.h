// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lpu::study {

/// A round of speculative decoding: a small model drafts tokens one after another on chips of its
/// own, then the large one checks all of them in one step (`lpu run --draft`), keeps those before
/// the first that it would not have chosen, and adds its own next one.
///
/// Not counted: the way of the token ids between both systems, a hop each (some 300 cycles of a
/// round's millions); and that the small model, when all its tokens were kept, has two to take in
/// before it goes on.
struct Round {
  std::int64_t draft{0};     // tokens
  std::int64_t drafting{0};  // cycles of one of them
  std::int64_t checking{0};  // cycles of the step that checks them all
  [[nodiscard]] std::int64_t cycles() const { return draft * drafting + checking; }
};

/// Tokens that a round gives in the mean, if each drafted token is accepted with probability
/// `acceptance` (0 to 1), whatever the others are: 1 + a + a^2 + ... + a^draft.
[[nodiscard]] double tokens_of(const Round& round, double acceptance);

}  // namespace lpu::study
