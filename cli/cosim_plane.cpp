// SPDX-License-Identifier: Apache-2.0
#include "cli/cosim_plane.h"

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "fabric/system/unit_choice.h"
#include "tlm/chip/plane_slot.h"
#include "tlm/common/latency.h"
#include "tlm/common/schedule_error.h"

namespace lpu::cli {
namespace {

using isa::Type;

/// One cycle's instructions and operands, chosen at random among what is legal in that cycle.
class PlaneStimulus {
 public:
  PlaneStimulus(const isa::ChipSpec& chip, std::uint64_t seed)
      : lanes_(static_cast<std::size_t>(chip.lanes())),
        groups_(chip.lanes() / isa::ChipSpec::kLoadStreams),
        abc_latency_(tlm::latency_of(chip, isa::Op::kAbc)),
        random_(seed),
        slots_(static_cast<std::size_t>(chip.mxm_accumulators)),
        weights_(isa::ChipSpec::kLoadStreams * lanes_),
        activations_(2 * lanes_),
        results_(4 * lanes_) {}

  /// Valid until the next call. `multiply`: an abc may be dispatched.
  const tlm::PlaneInputs& next(isa::Cycle at, bool multiply) {
    inputs_ = {};
    choose_activations(at, multiply);
    choose_weights();
    choose_accumulate(at);
    return inputs_;
  }
  [[nodiscard]] bool collected() const { return due_.empty(); }

 private:
  /// What fp16 values look like. int8 takes any bits.
  enum class Values : std::uint8_t { kAnyBits, kFinite, kSimilar, kCount };
  struct Due {
    isa::Cycle at;
    Type type;
  };

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool percent(std::uint64_t share) { return below(100) < share; }

  std::uint8_t high_byte(Values values) {
    const auto byte = static_cast<std::uint8_t>(below(256));
    const bool special = (byte & 0x7c) == 0x7c;
    if (values == Values::kFinite && special) {
      return byte & 0xbf;
    }
    if (values == Values::kSimilar) {  // exponents close together: sums cancel and round
      return static_cast<std::uint8_t>((byte & 0x83) | ((13 + below(4)) << 2));
    }
    return byte;
  }
  /// Low and high bytes alternate, vector by vector.
  void fill(std::vector<std::uint8_t>& bytes) {
    const auto values = static_cast<Values>(below(static_cast<std::uint64_t>(Values::kCount)));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = i / lanes_ % 2 == 1 ? high_byte(values) : static_cast<std::uint8_t>(below(256));
    }
  }

  void choose_activations(isa::Cycle at, bool multiply) {
    if (!multiply || !installed_ || !percent(60)) {
      return;
    }
    fill(activations_);
    abc_ = {};
    abc_.op = isa::Op::kAbc;
    abc_.type = percent(50) ? Type::kF16 : Type::kI8;
    const bool f16 = abc_.type == Type::kF16;
    abc_.half = static_cast<std::uint8_t>(f16 ? below(2) : 0);
    inputs_.activations = &abc_;
    inputs_.act = {activations_.data(), f16 ? activations_.data() + lanes_ : nullptr};
    due_.push_back({at + abc_latency_, f16 ? Type::kF32 : Type::kI32});
  }

  // Installed in the cycle of an abc, they come after it: the next abc is the first to see them.
  void choose_weights() {
    const bool install = loaded_ && percent(10);
    if (!install && !percent(40)) {
      return;
    }
    inputs_.weights = &weights_insn_;
    weights_insn_ = {};
    weights_insn_.op = install ? isa::Op::kIw : isa::Op::kLw;
    if (install) {
      installed_ = true;
      loaded_ = false;
      return;
    }
    fill(weights_);
    weights_insn_.addr = static_cast<std::uint16_t>(below(static_cast<std::uint64_t>(groups_)));
    for (std::size_t i = 0; i < inputs_.load.size(); ++i) {
      inputs_.load[i] = weights_.data() + i * lanes_;
    }
    loaded_ = true;
  }

  void choose_accumulate(isa::Cycle at) {
    if (due_.empty() || due_.front().at != at) {
      return;
    }
    inputs_.result = due_.front().type;
    due_.pop_front();
    acc_ = {};
    acc_.op = isa::Op::kAcc;
    acc_.addr = static_cast<std::uint16_t>(below(slots_.size()));
    auto& slot = slots_[acc_.addr];
    acc_.add = slot == inputs_.result && percent(70);
    slot = inputs_.result;
    inputs_.accumulate = &acc_;
    if (percent(20)) {
      return;  // a slot may change without being seen
    }
    for (std::size_t byte = 0; byte < inputs_.out.size(); ++byte) {
      inputs_.out[byte] = results_.data() + byte * lanes_;
    }
  }

  std::size_t lanes_;
  std::int64_t groups_;
  isa::Cycles abc_latency_;
  std::mt19937_64 random_;
  bool loaded_{false};
  bool installed_{false};
  std::deque<Due> due_;
  std::vector<std::optional<Type>> slots_;  // what each holds

  isa::Insn abc_;
  isa::Insn weights_insn_;
  isa::Insn acc_;
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> activations_;
  std::vector<std::uint8_t> results_;
  tlm::PlaneInputs inputs_;
};

std::unique_ptr<tlm::PlaneUnit> model_and_rtl(const isa::ChipSpec& chip) {
  try {
    return tlm::make_plane_unit(chip, "mxm_plane", tlm::Fidelity::kBoth);
  } catch (const std::invalid_argument& e) {
    throw fabric::UsageError(e.what());
  }
}

}  // namespace

CosimResult cosim_plane(const isa::ChipSpec& chip, std::int64_t vectors, std::uint64_t seed) {
  const auto plane = model_and_rtl(chip);
  PlaneStimulus stimulus(chip, seed);
  CosimResult result;
  try {
    isa::Cycle at{0};
    for (; result.vectors < vectors || !stimulus.collected(); at += isa::Cycles{1}) {
      const tlm::PlaneInputs& inputs = stimulus.next(at, result.vectors < vectors);
      result.vectors += inputs.activations != nullptr ? 1 : 0;
      result.cycles = at.value + 1;
      plane->step(at, inputs);
    }
    plane->pass(at + isa::Cycles{1});
  } catch (const tlm::UnitError& e) {
    result.failure = e.id() + ": " + e.what();
  }
  result.compared_outputs = plane->compared_outputs();
  result.differences = plane->differences();
  return result;
}

}  // namespace lpu::cli
