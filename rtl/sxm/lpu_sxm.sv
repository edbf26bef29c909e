// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The SXM of one hemisphere: what moves bytes between lanes, one operation a queue. Ports and
/// time are those of every unit (docs/rtl.md). Drive ports: shift, permute, distribute, rotate 4
/// each, then 16 a transposer. Counterpart of tlm/chip/sxm_unit.h.
module lpu_sxm #(
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  // Derived, do not override.
  parameter int unsigned Queues     = 6,
  parameter int unsigned Drives     = 48
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic [Queues-1:0]                insn_valid_i,
  input  logic [Queues*128-1:0]            insn_i,
  input  logic [64*Superlanes-1:0]         stream_valid_i,
  input  logic [64*Superlanes*128-1:0]     stream_data_i,
  input  logic [64*Superlanes*9-1:0]       stream_check_i,
  output logic [Drives*Superlanes-1:0]     drive_valid_o,
  output logic [Drives*Superlanes*6-1:0]   drive_stream_o,
  output logic [Drives*Superlanes*128-1:0] drive_data_o,
  output logic [Drives*Superlanes*9-1:0]   drive_check_o,
  output logic [15:0]                      corrected_o,
  output logic                             uncorrectable_o
);
`include "lpu_streams.svh"

  // As isa::SxmQueue.
  localparam int unsigned Shift       = 0;
  localparam int unsigned Permute     = 1;
  localparam int unsigned Distribute  = 2;
  localparam int unsigned Rotate      = 3;
  localparam int unsigned Transpose   = 4;

  localparam int unsigned W = Superlanes;

  for (genvar q = 0; q < Queues; q++) begin : g_queue
    localparam int unsigned Ports = q < Transpose ? 4 : 16;
    localparam bit          ByMap = q == Permute || q == Distribute;

    logic [31:0]  step;
    logic [W*32-1:0] steps;
    assign step[lpu_sxm_pkg::StepValid] = insn_valid_i[q];
    assign step[lpu_sxm_pkg::StepIn +: 6] = insn_i[128*q + lpu_isa_pkg::InLsb +: 6];
    assign step[lpu_sxm_pkg::StepOut +: 6] = insn_i[128*q + lpu_isa_pkg::OutLsb +: 6];
    assign step[lpu_sxm_pkg::StepStreams +: 3] =
        lpu_streams_of(insn_i[128*q + lpu_isa_pkg::TypeLsb +: 4]);
    assign step[lpu_sxm_pkg::StepArgument +: 16] = ByMap
        ? 16'(insn_i[128*q + lpu_isa_pkg::MapLsb +: 6])
        : insn_i[128*q + lpu_isa_pkg::StrideLsb +: 16];

    lpu_climb #(.Width(lpu_sxm_pkg::StepWidth), .Superlanes(W), .Climb(Climb)) u_climb (
      .clk_i, .rst_ni, .value_i(step), .value_o(steps)
    );

    logic [Ports*W-1:0]     valid;
    logic [Ports*W*6-1:0]   stream;
    logic [Ports*W*128-1:0] data;
    logic [Ports*W*9-1:0]   check;
    logic [15:0]            corrected;
    logic                   uncorrectable;

    if (q == Shift || q == Permute) begin : g_cross
      lpu_sxm_cross #(
        .Superlanes(W), .Climb(Climb), .ByMap(ByMap),
        .Latency(q == Permute ? lpu_isa_pkg::SxmPermuteLatency : lpu_isa_pkg::SxmShiftLatency)
      ) u_cross (
        .clk_i, .rst_ni, .step_i(steps), .stream_valid_i, .stream_data_i, .stream_check_i,
        .drive_valid_o(valid), .drive_stream_o(stream), .drive_data_o(data),
        .drive_check_o(check), .corrected_o(corrected), .uncorrectable_o(uncorrectable)
      );
    end else if (q == Distribute || q == Rotate) begin : g_local
      lpu_sxm_local #(
        .Superlanes(W), .ByMap(ByMap),
        .Latency(q == Rotate ? lpu_isa_pkg::SxmRotateLatency : lpu_isa_pkg::SxmDistributeLatency)
      ) u_local (
        .clk_i, .rst_ni, .step_i(steps), .stream_valid_i, .stream_data_i, .stream_check_i,
        .drive_valid_o(valid), .drive_stream_o(stream), .drive_data_o(data),
        .drive_check_o(check), .corrected_o(corrected), .uncorrectable_o(uncorrectable)
      );
    end else begin : g_transpose
      lpu_sxm_transpose #(.Superlanes(W), .Latency(lpu_isa_pkg::SxmTransposeLatency)) u_transpose (
        .clk_i, .rst_ni, .step_i(steps), .stream_valid_i, .stream_data_i, .stream_check_i,
        .drive_valid_o(valid), .drive_stream_o(stream), .drive_data_o(data),
        .drive_check_o(check), .corrected_o(corrected), .uncorrectable_o(uncorrectable)
      );
    end

    localparam logic [7:0] Op = q == Shift ? lpu_isa_pkg::OpShift
        : q == Permute ? lpu_isa_pkg::OpPermute
        : q == Distribute ? lpu_isa_pkg::OpDistribute
        : q == Rotate ? lpu_isa_pkg::OpRotate : lpu_isa_pkg::OpTranspose;
    logic [5:0] misaligned;
    assign misaligned = insn_i[128*q + lpu_isa_pkg::OutLsb +: 6]
        & (q < Transpose ? 6'(step[lpu_sxm_pkg::StepStreams +: 3]) - 6'd1 : 6'd15);
    `LPU_ASSERT(OperationOfItsQueue, !insn_valid_i[q] || insn_i[128*q +: 8] == Op)
    `LPU_ASSERT(ResultAligned, !insn_valid_i[q] || misaligned == 0)
  end

  // Queue by queue in a process: as one concatenation this would be copied once a queue.
  always_comb begin
    drive_valid_o[W*0 +: W*4] = g_queue[Shift].valid;
    drive_valid_o[W*4 +: W*4] = g_queue[Permute].valid;
    drive_valid_o[W*8 +: W*4] = g_queue[Distribute].valid;
    drive_valid_o[W*12 +: W*4] = g_queue[Rotate].valid;
    drive_valid_o[W*16 +: W*16] = g_queue[Transpose].valid;
    drive_valid_o[W*32 +: W*16] = g_queue[Transpose + 1].valid;
    drive_stream_o[6*W*0 +: 6*W*4] = g_queue[Shift].stream;
    drive_stream_o[6*W*4 +: 6*W*4] = g_queue[Permute].stream;
    drive_stream_o[6*W*8 +: 6*W*4] = g_queue[Distribute].stream;
    drive_stream_o[6*W*12 +: 6*W*4] = g_queue[Rotate].stream;
    drive_stream_o[6*W*16 +: 6*W*16] = g_queue[Transpose].stream;
    drive_stream_o[6*W*32 +: 6*W*16] = g_queue[Transpose + 1].stream;
    drive_data_o[128*W*0 +: 128*W*4] = g_queue[Shift].data;
    drive_data_o[128*W*4 +: 128*W*4] = g_queue[Permute].data;
    drive_data_o[128*W*8 +: 128*W*4] = g_queue[Distribute].data;
    drive_data_o[128*W*12 +: 128*W*4] = g_queue[Rotate].data;
    drive_data_o[128*W*16 +: 128*W*16] = g_queue[Transpose].data;
    drive_data_o[128*W*32 +: 128*W*16] = g_queue[Transpose + 1].data;
    drive_check_o[9*W*0 +: 9*W*4] = g_queue[Shift].check;
    drive_check_o[9*W*4 +: 9*W*4] = g_queue[Permute].check;
    drive_check_o[9*W*8 +: 9*W*4] = g_queue[Distribute].check;
    drive_check_o[9*W*12 +: 9*W*4] = g_queue[Rotate].check;
    drive_check_o[9*W*16 +: 9*W*16] = g_queue[Transpose].check;
    drive_check_o[9*W*32 +: 9*W*16] = g_queue[Transpose + 1].check;
  end

  assign corrected_o = g_queue[0].corrected + g_queue[1].corrected + g_queue[2].corrected
      + g_queue[3].corrected + g_queue[4].corrected + g_queue[5].corrected;
  assign uncorrectable_o = g_queue[0].uncorrectable || g_queue[1].uncorrectable
      || g_queue[2].uncorrectable || g_queue[3].uncorrectable || g_queue[4].uncorrectable
      || g_queue[5].uncorrectable;

  // A permute occupies the lanes for `SxmPermuteInterval` cycles.
  localparam int unsigned WaitWidth = $clog2(lpu_isa_pkg::SxmPermuteInterval + 1);
  logic [WaitWidth-1:0] permute_wait_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) permute_wait_q <= '0;
    else if (insn_valid_i[Permute])
      permute_wait_q <= WaitWidth'(lpu_isa_pkg::SxmPermuteInterval - 1);
    else if (permute_wait_q != 0) permute_wait_q <= permute_wait_q - 1'b1;
  end
  `LPU_ASSERT(PermuteInterval, !insn_valid_i[Permute] || permute_wait_q == 0)
endmodule
