package org.epochflow.model.idx;

import java.util.Arrays;
import java.util.Optional;

/** The type of an IDX file's elements: the header's third byte. */
public enum IdxType {
  U8(0x08, 1),
  S8(0x09, 1),
  I16(0x0B, 2),
  I32(0x0C, 4),
  F32(0x0D, 4),
  F64(0x0E, 8);

  private final int code;
  private final int bytes;

  IdxType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The type with this code, if IDX has one. */
  public static Optional<IdxType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** The header's byte for this type. */
  public int code() {
    return code;
  }

  /** The length of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
