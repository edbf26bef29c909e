// SPDX-License-Identifier: Apache-2.0

/// A vector on the wire, to the bit: docs/blocks/c2c.md. Counterpart of isa/wire/frame.h.
package lpu_c2c_pkg;
  /// What a link moves in a cycle: 4 lanes of 28 bits.
  parameter int unsigned PhitBytes    = 14;
  /// After the bytes of the vector; even bytes belong to code 0, odd ones to code 1.
  parameter int unsigned CheckBytes   = 8;
  /// From the last phit on the pins to the vector in the buffer of arrived ones.
  parameter int unsigned DecodeCycles = 2;
endpackage
