// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>

namespace lpu::testbench {

/// What a chip of a node does to give its row 5 of slice W43 to each neighbour and to store what
/// each of them sends: the vector of link k goes to row 6 of slice W(43 - k).
struct Exchange {
  int links{7};
  int send_at{5};       // the row, read in cycle 0, passes the links
  int receive_at{243};  // 5 + 21 + 217

  static constexpr int kRow = 5;
  static constexpr int kReceivedRow = 6;
  static constexpr int kFirstSlice = 43;
  static constexpr int slice_of(int link) { return kFirstSlice - link; }
  /// receive_at + 21, four hops to slices 40..43, one more to the next four.
  [[nodiscard]] int write_at(int link) const { return receive_at + 25 + link / 4; }
  /// A row is readable 2 cycles after its write; the last superlane is 20 cycles behind.
  [[nodiscard]] int end() const { return write_at(links - 1) + 2 + 20; }

  [[nodiscard]] std::string text() const {
    std::string all = ".chip exchange\n";
    for (int link = 0; link < links; ++link) {
      all += fmt::format(".queue mem_w.slice{}\n", slice_of(link));
      all += link == 0 ? fmt::format("read {} -> w0\nnop {}\n", kRow, write_at(0) - 1)
                       : fmt::format("nop {}\n", write_at(link));
      all += fmt::format("write e{}, {}\n", link, kReceivedRow);
      all += fmt::format(".queue c2c_w.link{}\nnop {}\nsend w0\nnop {}\nreceive -> e{}\n", link,
                         send_at, receive_at - send_at - 1, link);
    }
    return all;
  }
};

}  // namespace lpu::testbench
