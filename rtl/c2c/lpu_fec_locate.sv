// SPDX-License-Identifier: Apache-2.0

/// What the four syndromes of a code say: nothing is wrong, one symbol is, or more are. Up to
/// three wrong symbols are never taken for none or one.
module lpu_fec_locate #(
  /// Symbols of a code word: up to 255.
  parameter int unsigned Symbols = 164
) (
  // Byte j: the received word at 2^j.
  input  logic [31:0] syndrome_i,
  // One symbol is wrong: that of x^power, by `error_o`.
  output logic        found_o,
  output logic [7:0]  power_o,
  output logic [7:0]  error_o,
  // More are wrong.
  output logic        failed_o
);
`include "lpu_fec.svh"

  logic [7:0] s0, s1, s2, s3;
  assign {s3, s2, s1, s0} = syndrome_i;

  // One error e at x^p makes the syndromes e, e X, e X^2, e X^3 with X = 2^p.
  logic geometric, hit;
  logic [7:0] candidate;
  int unsigned p;
  always_comb begin
    p = 0;
    hit = 1'b0;
    power_o = 0;
    candidate = s0;
    geometric = 1'b0;
    if (syndrome_i != 0) begin
      geometric = s0 != 0 && s1 != 0 && lpu_gf_times(s1, s1) == lpu_gf_times(s0, s2)
          && lpu_gf_times(s2, s2) == lpu_gf_times(s1, s3);
      for (p = 0; p < Symbols; p = p + 1) begin
        if (candidate == s1) begin
          hit = 1'b1;
          power_o = 8'(p);
        end
        candidate = lpu_gf_double(candidate);
      end
    end
  end

  assign found_o  = geometric && hit;
  assign error_o  = s0;
  assign failed_o = syndrome_i != 0 && !found_o;
endmodule
