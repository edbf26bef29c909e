// SPDX-License-Identifier: Apache-2.0

/// One single-port SRAM: in a cycle it writes a word, or reads one that is there in the next
/// cycle and stays until the next read. This is what a memory macro takes the place of.
module lpu_mem_bank #(
  parameter int unsigned Width    = 137,
  /// A power of two.
  parameter int unsigned Rows     = 4096,
  // Derived, do not override.
  parameter int unsigned RowWidth = $clog2(Rows)
) (
  input  logic                clk_i,
  input  logic                valid_i,
  input  logic                write_i,
  input  logic [RowWidth-1:0] row_i,
  input  logic [Width-1:0]    word_i,
  output logic [Width-1:0]    word_o
);

  logic [Width-1:0] rows_q [0:Rows-1];

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      if (write_i) rows_q[row_i] <= word_i;
      else         word_o <= rows_q[row_i];
    end
  end
endmodule
