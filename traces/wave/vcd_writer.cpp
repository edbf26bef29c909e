// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "traces/file/whole_file.h"
#include "traces/wave/wave_writer.h"

namespace lpu::traces {
namespace {

/// The short name of a signal inside the file: base 94 of printable characters.
std::string code_of(std::size_t signal) {
  std::string code;
  do {
    code += static_cast<char>('!' + signal % 94);
    signal /= 94;
  } while (signal != 0);
  return code;
}

std::vector<std::string> split(const std::string& scope) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t dot = scope.find('.'); dot != std::string::npos; dot = scope.find('.', from)) {
    parts.push_back(scope.substr(from, dot - from));
    from = dot + 1;
  }
  parts.push_back(scope.substr(from));
  return parts;
}

class VcdWriter : public WaveWriter {
 public:
  VcdWriter(const std::string& path, std::vector<WaveSignal> signals)
      : file_(path), signals_(std::move(signals)) {
    file_.write("$version isochron $end\n$timescale 1fs $end\n");
    std::vector<std::string> open;
    for (std::size_t s = 0; s < signals_.size(); ++s) declare(s, open);
    go_to({}, open);
    file_.write("$enddefinitions $end\n");
  }

  void dump_all(std::uint64_t time, const std::vector<WaveValue>& values) override {
    file_.write(fmt::format("#{}\n$dumpvars\n", time));
    for (std::size_t s = 0; s < signals_.size(); ++s) put(s, values[s]);
    file_.write("$end\n");
  }

  void dump(std::uint64_t time, const std::vector<WaveValue>& values,
            const std::vector<std::size_t>& changed) override {
    file_.write(fmt::format("#{}\n", time));
    for (const std::size_t s : changed) put(s, values[s]);
  }

  std::vector<RtlSignal> close() override {
    file_.commit();
    return {};
  }

 private:
  void declare(std::size_t s, std::vector<std::string>& open) {
    const WaveSignal& signal = signals_[s];
    go_to(split(signal.scope), open);
    const std::string range = signal.bits > 1 ? fmt::format(" [{}:0]", signal.bits - 1) : "";
    file_.write(
        fmt::format("$var wire {} {} {}{} $end\n", signal.bits, code_of(s), signal.name, range));
  }

  void go_to(const std::vector<std::string>& scope, std::vector<std::string>& open) {
    std::size_t same = 0;
    while (same < open.size() && same < scope.size() && open[same] == scope[same]) ++same;
    for (; open.size() > same; open.pop_back()) file_.write("$upscope $end\n");
    for (; open.size() < scope.size(); open.push_back(scope[open.size()])) {
      file_.write(fmt::format("$scope module {} $end\n", scope[open.size()]));
    }
  }

  void put(std::size_t s, const WaveValue& value) {
    const int bits = signals_[s].bits;
    std::string text;
    for (int i = bits - 1; i >= 0; --i) {
      const std::uint32_t word = value[static_cast<std::size_t>(i) / 32];
      const bool one = ((word >> (i % 32)) & 1U) != 0;
      // Readers fill up with zeros.
      if (one || !text.empty() || i == 0) text += one ? '1' : '0';
    }
    file_.write(bits == 1 ? fmt::format("{}{}\n", text, code_of(s))
                          : fmt::format("b{} {}\n", text, code_of(s)));
  }

  WholeFile file_;
  std::vector<WaveSignal> signals_;
};

}  // namespace

std::unique_ptr<WaveWriter> make_vcd_writer(const std::string& path,
                                            std::vector<WaveSignal> signals) {
  return std::make_unique<VcdWriter>(path, std::move(signals));
}

}  // namespace lpu::traces
