package org.epochflow.runners.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The numbers an option takes; checked when it is parsed, and shown in help. NaN is no bound. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Range {
  /** Inclusive. */
  double atLeast() default Double.NaN;

  /** Exclusive. */
  double above() default Double.NaN;

  /** Inclusive. */
  double atMost() default Double.NaN;

  /** Exclusive. */
  double below() default Double.NaN;
}
