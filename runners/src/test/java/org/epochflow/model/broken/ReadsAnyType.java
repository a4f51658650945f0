package org.epochflow.model.broken;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Breaks the rule that no text names a class. */
final class ReadsAnyType {
  private ReadsAnyType() {}

  static ObjectMapper mapper() {
    return new ObjectMapper()
        .activateDefaultTyping(BasicPolymorphicTypeValidator.builder().build());
  }
}
