// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One instruction queue: NOP, Repeat, Sync, Notify and Ifetch happen here, everything else is
/// handed to the unit. Counterpart of tlm/icu/issue_queue.h.
///
/// An instruction takes one cycle, `nop n` takes n. `repeat n, d` dispatches the instruction
/// before it n more times, every d cycles, stepping its addr if it has one. `sync` parks until
/// `Barrier` cycles after a notify. The host places the first `FetchInsns` instructions; `ifetch`
/// appends the next ones, which are used from `FetchLatency` cycles later on, one a cycle. Nothing
/// reacts to a queue that is dry or full: assertions say so.
///
/// Instruction i of a fetch is word i mod Superlanes of its row i / Superlanes, so that superlane r
/// writes bank r alone. Words arrive before the cycle from which they count, hence twice `Depth`
/// places.
module lpu_icu_queue #(
  parameter int unsigned Superlanes   = lpu_isa_pkg::Superlanes,
  /// Cycles from a notify to the first instruction after a sync, at least 1.
  parameter int unsigned Barrier      = lpu_isa_pkg::IcuBarrier,
  /// Cycles from an ifetch to its first instruction, at least 3.
  parameter int unsigned FetchLatency = lpu_isa_pkg::IcuFetchLatency,
  /// Instructions of the head and of a fetch; a multiple of the superlanes.
  parameter int unsigned FetchInsns   = lpu_isa_pkg::FetchInsns,
  /// Instructions that the queue holds.
  parameter int unsigned Depth        = 2 * FetchInsns,
  // Derived, do not override.
  parameter int unsigned IndexWidth   = $clog2(FetchInsns)
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  // Host: instruction `index` of the head.
  input  logic                      host_valid_i,
  input  logic [IndexWidth-1:0]     host_index_i,
  input  logic [127:0]              host_insn_i,
  // A program of `length` instructions is the next one; everything else is forgotten.
  input  logic                      load_i,
  input  logic [31:0]               length_i,
  // Cycle 0 of the program is the next cycle.
  input  logic                      start_i,
  // To the unit, in the cycle of dispatch.
  output logic                      insn_valid_o,
  output logic [127:0]              insn_o,
  // Of this queue; of all queues, in the same cycle.
  output logic                      notify_o,
  input  logic                      notify_i,
  // An ifetch, and its text: a word a superlane and row.
  output logic                      fetch_valid_o,
  output logic [15:0]               fetch_slice_o,
  output logic [15:0]               fetch_row_o,
  input  logic [Superlanes-1:0]     text_valid_i,
  input  logic [Superlanes*128-1:0] text_data_i,
  // Parked, or parking in this cycle.
  output logic                      parked_o,
  // Nothing is left to do.
  output logic                      done_o
);

  localparam int unsigned Rows      = 2 * Depth / Superlanes;
  localparam int unsigned RowWidth  = $clog2(Rows);
  localparam int unsigned LaneWidth = Superlanes > 1 ? $clog2(Superlanes) : 1;
  localparam int unsigned HeldWidth = $clog2(Depth + 2);
  localparam int unsigned LandWidth = $clog2(FetchInsns + 1);
  localparam int unsigned WaitWidth = $clog2(FetchLatency);

  // Where the program is.
  logic                 running_d, running_q;
  logic                 parked_d, parked_q;
  logic [15:0]          wait_d, wait_q;
  logic [31:0]          left_d, left_q;
  logic                 can_repeat_d, can_repeat_q;
  logic [15:0]          repeats_d, repeats_q;
  logic [15:0]          distance_d, distance_q;
  logic [15:0]          stride_d, stride_q;
  logic [127:0]         current_q;

  // What the queue holds: instructions that count, of the fetch under way, not yet asked for.
  logic [HeldWidth-1:0] held_d, held_q;
  logic [LandWidth-1:0] landing_d, landing_q;
  logic [LandWidth-1:0] asked_d, asked_q;
  logic [WaitWidth-1:0] fetch_wait_d, fetch_wait_q;
  logic [31:0]          unfetched_d, unfetched_q;
  logic [RowWidth-1:0]  row_d, row_q;
  logic [LaneWidth-1:0] lane_d, lane_q;

  // The next instruction, read in the cycles in which one is due.
  logic                      due, take;
  logic [Superlanes*128-1:0] banks;
  logic [127:0]              head;
  logic [7:0]                op;
  logic [15:0]               count, distance, stride;
  logic                      is_work, is_nop, is_repeat, is_sync;

  assign due = running_q && wait_q == 0 && !parked_q && !done_o;
  // Taken from the queue; otherwise a repetition is due.
  assign take = due && repeats_q == 0;

  for (genvar r = 0; r < Superlanes; r++) begin : g_bank
    logic [127:0]        words_q [0:Rows-1];
    logic [RowWidth-1:0] text_row_q;
    logic                host_write;

    assign host_write = host_valid_i && 32'(host_index_i) % Superlanes == r;

    // The head fills the first rows, every fetch the rows after the last one's.
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni)              text_row_q <= '0;
      else if (load_i)          text_row_q <= RowWidth'(FetchInsns / Superlanes);
      else if (text_valid_i[r])
        text_row_q <= text_row_q == RowWidth'(Rows - 1) ? '0 : text_row_q + 1'b1;
    end

    always_ff @(posedge clk_i) begin
      if (host_write)
        words_q[RowWidth'(32'(host_index_i) / Superlanes)] <= host_insn_i;
      else if (text_valid_i[r])
        words_q[text_row_q] <= text_data_i[r*128 +: 128];
    end

    assign banks[r*128 +: 128] = take && 32'(lane_q) == r ? words_q[row_q] : '0;
  end

  always_comb begin
    head = '0;
    for (int unsigned r = 0; r < Superlanes; r++) head = head | banks[r*128 +: 128];
  end

  assign op       = head[lpu_isa_pkg::OpLsb +: lpu_isa_pkg::OpWidth];
  assign count    = head[lpu_isa_pkg::CountLsb +: lpu_isa_pkg::CountWidth];
  assign distance = head[lpu_isa_pkg::DistanceLsb +: lpu_isa_pkg::DistanceWidth];
  assign stride   = head[lpu_isa_pkg::StrideLsb +: lpu_isa_pkg::StrideWidth];

  assign is_work   = take && op >= lpu_isa_pkg::OpRead;
  assign is_nop    = take && op == lpu_isa_pkg::OpNop;
  assign is_repeat = take && op == lpu_isa_pkg::OpRepeat;
  assign is_sync   = take && op == lpu_isa_pkg::OpSync;

  // The instruction once more, at the next address; a repeat at distance 1 begins at once.
  logic        steps, again;
  logic [7:0]  last_op;
  logic [15:0] last_addr, step, addr;

  assign last_op   = current_q[lpu_isa_pkg::OpLsb +: lpu_isa_pkg::OpWidth];
  assign last_addr = current_q[lpu_isa_pkg::AddrLsb +: lpu_isa_pkg::AddrWidth];
  assign steps     = last_op == lpu_isa_pkg::OpRead || last_op == lpu_isa_pkg::OpWrite
      || last_op == lpu_isa_pkg::OpLw || last_op == lpu_isa_pkg::OpAcc;
  assign step      = !steps ? '0 : take ? stride : stride_q;
  assign addr      = last_addr + step;
  assign again     = due && (!take || (is_repeat && distance == 1));

  assign insn_valid_o  = is_work || again;
  assign fetch_valid_o = take && op == lpu_isa_pkg::OpIfetch;
  assign notify_o      = take && op == lpu_isa_pkg::OpNotify;
  assign parked_o      = parked_q || is_sync;
  assign done_o        = left_q == 0 && repeats_q == 0 && !parked_q;
  assign fetch_slice_o = count;
  assign fetch_row_o   = head[lpu_isa_pkg::AddrLsb +: lpu_isa_pkg::AddrWidth];

  always_comb begin
    insn_o = head;
    if (again) begin
      insn_o = current_q;
      insn_o[lpu_isa_pkg::AddrLsb +: lpu_isa_pkg::AddrWidth] = addr;
    end
  end

  always_comb begin
    running_d    = running_q || start_i;
    parked_d     = parked_q;
    wait_d       = wait_q == 0 ? wait_q : wait_q - 1'b1;
    left_d       = left_q;
    can_repeat_d = can_repeat_q;
    repeats_d    = repeats_q;
    distance_d   = distance_q;
    stride_d     = stride_q;

    if (take) begin
      left_d       = left_q - 1;
      can_repeat_d = is_work || is_repeat;
      parked_d     = is_sync;
      if (is_nop) wait_d = count - 1'b1;
      if (is_repeat) begin
        repeats_d  = again ? count - 1'b1 : count;
        distance_d = distance;
        stride_d   = step;
        wait_d     = again ? '0 : distance - 16'd2;
      end
    end else if (again) begin
      repeats_d = repeats_q - 1'b1;
      wait_d    = repeats_q == 1 ? '0 : distance_q - 1'b1;
    end

    // A queue that parks in the cycle of a notify is released by it.
    if (notify_i && parked_d) begin
      parked_d = 1'b0;
      wait_d   = 16'(Barrier - 1);
    end
  end

  // A fetch counts from its latency on, an instruction a cycle.
  always_comb begin
    unfetched_d  = unfetched_q;
    asked_d      = asked_q;
    fetch_wait_d = fetch_wait_q == 0 ? fetch_wait_q : fetch_wait_q - 1'b1;
    landing_d    = landing_q == 0 ? landing_q : landing_q - 1'b1;
    held_d       = held_q - HeldWidth'(take) + HeldWidth'(landing_q != 0);
    row_d        = row_q;
    lane_d       = lane_q;
    if (take) begin
      lane_d = 32'(lane_q) == Superlanes - 1 ? '0 : lane_q + 1'b1;
      if (lane_d == 0) row_d = row_q == RowWidth'(Rows - 1) ? '0 : row_q + 1'b1;
    end
    if (fetch_wait_q == 1) landing_d = asked_q;
    if (fetch_valid_o) begin
      asked_d      = unfetched_q < FetchInsns ? LandWidth'(unfetched_q) : LandWidth'(FetchInsns);
      unfetched_d  = unfetched_q - 32'(asked_d);
      fetch_wait_d = WaitWidth'(FetchLatency - 2);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      running_q    <= 1'b0;
      parked_q     <= 1'b0;
      wait_q       <= '0;
      left_q       <= '0;
      can_repeat_q <= 1'b0;
      repeats_q    <= '0;
      distance_q   <= '0;
      stride_q     <= '0;
      held_q       <= '0;
      landing_q    <= '0;
      asked_q      <= '0;
      fetch_wait_q <= '0;
      unfetched_q  <= '0;
      row_q        <= '0;
      lane_q       <= '0;
    end else if (load_i) begin
      running_q    <= 1'b0;
      parked_q     <= 1'b0;
      wait_q       <= '0;
      left_q       <= length_i;
      can_repeat_q <= 1'b0;
      repeats_q    <= '0;
      held_q       <= length_i < FetchInsns ? HeldWidth'(length_i) : HeldWidth'(FetchInsns);
      landing_q    <= '0;
      fetch_wait_q <= '0;
      unfetched_q  <= length_i < FetchInsns ? '0 : length_i - FetchInsns;
      row_q        <= '0;
      lane_q       <= '0;
    end else begin
      running_q    <= running_d;
      parked_q     <= parked_d;
      wait_q       <= wait_d;
      left_q       <= left_d;
      can_repeat_q <= can_repeat_d;
      repeats_q    <= repeats_d;
      distance_q   <= distance_d;
      stride_q     <= stride_d;
      held_q       <= held_d;
      landing_q    <= landing_d;
      asked_q      <= asked_d;
      fetch_wait_q <= fetch_wait_d;
      unfetched_q  <= unfetched_d;
      row_q        <= row_d;
      lane_q       <= lane_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (insn_valid_o) current_q <= insn_o;
  end

  `LPU_ASSERT_INIT(FetchesAreWholeRows, FetchInsns % Superlanes == 0 && Depth >= FetchInsns)
  `LPU_ASSERT_INIT(LatenciesAreLongEnough, Barrier >= 1 && FetchLatency >= 3)
  `LPU_ASSERT_INIT(OneFetchLandsAtATime, FetchLatency <= FetchInsns)

  `LPU_ASSERT(QueueIsDry, !take || held_q != 0)
  `LPU_ASSERT(QueueIsFull, 32'(held_q) <= Depth + 32'(take))
  `LPU_ASSERT(UndefinedInsn, !take || is_work || op <= lpu_isa_pkg::OpNotify)
  `LPU_ASSERT(NothingToRepeat, !is_repeat || can_repeat_q)
  `LPU_ASSERT(ZeroCount, !(is_nop || is_repeat) || count != 0)
  `LPU_ASSERT(ZeroDistance, !is_repeat || distance != 0)
  `LPU_ASSERT(RepeatAddress, !again || step == 0 || step[15] == (addr < last_addr))
  `LPU_ASSERT(NothingToFetch, !fetch_valid_o || unfetched_q != 0)
  `LPU_ASSERT(FetchInterval, !fetch_valid_o
      || (fetch_wait_q == 0 && 32'(landing_q) < FetchLatency))
endmodule
