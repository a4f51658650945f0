package org.epochflow.runners.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What an option takes: a range of numbers or one of some words. It is checked when the option is
 * read, and shown in help. NaN is no bound.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Takes {
  /** Inclusive. */
  double atLeast() default Double.NaN;

  /** Exclusive. */
  double above() default Double.NaN;

  /** Inclusive. */
  double atMost() default Double.NaN;

  /** Exclusive. */
  double below() default Double.NaN;

  /** The words it takes; any text where there are none. */
  String[] words() default {};

  /** The default in words, where it depends on other options. */
  String fallback() default "";
}
