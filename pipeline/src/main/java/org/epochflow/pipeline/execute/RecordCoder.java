package org.epochflow.pipeline.execute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.DoubleCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes a record as its components in order, each by the coder of its type: {@code int}, {@code
 * long}, {@code double}, a string, an array of bytes, longs or floats, a record, or a list of
 * these.
 *
 * <p>Unlike Java's serialisation, the bytes name no class: the program alone says which record they
 * are read as, through its constructor.
 */
public final class RecordCoder<T extends Record> extends CustomCoder<T> {
  private static final long serialVersionUID = 1L;

  private static final Map<Type, Coder<?>> CODERS =
      Map.of(
          int.class, VarIntCoder.of(),
          Integer.class, VarIntCoder.of(),
          long.class, VarLongCoder.of(),
          double.class, DoubleCoder.of(),
          String.class, StringUtf8Coder.of(),
          byte[].class, ByteArrayCoder.of(),
          long[].class, ArrayCoders.LONGS,
          float[].class, ArrayCoders.FLOATS);

  private final Class<T> type;
  private final transient Constructor<T> constructor;
  private final transient List<Component> components;

  private record Component(Method accessor, Coder<Object> coder) {}

  private RecordCoder(Class<T> type) {
    RecordComponent[] declared = type.getRecordComponents();
    this.type = type;
    constructor = constructor(type, declared);
    components = Arrays.stream(declared).map(RecordCoder::component).toList();
  }

  /**
   * The coder of a type of record.
   *
   * @throws IllegalArgumentException if a component is of a type that it does not encode
   */
  public static <T extends Record> RecordCoder<T> of(Class<T> type) {
    return new RecordCoder<>(type);
  }

  private static <T> Constructor<T> constructor(Class<T> type, RecordComponent[] components) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("Expected the constructor that every record has", e);
    }
  }

  @SuppressWarnings("unchecked") // The accessor gives what the coder of its type encodes.
  private static Component component(RecordComponent component) {
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    return new Component(accessor, (Coder<Object>) coder(component.getGenericType()));
  }

  private static Coder<?> coder(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return ListCoder.of(coder(list.getActualTypeArguments()[0]));
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      return of(record.asSubclass(Record.class));
    }
    Coder<?> coder = CODERS.get(type);
    if (coder == null) {
      throw new IllegalArgumentException(
          "Expected a record, a list, or one of %s, found %s"
              .formatted(CODERS.keySet().stream().map(Type::getTypeName).sorted().toList(), type));
    }
    return coder;
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    for (Component component : components) {
      component.coder.encode(read(component, value), out);
    }
  }

  private static Object read(Component component, Object value) {
    try {
      return component.accessor.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected the accessor that every component has", e);
    }
  }

  @Override
  public T decode(InputStream in) throws IOException {
    Object[] values = new Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = components.get(i).coder.decode(in);
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new CoderException("Expected the components of a " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected the constructor that every record has", e);
    }
  }

  @Override
  public void verifyDeterministic() {
    // Every component's coder is.
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordCoder<?> that && type == that.type;
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  private Object readResolve() {
    return of(type);
  }
}
