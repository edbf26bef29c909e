// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/gtkw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>

namespace lpu::traces {
namespace {

using Look = WaveSignal::Look;

// Flags of GTKWave's save files: how a trace looks, and what its "-name" lines are.
constexpr unsigned kRightJustify = 0x20;
constexpr unsigned kFlagHex = 0x2;
constexpr unsigned kFlagDecimal = 0x4;
constexpr unsigned kFlagBinary = 0x8;
constexpr unsigned kFlagAscii = 0x800;
constexpr unsigned kFlagStep = 0x8000;
constexpr unsigned kFlagFullScale = 0x80000;
constexpr unsigned kFlagStretch = 0x20000;
constexpr unsigned kFlagBlank = 0x200;
constexpr unsigned kGroupBegin = 0x800000;
constexpr unsigned kGroupEnd = 0x1000000;
constexpr unsigned kGroupClosed = 0x400000;

unsigned flags_of(Look look) {
  switch (look) {
    case Look::kBit:
      return kFlagBinary | kRightJustify;
    case Look::kNumber:
      return kFlagDecimal | kRightJustify;
    case Look::kBits:
      return kFlagHex | kRightJustify;
    case Look::kLevel:
      return kFlagDecimal | kRightJustify | kFlagStep | kFlagFullScale;
    case Look::kText:
      return kFlagAscii | kRightJustify;
  }
  return kRightJustify;
}

class Text {
 public:
  explicit Text(const GtkwView& view) : view_(view) {}

  std::string build() {
    text_ += "[*] isochron\n";
    text_ +=
        fmt::format("[dumpfile] \"{}\"\n", std::filesystem::absolute(view_.wave_path).string());
    text_ += "[size] 1600 1000\n[sst_expanded] 0\n[signals_width] 260\n";
    // A cycle is wide enough for a mnemonic: GTKWave shows 2^zoom units of time on 200 pixels.
    constexpr double kPixelsPerCycle = 44;
    const double zoom = std::log2(static_cast<double>(view_.cycle_time) * 200 / kPixelsPerCycle);
    text_ += fmt::format("[timestart] {}\n*-{:.4f} {}\n", view_.start_time, zoom, view_.start_time);
    std::size_t s = 0;
    while (s < size()) s = chip(s);
    return text_;
  }

 private:
  /// "chip0" of "chip0.mxm_e.plane0.op", "mxm_e" at depth 1.
  static std::string part(const std::string& scope, int depth) {
    std::size_t from = 0;
    for (; depth > 0; --depth) {
      const std::size_t dot = scope.find('.', from);
      if (dot == std::string::npos) return "";
      from = dot + 1;
    }
    return scope.substr(from, scope.find('.', from) - from);
  }
  [[nodiscard]] const std::string& scope(std::size_t s) const { return (*view_.signals)[s].scope; }
  [[nodiscard]] std::size_t size() const { return view_.signals->size(); }

  /// One chip from its first signal on; returns the first signal of the next.
  std::size_t chip(std::size_t s) {
    const std::string name = part(scope(s), 0);
    begin(name, false);
    for (; s < size() && scope(s) == name; ++s) trace(s, (*view_.signals)[s].name);
    // The many memory slices last: above them is what one looks for first.
    for (const bool memory : {false, true}) {
      for (std::size_t first = s; first < size() && part(scope(first), 0) == name;) {
        const std::string group = part(scope(first), 1);
        const std::size_t end = end_of_group(first, name, group);
        if (group.starts_with("mem") == memory) {
          group == "activity" ? activity(first, end) : units(group, first, end);
        }
        first = end;
      }
    }
    while (s < size() && part(scope(s), 0) == name) ++s;
    finish(name);
    return s;
  }

  [[nodiscard]] std::size_t end_of_group(std::size_t s, const std::string& chip_name,
                                         const std::string& group) const {
    while (s < size() && part(scope(s), 0) == chip_name && part(scope(s), 1) == group) ++s;
    return s;
  }

