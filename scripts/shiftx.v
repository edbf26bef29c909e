// SPDX-License-Identifier: Apache-2.0
// A choice of Y_WIDTH bits out of A from place B on, for scripts/synth.py: from the highest bit of
// B down, so that each step keeps only what the lower bits can still reach. The map that comes
// with yosys moves all of A in every step.
(* techmap_celltype = "$shiftx" *)
module lpu_shiftx (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;

  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  // Places from A_WIDTH on, and negative ones, are x.
  localparam REACH = $clog2(A_WIDTH);
  localparam BITS = B_WIDTH < REACH ? B_WIDTH : REACH;

  genvar i;
  generate
    for (i = 0; i <= BITS; i = i + 1) begin : step
      wire [(1 << i) + Y_WIDTH - 2:0] value;
    end
    assign step[BITS].value = {{((1 << BITS) + Y_WIDTH){1'bx}}, A};
    for (i = 0; i < BITS; i = i + 1) begin : choose
      assign step[i].value = B[i] ? step[i + 1].value >> (1 << i) : step[i + 1].value;
    end
  endgenerate
  assign Y = step[0].value;
endmodule
