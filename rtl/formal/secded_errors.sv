// SPDX-License-Identifier: Apache-2.0

/// What is said of a received word x that came with check(x) ^ w, for every x and every w that
/// none, one or two wrong bits out of 137 leave. With secded_linear: if d was sent with check(d)
/// and the bits e turned over, then x = d ^ e in the data bits and w is what e leaves, so this is
/// every single and every double error of every word.
module secded_errors (
  input logic [127:0] x,
  input logic [7:0]   first,
  input logic [7:0]   second
);
`include "lpu_secded.svh"

  // The data bits that a wrong bit touches, and what it leaves.
  logic [127:0] first_data, second_data;
  logic [8:0]   first_left, second_left;

  assign first_data  = first < 128 ? 128'd1 << first : 128'd0;
  assign second_data = second < 128 ? 128'd1 << second : 128'd0;
  assign first_left  = first < 128 ? lpu_secded_check(first_data) : 9'd1 << (first - 128);
  assign second_left = second < 128 ? lpu_secded_check(second_data) : 9'd1 << (second - 128);

  logic [8:0] check;
  assign check = lpu_secded_check(x);

  always_comb begin
    assume (first < 137 && second < 137 && first != second);
    assert (lpu_secded_judge(x, check) == {2'b00, x});
    assert (lpu_secded_judge(x, check ^ first_left) == {2'b01, x ^ first_data});
    assert (lpu_secded_judge(x, check ^ first_left ^ second_left) == {2'b10, x});
  end
endmodule
