// SPDX-License-Identifier: Apache-2.0

/// Nothing but an error of one symbol is taken for one: whatever the four syndromes, `found` means
/// that they are e, e X, e X^2, e X^3 for the reported place X = 2^power and value e, and neither
/// `found` nor `failed` that they are zero. This is the code of 2 superlanes; that of 20 differs in
/// the number of places only, and cosim.c2c.fec enumerates all 255 x 255 single errors of it.
///
/// The rest is algebra. If up to three wrong symbols had the syndromes of one, or of none, up to
/// four columns (1, X, X^2, X^3) of different places would add up to zero with factors that are
/// not zero. But four such columns are a Vandermonde matrix, which is regular.
module fec_detect (
  input logic [31:0] syndrome
);
`include "lpu_fec.svh"

  localparam int unsigned Symbols = 20;

  logic       found, failed;
  logic [7:0] power, error;
  lpu_fec_locate #(.Symbols(Symbols)) u_locate (
    .syndrome_i(syndrome), .found_o(found), .power_o(power), .error_o(error), .failed_o(failed)
  );

  // 2^power.
  logic [7:0] place, next;
  int unsigned i;
  always_comb begin
    next = 8'd1;
    place = 0;
    for (i = 0; i < Symbols; i = i + 1) begin
      if (power == i) place = next;
      next = lpu_gf_double(next);
    end
  end

  always_comb begin
    assert (!(found && failed));
    if (!found && !failed) assert (syndrome == 0);
    if (found) begin
      assert (power < Symbols && error != 0 && error == syndrome[7:0]);
      assert (syndrome[15:8] == lpu_gf_times(syndrome[7:0], place));
      assert (syndrome[23:16] == lpu_gf_times(syndrome[15:8], place));
      assert (syndrome[31:24] == lpu_gf_times(syndrome[23:16], place));
    end
  end
endmodule
