// SPDX-License-Identifier: Apache-2.0

/// Delays superlane r of a vector: by r cycles, from whole vectors to the time of each superlane,
/// or (`Align`) by Superlanes - 1 - r, back to whole vectors. Wires without `Climb`. Data and
/// their valid bit are `Width` bits a superlane; nothing is reset but what the user resets.
module lpu_stagger #(
  /// Bits of a superlane.
  parameter int unsigned Width      = 138,
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  /// 1: superlane r waits for the last one.
  parameter bit          Align      = 1'b0
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic [Superlanes*Width-1:0] value_i,
  output logic [Superlanes*Width-1:0] value_o
);

  for (genvar r = 0; r < Superlanes; r++) begin : g_superlane
    localparam int unsigned Delay = !Climb ? 0 : Align ? Superlanes - 1 - r : r;

    if (Delay == 0) begin : g_wire
      assign value_o[r*Width +: Width] = value_i[r*Width +: Width];
    end else begin : g_delay
      logic [Delay*Width-1:0] value_q;

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) value_q <= '0;
        else         value_q <= (Delay*Width)'({value_q, value_i[r*Width +: Width]});
      end
      assign value_o[r*Width +: Width] = value_q[Delay*Width-1 -: Width];
    end
  end

  if (!Climb || Superlanes == 1) begin : g_unused
    logic unused_clk;
    assign unused_clk = clk_i ^ rst_ni;
  end
endmodule