  void activity(std::size_t s, std::size_t end) {
    begin("activity", false);
    for (; s < end; ++s) {
      if (!view_.moved[s]) continue;
      trace(s, (*view_.signals)[s].name);
      line(kFlagStretch, "-");
    }
    finish("activity");
  }

  void units(const std::string& group, std::size_t first, std::size_t end) {
    std::vector<std::string> blocks;
    std::ranges::copy_if(view_.blocks, std::back_inserter(blocks), [&](const std::string& block) {
      return part(block, 0) == part(scope(first), 0) && part(block, 1) == group;
    });
    bool any = !blocks.empty();
    for (std::size_t s = first; s < end; ++s) any = any || view_.moved[s];
    if (!any) return;
    begin(group, false);
    for (std::size_t s = first; s < end; ++s) {
      if ((*view_.signals)[s].name == "op" && view_.moved[s]) trace(s, queue(scope(s)));
    }
    for (const std::string& block : blocks) rtl(block);
    begin(group + " operands", true);
    for (std::size_t s = first; s < end; ++s) {
      if (view_.moved[s]) trace(s, queue(scope(s)) + "/" + (*view_.signals)[s].name);
    }
    finish(group + " operands");
    finish(group);
  }

  /// A block's ports are those of its outermost scope; its registers end in `_q`. Clock and reset
  /// look the same in every cycle.
  void rtl(const std::string& block) {
    const std::string title = queue(block) + " rtl";
    begin(title, false);
    for (const RtlSignal& signal : view_.rtl) {
      const bool port = signal.scope.starts_with(block + ".") &&
                        signal.scope.find('.', block.size() + 1) == std::string::npos;
      if (port && signal.name != "clk_i" && signal.name != "rst_ni") trace(signal);
    }
    finish(title);
    begin(title + " registers", true);
    for (const RtlSignal& signal : view_.rtl) {
      const bool is_register = signal.name.substr(0, signal.name.find('[')).ends_with("_q");
      if (signal.scope.starts_with(block + ".") && is_register) trace(signal);
    }
    finish(title + " registers");
  }

  /// "plane0/weights" of "chip0.mxm_e.plane0.weights": GTKWave cuts names at dots.
  [[nodiscard]] static std::string queue(const std::string& scope) {
    const std::size_t group = scope.find('.') + 1;
    std::string name = scope.substr(scope.find('.', group) + 1);
    std::ranges::replace(name, '.', '/');
    return name;
  }

  void trace(std::size_t s, const std::string& label) {
    const WaveSignal& signal = (*view_.signals)[s];
    const std::string range = signal.bits > 1 ? fmt::format("[{}:0]", signal.bits - 1) : "";
    line(flags_of(signal.look),
         fmt::format("+{{{}}} {}.{}{}", label, signal.scope, signal.name, range));
  }
  void trace(const RtlSignal& signal) {
    std::string name = signal.name;
    // GTKWave calls a vector of one bit [0], not [0:0] as the file does.
    if (const std::size_t colon = name.rfind(':'); signal.bits == 1 && colon != name.npos) {
      name = fmt::format("{}]", name.substr(0, colon));
    }
    line(flags_of(signal.bits == 1 ? Look::kBit : Look::kBits),
         fmt::format("+{{{1}}} {0}.{1}", signal.scope, name));
  }
  void begin(const std::string& name, bool closed) {
    line(kFlagBlank | kGroupBegin | (closed ? kGroupClosed : 0), "-" + name);
    closed_ = closed;
  }
  void finish(const std::string& name) {
    line(kFlagBlank | kGroupEnd | (closed_ ? kGroupClosed : 0), "-" + name);
    closed_ = false;
  }
  void line(unsigned flags, const std::string& what) {
    text_ += fmt::format("@{:x}\n{}\n", flags, what);
  }

  const GtkwView& view_;
  std::string text_;
  bool closed_{false};  // the innermost group
};

}  // namespace

std::string gtkw_text(const GtkwView& view) { return Text(view).build(); }

}  // namespace lpu::traces
