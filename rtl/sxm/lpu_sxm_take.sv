// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// Takes the operand of each superlane's step from the streams: an aligned group, its words put
/// right by their check bits, in flip-flops in the next cycle.
module lpu_sxm_take #(
  parameter int unsigned Superlanes = 20,
  /// Streams of the widest operand.
  parameter int unsigned Ports      = 4,
  /// 1: the step says how many streams. 0: all ports.
  parameter bit          ByStep     = 1'b1,
  /// Where the step has the first stream.
  parameter int unsigned StreamLsb  = lpu_sxm_pkg::StepIn
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,
  input  logic [Superlanes*32-1:0]        step_i,
  input  logic [64*Superlanes-1:0]        stream_valid_i,
  input  logic [64*Superlanes*128-1:0]    stream_data_i,
  input  logic [64*Superlanes*9-1:0]      stream_check_i,
  // Superlane r of stream k of the group is word k * Superlanes + r; what is not taken stays.
  output logic [Ports*Superlanes*128-1:0] data_o,
  output logic [15:0]                     corrected_o,
  output logic                            uncorrectable_o
);
`include "lpu_secded.svh"

  logic undriven_q, unaligned_q;

  // Work of one process, of no use in a waveform.
  // verilator tracing_off
  int unsigned r, k, from, width, first;
  logic [137:0] taken;
  logic [129:0] judged;
  logic [Ports*Superlanes*128-1:0] data;
  logic [15:0] corrected;
  logic any, uncorrectable, undriven, unaligned;
  // verilator tracing_on

  always_ff @(posedge clk_i) begin
    r = 0;
    k = 0;
    from = 0;
    width = 0;
    first = 0;
    corrected = 0;
    uncorrectable = 1'b0;
    undriven = 1'b0;
    unaligned = 1'b0;
    any = 1'b0;
    for (r = 0; r < Superlanes; r = r + 1) any = any | step_i[32*r + lpu_sxm_pkg::StepValid];
    if (any) begin
      data = data_o;
      for (r = 0; r < Superlanes; r = r + 1) begin
        if (step_i[32*r + lpu_sxm_pkg::StepValid]) begin
          first = 32'(step_i[32*r + StreamLsb +: 6]);
          width = ByStep ? 32'(step_i[32*r + lpu_sxm_pkg::StepStreams +: 3]) : Ports;
          unaligned = unaligned | ((first & (width - 1)) != 0);
          for (k = 0; k < Ports; k = k + 1) begin
            if (k < width) begin
              // In an aligned group, port k has every so many-th stream only: one select for each.
              taken = 138'd0;
              for (from = k; from < 64; from = from + (ByStep ? (k < 2 ? k + 1 : 4) : Ports)) begin
                if (from == (first | k))
                  taken = {stream_valid_i[Superlanes*from + r],
                      stream_check_i[9*(Superlanes*from + r) +: 9],
                      stream_data_i[128*(Superlanes*from + r) +: 128]};
              end
              judged = lpu_secded_judge(taken[127:0], taken[136:128]);
              data[128*(Superlanes*k + r) +: 128] = judged[127:0];
              corrected = corrected + 16'(judged[128]);
              uncorrectable = uncorrectable | judged[129];
              undriven = undriven | (!taken[137] && !unaligned);
            end
          end
        end
      end
      data_o <= data;
    end
    corrected_o <= corrected;
    uncorrectable_o <= uncorrectable;
    undriven_q <= undriven;
    unaligned_q <= unaligned;
  end

  // Of the cycle before.
  `LPU_ASSERT(OperandDriven, !undriven_q)
  `LPU_ASSERT(OperandAligned, !unaligned_q)
endmodule
