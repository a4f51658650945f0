package org.epochflow.runners.request;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.ByteOrderMark;
import org.apache.commons.io.input.BOMInputStream;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.UsageException;

/**
 * Files of text that people write: in UTF-8, or in the charset that a byte order mark at their
 * start names, as some editors and shells write it. The mark is no part of the text.
 */
final class Texts {
  private Texts() {}

  /**
   * The text of a file.
   *
   * @throws UsageException where it has bytes that are none in its charset
   */
  static String read(String path) throws IOException {
    try (BOMInputStream in =
        BOMInputStream.builder()
            .setByteArray(Storage.read(Location.absolute(path)))
            .setByteOrderMarks(ByteOrderMark.UTF_8, ByteOrderMark.UTF_16LE, ByteOrderMark.UTF_16BE)
            .get()) {
      Charset charset =
          in.hasBOM() ? Charset.forName(in.getBOMCharsetName()) : StandardCharsets.UTF_8;
      String text = charset.newDecoder().decode(ByteBuffer.wrap(in.readAllBytes())).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // It is told below.
    }
    throw new UsageException(
        "Expected text in UTF-8, or with a byte order mark, found other bytes (%s)"
            .formatted(path));
  }
}
