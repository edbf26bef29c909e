// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One weight-stationary plane of the matrix unit. Three queues command it: weights (`lw`,
/// `iw`), activations (`abc`) and accumulate (`acc`); all of them may act in the same cycle and
/// each sees the state of the cycle's beginning.
///
/// - `lw` fills one group of the buffer from 16 streams, as raw bytes. int8: stream j holds
///   weight row 16 g + j. fp16: streams 2 i and 2 i + 1 hold low and high byte of row 8 g + i.
/// - `iw` copies the buffer to the array and empties the buffer. Groups that were not loaded
///   contribute nothing to a product, not even NaN.
/// - `abc` multiplies: int8 [1 x L] x [L x L] to int32, or fp16 [1 x L/2] x [L/2 x L], summed
///   exactly and rounded once to fp32; `abc_half_i` says which half of the lanes is the input.
/// - `acc` collects the result of the `abc` exactly `ResultLatency` - 1 cycles before, sets an
///   accumulator or adds to it, and may drive the new value in the next cycle.
///
/// Vectors are in the time frame of superlane 0. There is no ready: the schedule is the flow
/// control, and assertions say when it is broken.
module lpu_mxm_plane #(
  /// Lanes of a vector; a multiple of 16.
  parameter int unsigned Lanes          = 320,
  /// Cycles from `abc` to the driven result, at least 3.
  parameter int unsigned ResultLatency  = 47,
  /// Cycles from `iw` to the first `abc` that uses the new weights, at least 1.
  parameter int unsigned InstallLatency = 1,
  /// Accumulators, each as wide as a result.
  parameter int unsigned Accumulators   = 16,
  // Derived, do not override.
  parameter int unsigned Groups         = Lanes / 16,
  parameter int unsigned SlotWidth      = Accumulators > 1 ? $clog2(Accumulators) : 1
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Weights queue. Lane n of stream j is byte j * Lanes + n.
  input  logic                  lw_valid_i,
  // As wide as the field of the instruction, so that a wrong group is seen.
  input  logic [4:0]            lw_group_i,
  input  logic [128*Lanes-1:0]  lw_data_i,
  input  logic                  iw_valid_i,
  // Activations queue. int8 uses the lower stream, fp16 both, low byte first.
  input  logic                  abc_valid_i,
  input  logic                  abc_fp16_i,
  input  logic                  abc_half_i,
  input  logic [16*Lanes-1:0]   abc_data_i,
  // Accumulate queue.
  input  logic                  acc_valid_i,
  input  logic                  acc_fp32_i,
  input  logic                  acc_add_i,
  input  logic [SlotWidth-1:0]  acc_slot_i,
  input  logic                  acc_out_i,
  // Result, in the cycle after its `acc`; lane n is word n.
  output logic                  out_valid_o,
  output logic [32*Lanes-1:0]   out_data_o
);

