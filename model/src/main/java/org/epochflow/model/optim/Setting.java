package org.epochflow.model.optim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of an optimiser's record that users may set: a {@code double} in a range, or a {@code
 * boolean}. The command line has an option of the component's name; its default is the value in
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
