package org.epochflow.runners.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What help shows of an option where its type and its default do not tell enough. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Shown {
  /** What stands for its value: {@code --data=DIR}. */
  String value() default "";

  /** Its default in words, where that depends on other options. */
  String fallback() default "";
}