`include "lpu_fp32.svh"

  localparam int unsigned Depth      = ResultLatency - 1;
  localparam int unsigned PtrWidth   = $clog2(Depth);
  localparam int unsigned WaitWidth  = $clog2(InstallLatency + 1);

  // Control: which groups hold weights, and which slots of the ring hold a result.
  logic [Groups-1:0]    buffer_loaded_d, buffer_loaded_q;
  logic [Groups-1:0]    array_loaded_d, array_loaded_q;
  logic [WaitWidth-1:0] install_wait_d, install_wait_q;
  logic [Depth-1:0]     pending_d, pending_q;
  logic [PtrWidth-1:0]  ptr_d, ptr_q;
  logic                 out_valid_d, out_valid_q;

  // Data. The ring holds results for `Depth` cycles at the place they were written to.
  logic [7:0]  buffer_q [0:Lanes-1][0:Lanes-1];
  logic [7:0]  array_q  [0:Lanes-1][0:Lanes-1];
  logic [31:0] ring_q   [0:Depth-1][0:Lanes-1];
  logic [31:0] acc_q    [0:Accumulators-1][0:Lanes-1];

  always_comb begin
    buffer_loaded_d = buffer_loaded_q;
    array_loaded_d  = array_loaded_q;
    install_wait_d  = install_wait_q != 0 ? install_wait_q - 1'b1 : install_wait_q;
    if (iw_valid_i) begin
      array_loaded_d  = buffer_loaded_q;
      buffer_loaded_d = '0;
      install_wait_d  = WaitWidth'(InstallLatency - 1);
    end
    if (lw_valid_i) buffer_loaded_d = buffer_loaded_d | (Groups'(1) << lw_group_i);

    pending_d        = pending_q;
    pending_d[ptr_q] = abc_valid_i;
    ptr_d            = ptr_q == PtrWidth'(Depth - 1) ? '0 : ptr_q + 1'b1;
    out_valid_d      = acc_valid_i && acc_out_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      buffer_loaded_q <= '0;
      array_loaded_q  <= '0;
      install_wait_q  <= '0;
      pending_q       <= '0;
      ptr_q           <= '0;
      out_valid_q     <= 1'b0;
    end else begin
      buffer_loaded_q <= buffer_loaded_d;
      array_loaded_q  <= array_loaded_d;
      install_wait_q  <= install_wait_d;
      pending_q       <= pending_d;
      ptr_q           <= ptr_d;
      out_valid_q     <= out_valid_d;
    end
  end

  assign out_valid_o = out_valid_q;

  // The datapath is one process over plain arrays with blocking assignments, in the order
  // accumulate, multiply, install, load: each step reads what an earlier cycle left. Loop
  // variables live here and are set before use, and signs are extended by XOR and subtract:
  // so Verilator makes them C++ locals and the compiler makes the loops vector code. Rows are
  // indexed by loop variables only, which synthesis knows: no multiplexer. Nothing outside
  // this process reads these arrays. The variables are of no use in a waveform.
  // verilator tracing_off
  int unsigned group, row, lane, index;
  logic [31:0] word;
  logic [15:0] act0, act1, act2, act3, pair0, pair1;
  logic [31:0] bias;
  logic [15:0] act;
  logic [31:0] act_exp, act_sig, act_neg;
  logic [31:0] weight, exp, sig, neg, shift;
  logic [31:0] special;
  logic        act_nan, act_inf, act_zero, nan, inf, zero;
  logic [63:0] product, upper;

  // Scratch of one cycle. A power of two needs no bounds check in simulation.
  localparam int unsigned Scratch = 1 << $clog2(Lanes);
  logic [31:0] sum     [0:Scratch-1];
  logic [63:0] low     [0:Scratch-1];
  logic [63:0] high    [0:Scratch-1];
  // Bit 0: NaN, bit 1: +inf, bit 2: -inf.
  logic [7:0]  classes [0:Scratch-1];
  // verilator tracing_on

  always @(posedge clk_i) begin
    group = 0;
    row = 0;
    lane = 0;
    index = 0;
    act0 = 0;
    act1 = 0;
    act2 = 0;
    act3 = 0;
    pair0 = 0;
    pair1 = 0;
    bias = 0;
    act_exp = 0;
    act_sig = 0;
    act_neg = 0;
    word = 0;
    act = 0;
    weight = 0;
    exp = 0;
    sig = 0;
    neg = 0;
    shift = 0;
    product = 0;
    upper = 0;
    special = 0;
    act_nan = 0;
    act_inf = 0;
    act_zero = 0;
    nan = 0;
    inf = 0;
    zero = 0;

    if (acc_valid_i) begin
      if (!acc_add_i) begin
        for (lane = 0; lane < Lanes; lane = lane + 1) sum[lane] = ring_q[ptr_q][lane];
      end else if (acc_fp32_i) begin
        for (lane = 0; lane < Lanes; lane = lane + 1)
          sum[lane] = lpu_fp32_add(acc_q[acc_slot_i][lane], ring_q[ptr_q][lane]);
      end else begin
        for (lane = 0; lane < Lanes; lane = lane + 1)
          sum[lane] = acc_q[acc_slot_i][lane] + ring_q[ptr_q][lane];
      end
      for (lane = 0; lane < Lanes; lane = lane + 1) acc_q[acc_slot_i][lane] = sum[lane];
      if (acc_out_i) begin
        for (lane = 0; lane < Lanes; lane = lane + 1) out_data_o[32*lane +: 32] = sum[lane];
      end
    end

    if (abc_valid_i && !abc_fp16_i) begin
      // Two products and 7fff lie in 0..ffff, so a pair of rows is worked out in 16 bits. The
      // bias leaves at the end.
      for (lane = 0; lane < Lanes; lane = lane + 1) sum[lane] = 0;
      for (group = 0; group < Groups; group = group + 1) begin
        if (array_loaded_q[group]) begin
          for (row = 16 * group; row < 16 * group + 16; row = row + 4) begin
            word = abc_data_i[8 * row +: 32];
            act0 = ({8'd0, word[7:0]} ^ 16'h80) - 16'h80;
            act1 = ({8'd0, word[15:8]} ^ 16'h80) - 16'h80;
            act2 = ({8'd0, word[23:16]} ^ 16'h80) - 16'h80;
            act3 = ({8'd0, word[31:24]} ^ 16'h80) - 16'h80;
            for (lane = 0; lane < Lanes; lane = lane + 1) begin
              pair0 = (({8'd0, array_q[row][lane]} ^ 16'h80) - 16'h80) * act0
                  + (({8'd0, array_q[row + 1][lane]} ^ 16'h80) - 16'h80) * act1 + 16'h7fff;
              pair1 = (({8'd0, array_q[row + 2][lane]} ^ 16'h80) - 16'h80) * act2
                  + (({8'd0, array_q[row + 3][lane]} ^ 16'h80) - 16'h80) * act3 + 16'h7fff;
              sum[lane] = sum[lane] + {16'd0, pair0} + {16'd0, pair1};
            end
            bias = bias + 32'hfffe;
          end
        end
      end
      for (lane = 0; lane < Lanes; lane = lane + 1) ring_q[ptr_q][lane] = sum[lane] - bias;
    end

    if (abc_valid_i && abc_fp16_i) begin
      // A product of two 11-bit significands is shifted by 0 to 58 places: below 32 into the
      // lower sum, else by 32 less into the upper one. 160 products of 53 bits fit in 64.
      special = 0;
      for (lane = 0; lane < Lanes; lane = lane + 1) begin
        low[lane] = 0;
        high[lane] = 0;
        classes[lane] = 0;
      end
      for (group = 0; group < Groups; group = group + 1) begin
        if (array_loaded_q[group]) begin
          for (row = 16 * group; row < 16 * group + 16; row = row + 2) begin
            index = row / 2 + (abc_half_i ? Lanes / 2 : 0);
            act = {abc_data_i[8 * (Lanes + index) +: 8], abc_data_i[8 * index +: 8]};
            act_exp = {27'd0, act[14:10]};
            act_sig = {21'd0, act_exp != 0, act[9:0]};
            act_neg = {31'd0, act[15]};
            special = special | {31'd0, act_exp == 31};
            act_exp = act_exp - {31'd0, act_exp != 0};
            for (lane = 0; lane < Lanes; lane = lane + 1)
              classes[lane] = classes[lane] | {7'd0, (array_q[row + 1][lane] & 8'h7c) == 8'h7c};
            for (lane = 0; lane < Lanes; lane = lane + 1) begin
              weight = {16'd0, array_q[row + 1][lane], array_q[row][lane]};
              exp = (weight >> 10) & 31;
              sig = (weight & 32'h3ff) | ({31'd0, exp != 0} << 10);
              shift = exp - {31'd0, exp != 0} + act_exp;
              neg = 32'd0 - ((weight >> 15) ^ act_neg);
              product = {32'd0, ((act_sig * sig) ^ neg) - neg};
              product = ((product ^ 64'h80000000) - 64'h80000000) << shift[4:0];
              upper = 64'd0 - {32'd0, shift >> 5};
              low[lane] = low[lane] + (product & ~upper);
              high[lane] = high[lane] + (product & upper);
            end
          end
        end
      end
      for (lane = 0; lane < Lanes; lane = lane + 1) special = special | {24'd0, classes[lane]};
      for (lane = 0; lane < Lanes; lane = lane + 1) begin
        product = ({32'd0, low[lane][63:32]} ^ 64'h80000000) - 64'h80000000;
        ring_q[ptr_q][lane] = lpu_fp32_round(high[lane] + product, low[lane][31:0]);
      end

      // Only a product with a NaN or an infinity takes this second pass.
      if (special != 0) begin
        for (lane = 0; lane < Lanes; lane = lane + 1) classes[lane] = 0;
        for (group = 0; group < Groups; group = group + 1) begin
          if (array_loaded_q[group]) begin
            for (row = 16 * group; row < 16 * group + 16; row = row + 2) begin
              index = row / 2 + (abc_half_i ? Lanes / 2 : 0);
              act = {abc_data_i[8 * (Lanes + index) +: 8], abc_data_i[8 * index +: 8]};
              act_nan = act[14:0] > 15'h7c00;
              act_inf = act[14:0] == 15'h7c00;
              act_zero = act[14:0] == 0;
              for (lane = 0; lane < Lanes; lane = lane + 1) begin
                weight = {16'd0, array_q[row + 1][lane], array_q[row][lane]};
                zero = weight[14:0] == 0;
                nan = act_nan || weight[14:0] > 15'h7c00;
                inf = act_inf || weight[14:0] == 15'h7c00;
                nan = nan || (inf && (act_zero || zero));
                classes[lane] = classes[lane] | {5'd0, inf && weight[15] != act[15],
                    inf && weight[15] == act[15], nan};
              end
            end
          end
        end
        for (lane = 0; lane < Lanes; lane = lane + 1) begin
          if (classes[lane][0] || classes[lane][2:1] == 2'b11)
            ring_q[ptr_q][lane] = 32'h7fc00000;
          else if (classes[lane][2:1] != 0)
            ring_q[ptr_q][lane] = classes[lane][2] ? 32'hff800000 : 32'h7f800000;
        end
      end
    end

    if (iw_valid_i) begin
      for (row = 0; row < Lanes; row = row + 1)
        for (lane = 0; lane < Lanes; lane = lane + 1) array_q[row][lane] = buffer_q[row][lane];
    end

    if (lw_valid_i) begin
      for (group = 0; group < Groups; group = group + 1) begin
        if (32'(lw_group_i) == group) begin
          for (row = 0; row < 16; row = row + 1) begin
            for (index = 0; index < Lanes / 4; index = index + 1) begin
              word = lw_data_i[32 * (Lanes / 4 * row + index) +: 32];
              buffer_q[16 * group + row][4 * index] = word[7:0];
              buffer_q[16 * group + row][4 * index + 1] = word[15:8];
              buffer_q[16 * group + row][4 * index + 2] = word[23:16];
              buffer_q[16 * group + row][4 * index + 3] = word[31:24];
            end
          end
        end
      end
    end
  end

  `LPU_ASSERT_INIT(LanesAreWholeSuperlanes, Lanes >= 16 && Lanes % 16 == 0 && Lanes <= 320)
  `LPU_ASSERT_INIT(LatenciesAreLongEnough, ResultLatency >= 3 && InstallLatency >= 1)

  `LPU_ASSERT(OneWeightsInstruction, !(lw_valid_i && iw_valid_i))
  `LPU_ASSERT(LwGroupInRange, !lw_valid_i || 32'(lw_group_i) < Groups)
  `LPU_ASSERT(AccSlotInRange, !acc_valid_i || 32'(acc_slot_i) < Accumulators)
  `LPU_ASSERT(AbcWithoutWeights, !abc_valid_i || array_loaded_q != 0)
  `LPU_ASSERT(AbcBeforeInstalled, !abc_valid_i || install_wait_q == 0)
  `LPU_ASSERT(AccWithoutResult, !acc_valid_i || pending_q[ptr_q])
  `LPU_ASSERT(ResultNotCollected, acc_valid_i || !pending_q[ptr_q])
endmodule
