package org.epochflow.model.json;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON objects, bound by Jackson: a field for each component, in their order, enums as
 * {@link JsonObject#spell} has them. Jackson's annotations on components give a field another name,
 * or put the fields of a record among those of the record around it.
 *
 * <p>Nothing is guessed: a field that is missing, unknown, null or of another kind is a {@link
 * ModelFormatException}. A component that files of earlier versions lack is marked {@code
 * JsonProperty(isRequired = OptBoolean.FALSE)}: where it is missing it is 0, false or null.
 */
public final class RecordJson {
  /** The field that tells which of several records an object is. */
  public static final String NAME = "name";

  private final JsonMapper mapper;

  /**
   * @param named the records that interfaces stand for, by the {@link #NAME} of their objects
   */
  public RecordJson(Map<String, Class<?>> named) {
    mapper =
        JsonMapper.builder()
            .annotationIntrospector(new Introspector())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(
                LogicalType.Textual,
                texts ->
                    Stream.of(
                            CoercionInputShape.Integer,
                            CoercionInputShape.Float,
                            CoercionInputShape.Boolean)
                        .forEach(shape -> texts.setCoercion(shape, CoercionAction.Fail)))
            .build();
    named.forEach((name, type) -> mapper.registerSubtypes(new NamedType(type, name)));
  }

  /** What Jackson has no annotation for. */
  private static final class Introspector extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      @Nullable JsonProperty property = member.getAnnotation(JsonProperty.class);
      return property == null || property.isRequired() != OptBoolean.FALSE;
    }

    @Override
    public String[] findEnumValues(
        MapperConfig<?> config,
        AnnotatedClass type,
        Enum<?>[] constants,
        @Nullable String[] names) {
      return Arrays.stream(constants).map(JsonObject::spell).toArray(String[]::new);
    }
  }

  /** The fields of a record. */
  public ObjectNode write(Object value) {
    return mapper.valueToTree(value);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param outside the values of components that are marked {@code JacksonInject}: they are not in
   *     the tree
   */
  public <T> T read(JsonObject tree, Class<T> type, Object... outside) throws ModelFormatException {
    tree.only(fields(mapper.constructType(type)).collect(Collectors.toSet()));
    requireNoNull(tree);
    InjectableValues.Std values = new InjectableValues.Std();
    Arrays.stream(outside).forEach(value -> values.addValue(value.getClass(), value));
    try {
      return mapper.reader(values).treeToValue(tree.node(), type);
    } catch (JsonProcessingException e) {
      throw RecordFault.of(e, tree);
    }
  }

  /** The names of a record's fields, with those of the records whose fields are among them. */
  private Stream<String> fields(JavaType type) {
    return mapper.getDeserializationConfig().introspect(type).findProperties().stream()
        .filter(field -> !field.getPrimaryMember().hasAnnotation(JacksonInject.class))
        .flatMap(
            field ->
                field.getPrimaryMember().hasAnnotation(JsonUnwrapped.class)
                    ? fields(field.getPrimaryType())
                    : Stream.of(field.getName()));
  }

  private static void requireNoNull(JsonObject tree) throws ModelFormatException {
    for (Map.Entry<String, JsonNode> field : tree.node().properties()) {
      if (field.getValue().isNull()) {
        throw tree.fault(field.getKey(), "a value");
      } else if (field.getValue().isObject()) {
        requireNoNull(tree.object(field.getKey()));
      }
    }
  }
}
