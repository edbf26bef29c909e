// SPDX-License-Identifier: Apache-2.0

/// The check bits are linear, one bit at a time: for every word and each of its 128 bits, the
/// check bits of the word with that bit turned over differ by those of the bit alone. Applied once
/// for each wrong bit this gives check(d ^ e) = check(d) ^ check(e) for any words.
module secded_linear (
  input logic [127:0] word
);
`include "lpu_secded.svh"

  for (genvar i = 0; i < 128; i++) begin : g_bit
    localparam logic [127:0] One = 128'd1 << i;

    always_comb
      assert (lpu_secded_check(word ^ One) == (lpu_secded_check(word) ^ lpu_secded_check(One)));
  end
endmodule
