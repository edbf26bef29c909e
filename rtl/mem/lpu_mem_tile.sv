// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One superlane of a MEM slice: words with their check bits in two banks, the lower and the
/// upper half of the rows. One read and one write in a cycle if they touch different banks; what
/// is read is there in the next cycle.
module lpu_mem_tile #(
  /// Of both banks; a power of two.
  parameter int unsigned Rows = 8192
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         read_valid_i,
  // As wide as an address, so that a wrong row is seen.
  input  logic [15:0]  read_row_i,
  output logic [127:0] read_data_o,
  output logic [8:0]   read_check_o,
  input  logic         write_valid_i,
  input  logic [15:0]  write_row_i,
  input  logic [127:0] write_data_i,
  input  logic [8:0]   write_check_i
);

  localparam int unsigned Width    = 137;
  localparam int unsigned RowWidth = $clog2(Rows) - 1;

  logic [2*Width-1:0] words;
  logic               upper_q;

  for (genvar b = 0; b < 2; b++) begin : g_bank
    logic read, write;

    assign read  = read_valid_i && read_row_i[RowWidth] == 1'(b);
    assign write = write_valid_i && write_row_i[RowWidth] == 1'(b);

    lpu_mem_bank #(
      .Width(Width),
      .Rows (Rows / 2)
    ) u_bank (
      .clk_i,
      .valid_i(read || write),
      .write_i(write),
      .row_i  (write ? write_row_i[RowWidth-1:0] : read_row_i[RowWidth-1:0]),
      .word_i ({write_check_i, write_data_i}),
      .word_o (words[b*Width +: Width])
    );
  end

  always_ff @(posedge clk_i) begin
    if (read_valid_i) upper_q <= read_row_i[RowWidth];
  end

  assign {read_check_o, read_data_o} = upper_q ? words[2*Width-1:Width] : words[Width-1:0];

  `LPU_ASSERT_INIT(RowsArePowerOfTwo, Rows == 1 << $clog2(Rows) && Rows >= 4 && Rows <= 65536)

  `LPU_ASSERT(ReadRowInRange, !read_valid_i || 32'(read_row_i) < Rows)
  `LPU_ASSERT(WriteRowInRange, !write_valid_i || 32'(write_row_i) < Rows)
  `LPU_ASSERT(BanksCollide, !read_valid_i || !write_valid_i
      || read_row_i[RowWidth] != write_row_i[RowWidth])
endmodule
