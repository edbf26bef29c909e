// SPDX-License-Identifier: Apache-2.0

/// What the encoder divides, the decoder finds divisible. Let `rest` be what the decoder would
/// have as syndromes if the encoder's remainder came next. Then for every remainder, all syndromes
/// and every message symbol, one symbol more for both multiplies byte j of `rest` by 2^j.
/// A frame begins with zeros on both sides, so the rest is zero after any number of symbols: a
/// frame of any vector has no syndrome.
///
/// Dividing and evaluating are linear, one bit at a time: turning over one of their 40 bits
/// changes the result by that of the bit alone. So it is enough that the two sides of the claim
/// are equal for each of the 72 bits alone.
module fec_code (
  input logic [31:0] state,
  input logic [7:0]  symbol
);
`include "lpu_fec.svh"

  function automatic logic [31:0] rest(input logic [31:0] s, input logic [31:0] r);
    rest = lpu_fec_evaluated(lpu_fec_evaluated(lpu_fec_evaluated(lpu_fec_evaluated(s,
        r[31:24]), r[23:16]), r[15:8]), r[7:0]);
  endfunction

  for (genvar i = 0; i < 40; i++) begin : g_linear
    localparam logic [39:0] One = 40'd1 << i;
    always_comb begin
      assert (lpu_fec_divided(state ^ One[39:8], symbol ^ One[7:0])
          == (lpu_fec_divided(state, symbol) ^ lpu_fec_divided(One[39:8], One[7:0])));
      assert (lpu_fec_evaluated(state ^ One[39:8], symbol ^ One[7:0])
          == (lpu_fec_evaluated(state, symbol) ^ lpu_fec_evaluated(One[39:8], One[7:0])));
    end
  end

  // {remainder, syndromes, symbol}
  for (genvar i = 0; i < 72; i++) begin : g_bit
    localparam logic [71:0] One = 72'd1 << i;
    always_comb
      assert (rest(lpu_fec_evaluated(One[39:8], One[7:0]), lpu_fec_divided(One[71:40], One[7:0]))
          == lpu_fec_evaluated(rest(One[39:8], One[71:40]), 8'd0));
  end
endmodule
