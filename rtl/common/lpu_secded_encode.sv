// SPDX-License-Identifier: Apache-2.0

/// The check bits of a 16-byte word. Counterpart of `secded_encode` in tlm/mem/secded.h.
/// A process that makes them only for valid words calls the function instead: lpu_secded.svh.
module lpu_secded_encode (
  input  logic [127:0] data_i,
  output logic [8:0]   check_o
);
`include "lpu_secded.svh"

  assign check_o = lpu_secded_check(data_i);
endmodule
