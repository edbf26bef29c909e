// SPDX-License-Identifier: Apache-2.0

/// Hands a value from superlane to superlane: part r of the output is the input of r cycles ago
/// with `Climb`, the input itself without. The input's meaning rests on a valid bit inside it
/// (bit 0), the only one that is reset.
module lpu_climb #(
  /// Bits of the value; bit 0 is its valid bit.
  parameter int unsigned Width      = 1,
  parameter int unsigned Superlanes = 20,
  /// 1: superlane r is r cycles behind. 0: all in the frame of superlane 0.
  parameter bit          Climb      = 1'b1
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic [Width-1:0]            value_i,
  output logic [Superlanes*Width-1:0] value_o
);

  if (!Climb || Superlanes == 1) begin : g_level
    assign value_o = {Superlanes{value_i}};
    // Without a register there is no use for them.
    logic unused_clk;
    assign unused_clk = clk_i ^ rst_ni;
  end else begin : g_climb
    logic [(Superlanes-1)*Width-1:0] value_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) value_q <= '0;
      else         value_q <= value_o[(Superlanes-1)*Width-1:0];
    end
    assign value_o = {value_q, value_i};
  end
endmodule
