// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The way of program text: an ifetch of a queue reads the rows of a slice from its own cycle on, a
/// row a cycle, and the words go back to that queue. Counterpart of tlm::TextSource.
///
/// A slice serves one queue at a time. Superlane r of a row arrives at the queue 2 + r cycles after
/// the row's cycle, long before it counts.
module lpu_chip_text #(
  parameter int unsigned Superlanes = 20,
  parameter int unsigned Queues     = 144,
  /// Of both hemispheres.
  parameter int unsigned Slices     = 88
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  // From the queues.
  input  logic [Queues-1:0]                fetch_valid_i,
  input  logic [Queues*16-1:0]             fetch_slice_i,
  input  logic [Queues*16-1:0]             fetch_row_i,
  // To the slices, and what they read.
  output logic [Slices-1:0]                read_valid_o,
  output logic [Slices*16-1:0]             read_row_o,
  input  logic [Slices*Superlanes-1:0]     word_valid_i,
  input  logic [Slices*Superlanes*128-1:0] word_data_i,
  // To the queues.
  output logic [Queues*Superlanes-1:0]     text_valid_o,
  output logic [Queues*Superlanes*128-1:0] text_data_o
);

  localparam int unsigned Rows       = lpu_isa_pkg::FetchInsns / Superlanes;
  localparam int unsigned LeftWidth  = $clog2(Rows + 1);
  localparam int unsigned OwnerWidth = $clog2(Queues);

  // Which queue begins to read which slice in this cycle.
  logic [Slices-1:0]            begins;
  logic [Slices*16-1:0]         first_row;
  logic [Slices*OwnerWidth-1:0] reader;
  logic                         no_such_slice, two_at_once;
  int unsigned                  q, slice;

  always_comb begin
    q             = 0;
    slice         = 0;
    begins        = '0;
    first_row     = '0;
    reader        = '0;
    no_such_slice = 1'b0;
    two_at_once   = 1'b0;
    if (fetch_valid_i != 0) begin
      for (q = 0; q < Queues; q = q + 1) begin
        if (fetch_valid_i[q]) begin
          slice = 32'(fetch_slice_i[16*q +: 16]);
          if (slice >= Slices) begin
            no_such_slice = 1'b1;
          end else begin
            two_at_once   = two_at_once || begins[slice];
            begins[slice] = 1'b1;
            first_row[16*slice +: 16]              = fetch_row_i[16*q +: 16];
            reader[OwnerWidth*slice +: OwnerWidth] = OwnerWidth'(q);
          end
        end
      end
    end
  end

  // Whose words superlane r of a slice brings.
  logic [Slices*Superlanes*OwnerWidth-1:0] owners;
  logic [Slices-1:0]                       busy;

  for (genvar s = 0; s < Slices; s++) begin : g_slice
    logic [LeftWidth-1:0]                 left_q;
    logic [15:0]                          row_q, row;
    logic [OwnerWidth-1:0]                owner_q;
    logic                                 reading_q;
    logic [Superlanes*(OwnerWidth+1)-1:0] climbing;

    assign busy[s]                = left_q != 0;
    assign row                    = begins[s] ? first_row[16*s +: 16] : row_q;
    assign read_valid_o[s]        = begins[s] || busy[s];
    assign read_row_o[16*s +: 16] = row;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        left_q    <= '0;
        reading_q <= 1'b0;
      end else begin
        reading_q <= read_valid_o[s];
        if (begins[s])    left_q <= LeftWidth'(Rows - 1);
        else if (busy[s]) left_q <= left_q - 1'b1;
      end
    end
    always_ff @(posedge clk_i) begin
      if (begins[s])       owner_q <= reader[OwnerWidth*s +: OwnerWidth];
      if (read_valid_o[s]) row_q   <= row + 1'b1;
    end

    lpu_climb #(
      .Width     (OwnerWidth + 1),
      .Superlanes(Superlanes)
    ) u_climb (
      .clk_i,
      .rst_ni,
      .value_i({owner_q, reading_q}),
      .value_o(climbing)
    );
    // The valid bits of the words say the same as those here.
    for (genvar r = 0; r < Superlanes; r++) begin : g_superlane
      logic unused_valid;
      assign unused_valid = climbing[(OwnerWidth+1)*r];
      assign owners[OwnerWidth*(Superlanes*s + r) +: OwnerWidth] =
          climbing[(OwnerWidth+1)*r + 1 +: OwnerWidth];
    end
  end

  // A register before the queues. Work of the process, of no use in a waveform.
  logic [Queues*Superlanes-1:0]     text_valid_q;
  logic [Queues*Superlanes*128-1:0] text_data_q;
  // verilator tracing_off
  int unsigned                      word, to;
  logic [Queues*Superlanes-1:0]     arrives;
  // verilator tracing_on

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      text_valid_q <= '0;
    end else begin
      word = 0;
      to = 0;
      arrives = '0;
      if (word_valid_i != 0) begin
        for (word = 0; word < Slices * Superlanes; word = word + 1) begin
          if (word_valid_i[word]) begin
            to = Superlanes * 32'(owners[OwnerWidth*word +: OwnerWidth]) + word % Superlanes;
            arrives[to] = 1'b1;
            text_data_q[128*to +: 128] <= word_data_i[128*word +: 128];
          end
        end
      end
      text_valid_q <= arrives;
    end
  end
  assign text_valid_o = text_valid_q;
  assign text_data_o  = text_data_q;

  `LPU_ASSERT(NoSuchSlice, !no_such_slice)
  `LPU_ASSERT(SliceServesOneQueue, !two_at_once && (begins & busy) == 0)
endmodule
