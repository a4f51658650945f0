/**
 * Models as ONNX files, and the form in ONNX of each layer. May depend on the module {@code model},
 * on the classes of onnx.proto, and on Jackson.
 */
@NullMarked
package org.epochflow.export.onnx;

import org.jspecify.annotations.NullMarked;
