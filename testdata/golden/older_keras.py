"""Saves a model in every format of an older Keras, with its predictions; README.md describes the files.

python3 older_keras.py TARGET. Was run with tensorflow-cpu 2.13.1 (Keras 2.13) and keras 3.15.1.
"""
import json
import os
import sys

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="3")
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

keras = tf.keras
L = keras.layers
TARGET = sys.argv[1]
SHAPE = (8, 7, 1)


def block(filters):
    return keras.Sequential([L.Conv2D(filters, 3, activation="relu", padding="same"), L.MaxPooling2D(2)], name="block")


def model():
    """A functional model with a Sequential and a residual sum among its layers."""
    x = inputs = keras.Input(SHAPE)
    x = block(3)(x)
    y = L.Conv2D(3, 3, activation="relu", padding="same")(x)
    x = L.Add()([L.Conv2D(3, 1)(y), x])
    x = L.Dropout(0.2)(L.Dense(5, activation="relu")(L.Flatten()(x)))
    return keras.Model(inputs, L.Dense(4, activation="softmax")(x))


def main():
    keras.utils.set_random_seed(7)
    rng = np.random.default_rng(7)
    m = model()
    for v in m.trainable_variables:
        v.assign(rng.normal(0, 0.3, v.shape))
    m.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    pixels = rng.integers(0, 256, (6,) + SHAPE, dtype="uint8")
    version = getattr(keras, "__version__", tf.__version__)
    m.fit(pixels / 255.0, np.eye(4)[rng.integers(0, 4, 6)], verbose=0)
    base = os.path.join(TARGET, "keras-" + version)
    m.save(base + ".keras")
    m.save(base + ".h5")
    m.save_weights(base + ".weights.h5")
    if version.startswith("2."):
        m.save_weights(base + ".old-weights.h5")
    p = m.predict(pixels / 255.0, verbose=0).astype("float32")
    out = {
        "keras": version,
        "architecture": json.loads(m.to_json()),
        "pixels": pixels.reshape(6, -1).tolist(),
        "predictions": [[float(str(v)) for v in row] for row in p],
    }
    with open(base + ".json", "w", encoding="utf-8") as f:
        f.write("{\n" + ",\n".join(json.dumps(k) + ":" + json.dumps(v, separators=(",", ":")) for k, v in out.items()) + "\n}\n")


main()
