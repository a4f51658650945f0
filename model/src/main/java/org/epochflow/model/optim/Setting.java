package org.epochflow.model.optim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that users may set: a number in a range, or a {@code boolean}. The
 * command line has an option of the name of each of an optimiser's, whose default is the value in
 * {@link Optimizers#ALL}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What it is, as the command line's help says it. */
  String value();

  /** The least value allowed. As the other bounds it is for numbers; NaN is no bound. */
  double atLeast() default Double.NaN;

  /** Values must be above this. */
  double above() default Double.NaN;

  /** Values must be below this. */
  double below() default Double.NaN;
}
