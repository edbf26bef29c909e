// SPDX-License-Identifier: Apache-2.0

/// The control of an instruction queue, small: fetches of 4, 8 places, text of one superlane that
/// comes from the cycle after its ifetch on. For every program of whole blocks whose fetches leave
/// room, with any instructions in it, by induction:
/// - no instruction is lost or counted twice, and never more than `Depth` count;
/// - the word taken as instruction P is the one that the host or the text brought for P: each is
///   taken once, in order, unchanged;
/// - a queue that a notify releases goes on exactly `Barrier` cycles later.
///
/// What is read inside the queue is connected by icu_queue.ys; those signals have a name in `of_`.
module icu_queue (
  input logic         clk_i,
  input logic         load, start, notify, host_valid,
  input logic [31:0]  length, place,
  input logic [1:0]   host_index,
  input logic [127:0] host_insn, text
);

  localparam int unsigned F       = 4;
  localparam int unsigned Depth   = 2 * F;
  localparam int unsigned Barrier = 3;

  logic         insn_valid, fetch, parked, done, notifies;
  logic [127:0] insn;
  logic [15:0]  fetch_slice, fetch_row;
  logic         text_valid;

  lpu_icu_queue #(
    .Superlanes  (1),
    .Barrier     (Barrier),
    .FetchLatency(3),
    .FetchInsns  (F)
  ) u_queue (
    .clk_i,
    .rst_ni       (1'b1),
    .host_valid_i (host_valid),
    .host_index_i (host_index),
    .host_insn_i  (host_insn),
    .load_i       (load),
    .length_i     (length),
    .start_i      (start),
    .insn_valid_o (insn_valid),
    .insn_o       (insn),
    .notify_o     (notifies),
    .notify_i     (notify),
    .fetch_valid_o(fetch),
    .fetch_slice_o(fetch_slice),
    .fetch_row_o  (fetch_row),
    .text_valid_i (text_valid),
    .text_data_i  (text),
    .parked_o     (parked),
    .done_o       (done)
  );

  // Registers of the queue.
  logic         of_take, of_running, of_parked, of_lane;
  logic [1:0]   of_fetch_wait;
  logic [3:0]   of_held, of_row, of_text_row;
  logic [2:0]   of_landing, of_asked;
  logic [31:0]  of_left, of_unfetched;
  logic [15:0]  of_wait, of_repeats;
  logic [127:0] of_head;
  logic [16*128-1:0] of_words;

  // Instructions taken and words that came, of a program of `length_q`; words still to come.
  logic [31:0]  length_q, taken_q, came_q;
  logic [2:0]   coming_q;
  // Instruction P, and the word that was brought for it.
  logic [31:0]  place_q;
  logic         brought_q;
  logic [127:0] word_q;
  // Cycles until a released queue must go on; 0: it is not waiting for that.
  logic [1:0]   release_q;

  assign text_valid = coming_q != 0;

  always_ff @(posedge clk_i) begin
    coming_q <= fetch ? F + coming_q - 3'(text_valid) : coming_q - 3'(text_valid);
    came_q   <= came_q + 32'(text_valid);
    taken_q  <= taken_q + 32'(of_take);
    if (host_valid && place_q == 32'(host_index)) begin
      brought_q <= 1'b1;
      word_q    <= host_insn;
    end
    if (text_valid && place_q == came_q) begin
      brought_q <= 1'b1;
      word_q    <= text;
    end
    release_q <= notify && parked ? 2'(Barrier) : release_q == 0 ? 2'd0 : release_q - 2'd1;
    if (load) begin
      length_q  <= length;
      taken_q   <= 0;
      came_q    <= F;
      coming_q  <= 0;
      place_q   <= place;
      brought_q <= 1'b0;
      release_q <= 0;
    end
  end

  logic [31:0] waiting, counts;
  logic        quiet;
  assign waiting = of_fetch_wait != 0 ? 32'(of_asked) : 32'd0;
  assign counts  = 32'(of_held) + 32'(of_landing) + waiting;
  // Nothing has happened.
  assign quiet = taken_q == 0 && coming_q == 0 && of_landing == 0 && of_fetch_wait == 0
      && !of_parked && of_repeats == 0 && of_wait == 0 && release_q == 0;

  always_comb begin
    // What the host and the schedule promise.
    assume (!load || (length[1:0] == 0 && length < 1024 && length != 0 && place < length));
    assume (!start || (!of_running && !load));
    assume (!host_valid || (!of_running && !load && length_q != 0));
    assume (!of_take || of_held != 0);
    assume (!fetch || (of_unfetched != 0 && of_fetch_wait == 0 && of_landing < 3
        && counts - 32'(of_take) + F <= Depth));

    // Before a program is loaded, and before it is started.
    assert (length_q != 0 || (of_left == 0 && counts == 0 && came_q == 0 && !brought_q
        && quiet));
    assert (of_running || (quiet && (length_q == 0 || came_q == F)));

    // Bookkeeping: of the queue, and of what came.
    assert (of_left == counts + of_unfetched);
    assert (taken_q + of_left == length_q && taken_q <= length_q);
    assert (length_q < 1024 && length_q[1:0] == 0 && of_unfetched[1:0] == 0);
    assert (came_q + 32'(coming_q) == taken_q + counts);
    assert (counts <= Depth && of_held <= Depth && of_landing <= F);
    assert (of_fetch_wait == 0
        || (of_fetch_wait == 1 && of_asked == F && of_landing <= 1 && coming_q == F));
    assert (of_fetch_wait != 0 || coming_q == (of_landing == 0 ? 0 : of_landing - 1));
    assert (!of_lane);
    assert (length_q == 0 || (of_row == taken_q[3:0] && of_text_row == came_q[3:0]));

    // The word of instruction P stays in its place until it is taken, as itself.
    assert (length_q == 0 || (place_q < length_q && came_q >= F));
    assert (!brought_q || place_q < came_q);
    assert (!brought_q || taken_q > place_q
        || of_words[128*32'(place_q[3:0]) +: 128] == word_q);
    assert (!(of_take && taken_q == place_q && brought_q) || of_head == word_q);
    assert (length_q == 0 || place_q < F || place_q >= came_q || brought_q);

    // A released queue.
    assert (!of_parked || (of_repeats == 0 && release_q == 0));
    assert (release_q == 0 || (of_running && !of_parked && of_repeats == 0
        && of_wait == 16'(release_q) - 16'd1));
    assert (release_q < 2 || (!of_take && !insn_valid));
    assert (release_q != 1 || of_take || done);
  end
endmodule
