// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// Moves bytes inside each superlane, by a map (`distribute`) or by a distance (`rotate`): one
/// cycle to take, one to move. Counterpart of `distribute` and `rotate` in tlm/sxm/sxm_ops.h.
module lpu_sxm_local #(
  parameter int unsigned Superlanes = 20,
  /// 1: distribute. 0: rotate.
  parameter bit          ByMap      = 1'b1,
  parameter int unsigned Latency    = 2
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // Each superlane's own, when its turn is.
  input  logic [Superlanes*32-1:0]     step_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  output logic [4*Superlanes-1:0]      drive_valid_o,
  output logic [4*Superlanes*6-1:0]    drive_stream_o,
  output logic [4*Superlanes*128-1:0]  drive_data_o,
  output logic [4*Superlanes*9-1:0]    drive_check_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o
);
`include "lpu_secded.svh"

  logic [Superlanes*32-1:0]    step_q;
  logic [4*Superlanes*128-1:0] operand;
  logic [Superlanes*128-1:0]   map;
  logic [15:0]                 corrected_in, corrected_map;
  logic                        uncorrectable_in, uncorrectable_map;

  lpu_sxm_take #(.Superlanes(Superlanes)) u_take (
    .clk_i, .rst_ni, .step_i, .stream_valid_i, .stream_data_i, .stream_check_i,
    .data_o(operand), .corrected_o(corrected_in), .uncorrectable_o(uncorrectable_in)
  );

  if (ByMap) begin : g_map
    lpu_sxm_take #(
      .Superlanes(Superlanes), .Ports(1), .ByStep(1'b0), .StreamLsb(lpu_sxm_pkg::StepArgument)
    ) u_take_map (
      .clk_i, .rst_ni, .step_i, .stream_valid_i, .stream_data_i, .stream_check_i,
      .data_o(map), .corrected_o(corrected_map), .uncorrectable_o(uncorrectable_map)
    );
  end else begin : g_distance
    assign map = '0;
    assign corrected_map = '0;
    assign uncorrectable_map = 1'b0;
  end

  assign corrected_o     = corrected_in + corrected_map;
  assign uncorrectable_o = uncorrectable_in || uncorrectable_map;

  logic [4*Superlanes-1:0] drive_valid_d;
  for (genvar r = 0; r < Superlanes; r++) begin : g_valid
    for (genvar k = 0; k < 4; k++) begin : g_port
      assign drive_valid_d[Superlanes*k + r] = step_q[32*r + lpu_sxm_pkg::StepValid]
          && k < step_q[32*r + lpu_sxm_pkg::StepStreams +: 3];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q        <= '0;
      drive_valid_o <= '0;
    end else begin
      step_q        <= step_i;
      drive_valid_o <= drive_valid_d;
    end
  end

  // Work of one process, of no use in a waveform.
  // verilator tracing_off
  int unsigned r, k, lane;
  logic [127:0] from, to, chosen;
  logic [15:0] zero;
  logic [3:0] source;
  logic [4*Superlanes*6-1:0] stream;
  logic [4*Superlanes*128-1:0] data;
  logic [4*Superlanes*9-1:0] check;
  // verilator tracing_on

  always_ff @(posedge clk_i) begin
    r = 0;
    k = 0;
    lane = 0;
    if (drive_valid_d != 0) begin
      stream = drive_stream_o;
      data = drive_data_o;
      check = drive_check_o;
      for (r = 0; r < Superlanes; r = r + 1) begin
        if (drive_valid_d[r]) begin
          // Lane j of the superlane takes lane chosen[j], unless zero[j].
          chosen = map[128*r +: 128];
          zero = 0;
          for (lane = 0; lane < 16; lane = lane + 1) begin
            if (ByMap) zero[lane] = chosen[8*lane + 7];
            else chosen[8*lane +: 8] = step_q[32*r + lpu_sxm_pkg::StepArgument +: 8] + 8'(lane);
          end
          for (k = 0; k < 4; k = k + 1) begin
            if (drive_valid_d[Superlanes*k + r]) begin
              from = operand[128*(Superlanes*k + r) +: 128];
              for (lane = 0; lane < 16; lane = lane + 1) begin
                source = chosen[8*lane +: 4];
                to[8*lane +: 8] = zero[lane] ? 8'd0 : from[8*source +: 8];
              end
              stream[6*(Superlanes*k + r) +: 6] = step_q[32*r + lpu_sxm_pkg::StepOut +: 6] | 6'(k);
              data[128*(Superlanes*k + r) +: 128] = to;
              check[9*(Superlanes*k + r) +: 9] = lpu_secded_check(to);
            end
          end
        end
      end
      drive_stream_o <= stream;
      drive_data_o <= data;
      drive_check_o <= check;
    end
  end

  `LPU_ASSERT_INIT(OneCycleToTakeOneToMove, Latency == 2)
endmodule
