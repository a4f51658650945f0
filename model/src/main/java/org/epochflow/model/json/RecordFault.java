package org.epochflow.model.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Jackson found wrong with a tree, in this project's words. */
final class RecordFault {
  private static final Map<Class<?>, String> KINDS =
      Map.of(
          Integer.class, "a whole number",
          Long.class, "a whole number",
          Float.class, "a number",
          Double.class, "a number",
          Boolean.class, "true or false",
          String.class, "a string");

  private RecordFault() {}

  static ModelFormatException of(JsonProcessingException e, JsonObject tree) {
    JsonNode node = tree.node();
    String place = tree.place();
    String name = "";
    for (JsonMappingException.Reference step : path(e)) {
      place = within(place, name);
      @Nullable String field = step.getFieldName();
      node = field != null ? node.path(field) : node.path(step.getIndex());
      name = field != null ? field : "element " + step.getIndex();
    }
    if (e.getCause() instanceof IllegalArgumentException refused) {
      return ModelFormatException.at(within(place, name), refused);
    } else if (e instanceof UnrecognizedPropertyException unknown) {
      Set<String> known = new TreeSet<>();
      unknown.getKnownPropertyIds().forEach(id -> known.add(id.toString()));
      return ModelFormatException.expected("only the fields " + known, "also " + name, place);
    } else if (node.isMissingNode()) {
      return ModelFormatException.expected("a field " + Excerpt.of(name), "none", place);
    }
    String expected = "%s as %s".formatted(kind(e), Excerpt.of(name));
    return ModelFormatException.expected(expected, node, place);
  }

  private static List<JsonMappingException.Reference> path(JsonProcessingException e) {
    return e instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
  }

  private static String within(String place, String name) {
    return name.isEmpty() ? place : place + ", " + Excerpt.of(name);
  }

  /** What Jackson was to read. */
  private static String kind(JsonProcessingException e) {
    @Nullable Class<?> type = type(e);
    if (type == null) {
      return "a value";
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> JsonObject.spell((Enum<?>) constant))
          .collect(Collectors.joining(" or "));
    } else if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return KINDS.getOrDefault(MethodType.methodType(type).wrap().returnType(), "a JSON object");
  }

  private static @Nullable Class<?> type(JsonProcessingException e) {
    if (e.getCause() instanceof InputCoercionException outOfRange) {
      return outOfRange.getTargetType();
    }
    return e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
  }
}
