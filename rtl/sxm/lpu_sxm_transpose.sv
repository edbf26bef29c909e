// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// Transposes 16 streams inside each superlane: lane j of stream i becomes lane i of stream j. A
/// new one may start every cycle. Counterpart of `transpose` in tlm/sxm/sxm_ops.h.
module lpu_sxm_transpose #(
  parameter int unsigned Superlanes = 20,
  /// At least 3: one cycle to take, one to drive, between them a ring of words.
  parameter int unsigned Latency    = lpu_isa_pkg::SxmTransposeLatency
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // Each superlane's own, when its turn is.
  input  logic [Superlanes*32-1:0]     step_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  output logic [16*Superlanes-1:0]     drive_valid_o,
  output logic [16*Superlanes*6-1:0]   drive_stream_o,
  output logic [16*Superlanes*128-1:0] drive_data_o,
  output logic [16*Superlanes*9-1:0]   drive_check_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o
);
`include "lpu_secded.svh"

  localparam int unsigned Depth    = Latency - 2;
  localparam int unsigned PtrWidth = Depth > 1 ? $clog2(Depth) : 1;

  logic [Superlanes*32-1:0]     step_q;
  logic [Superlanes-1:0]        taken;
  logic [16*Superlanes*128-1:0] operand;
  logic [PtrWidth-1:0]          ptr_q;
  logic [Depth*Superlanes-1:0]  pending_q;

  lpu_sxm_take #(.Superlanes(Superlanes), .Ports(16), .ByStep(1'b0)) u_take (
    .clk_i, .rst_ni, .step_i, .stream_valid_i, .stream_data_i, .stream_check_i,
    .data_o(operand), .corrected_o, .uncorrectable_o
  );

  for (genvar r = 0; r < Superlanes; r++) begin : g_taken
    assign taken[r] = step_q[32*r + lpu_sxm_pkg::StepValid];
  end

  // A slot is read `Depth` cycles after it was written, just before it is written again.
  logic [Superlanes-1:0] due;
  assign due = pending_q[Superlanes*ptr_q +: Superlanes];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q        <= '0;
      ptr_q         <= '0;
      pending_q     <= '0;
      drive_valid_o <= '0;
    end else begin
      step_q        <= step_i;
      ptr_q         <= ptr_q == PtrWidth'(Depth - 1) ? '0 : ptr_q + 1'b1;
      pending_q[Superlanes*ptr_q +: Superlanes] <= taken;
      drive_valid_o <= {16{due}};
    end
  end

  // The ring and what works on it is one process. Its variables are of no use in a waveform.
  // verilator tracing_off
  logic [127:0] ring_q [0:Depth*16*Superlanes-1];
  logic [5:0]   ring_out_q [0:Depth*Superlanes-1];
  int unsigned r, k, lane;
  logic [127:0] word;
  logic [16*128-1:0] square;
  logic [16*Superlanes*6-1:0] stream;
  logic [16*Superlanes*128-1:0] data;
  logic [16*Superlanes*9-1:0] check;

  always_ff @(posedge clk_i) begin
    r = 0;
    k = 0;
    lane = 0;
    if (due != 0) begin
      stream = drive_stream_o;
      data = drive_data_o;
      check = drive_check_o;
      for (r = 0; r < Superlanes; r = r + 1) begin
        if (due[r]) begin
          for (k = 0; k < 16; k = k + 1)
            square[128*k +: 128] = ring_q[16 * (Superlanes * 32'(ptr_q) + r) + k];
          for (k = 0; k < 16; k = k + 1) begin
            for (lane = 0; lane < 16; lane = lane + 1)
              word[8*lane +: 8] = square[8*(16*lane + k) +: 8];
            stream[6*(Superlanes*k + r) +: 6] = ring_out_q[Superlanes * 32'(ptr_q) + r] | 6'(k);
            data[128*(Superlanes*k + r) +: 128] = word;
            check[9*(Superlanes*k + r) +: 9] = lpu_secded_check(word);
          end
        end
      end
      drive_stream_o <= stream;
      drive_data_o <= data;
      drive_check_o <= check;
    end

    for (r = 0; r < Superlanes; r = r + 1) begin
      if (taken[r]) begin
        ring_out_q[Superlanes * 32'(ptr_q) + r] = step_q[32*r + lpu_sxm_pkg::StepOut +: 6];
        for (k = 0; k < 16; k = k + 1)
          ring_q[16 * (Superlanes * 32'(ptr_q) + r) + k] = operand[128*(Superlanes*k + r) +: 128];
      end
    end
  end
  // verilator tracing_on

  `LPU_ASSERT_INIT(LatencyIsLongEnough, Latency >= 3)
endmodule
