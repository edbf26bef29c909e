// SPDX-License-Identifier: Apache-2.0

/// Every error of one symbol is located: for each place of the code and each value, the syndromes
/// that it leaves are answered with this place and this value. Syndromes are sums over the
/// symbols of a word (fec_code), so those of a damaged word are those of its error. This is the
/// code of 2 superlanes; cosim.c2c.fec enumerates the same for 20.
module fec_single (
  input logic [7:0] power,
  input logic [7:0] value
);
`include "lpu_fec.svh"

  localparam int unsigned Symbols = 20;

  // The error alone: its symbol, and `power` zeros after it.
  logic [31:0] syndrome, before;
  int unsigned i;
  always_comb begin
    before = lpu_fec_evaluated(32'd0, value);
    syndrome = 0;
    for (i = 0; i < Symbols; i = i + 1) begin
      if (power == i) syndrome = before;
      before = lpu_fec_evaluated(before, 8'd0);
    end
  end

  logic       found, failed;
  logic [7:0] found_power, found_error;
  lpu_fec_locate #(.Symbols(Symbols)) u_locate (
    .syndrome_i(syndrome), .found_o(found), .power_o(found_power), .error_o(found_error),
    .failed_o(failed)
  );

  always_comb begin
    assume (power < Symbols && value != 0);
    assert (found && !failed && found_power == power && found_error == value);
  end
endmodule
