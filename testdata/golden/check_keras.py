"""Asks Keras about a .keras model: does it predict what PREDICTIONS.csv says, and can it be trained further?

python3 check_keras.py MODEL.keras IMAGES LABELS PREDICTIONS.csv [--bytes] [--train]

IMAGES and LABELS are IDX files of unsigned bytes, gzipped or not. PREDICTIONS.csv has the columns p0, p1, ..., and
perhaps `index`, the image's place in IMAGES (else the row's number is). Exits 1 where a probability differs by more
than 1e-5. The outputs of a model that ends in logits become probabilities first. With --bytes, pixels go in as they are, else
divided by 255. With --train, one epoch goes on from the optimizer's state in the file.
"""
import argparse
import csv
import gzip
import os
import struct
import sys

os.environ.update(KERAS_BACKEND="tensorflow", TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="3")
import keras  # noqa: E402
import numpy as np  # noqa: E402

TOLERANCE = 1e-5


def idx(file):
    with open(file, "rb") as f:
        data = f.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    sizes = struct.unpack_from(f">{data[3]}I", data, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def predictions(file):
    """Indexes and probabilities."""
    with open(file, newline="") as f:
        rows = list(csv.DictReader(f))
    if not rows or "p0" not in rows[0]:
        sys.exit(f"Expected rows with columns p0, p1, ..., found {len(rows)} rows of {list(rows[0]) if rows else []} ({file})")
    columns = [f"p{k}" for k in range(sum(c[:1] == "p" and c[1:].isdigit() for c in rows[0]))]
    index = [int(row.get("index", n)) for n, row in enumerate(rows)]
    return index, np.array([[float(row[c]) for c in columns] for row in rows])


def check_predictions(model, x, file):
    index, expected = predictions(file)
    found = model.predict(x[index], batch_size=256, verbose=0)
    if getattr(model.layers[-1], "activation", None) is keras.activations.linear:
        found = np.asarray(keras.ops.softmax(found))
    if found.shape != expected.shape:
        sys.exit(f"Expected {expected.shape[1]} classes, found {found.shape[1]} ({file})")
    difference = np.abs(found - expected)
    largest = difference.max() if np.isfinite(difference).all() else np.inf
    row, column = np.unravel_index(difference.argmax(), difference.shape)
    print(f"{len(index)} images, largest difference {largest:.3g} at image {index[row]}, p{column}")
    return largest <= TOLERANCE


def check_training(model, x, labels):
    optimizer = model.optimizer
    if optimizer is None:
        sys.exit("Expected an optimizer in the file, found none")
    begun = int(optimizer.iterations)
    assert begun > 0, "Expected an optimizer that has made steps, found 0 iterations"
    if isinstance(optimizer, keras.optimizers.Adam):
        # A dead unit's variables may rest at 0; a whole layer's kernel does not.
        for kind, variables in (("momentum", optimizer._momentums), ("velocity", optimizer._velocities)):
            for v in variables:
                assert len(v.shape) < 2 or np.any(np.asarray(v)), f"Expected a {kind} that is not zero, found zeros in {v.path}"
    y = keras.utils.to_categorical(labels, model.output_shape[-1])
    before = model.evaluate(x, y, batch_size=256, verbose=0, return_dict=True)["loss"]
    model.fit(x, y, batch_size=128, epochs=1, verbose=0)
    after = model.evaluate(x, y, batch_size=256, verbose=0, return_dict=True)["loss"]
    print(f"{type(optimizer).__name__} at rate {float(optimizer.learning_rate):.6g}, iterations {begun} to {int(optimizer.iterations)},"
          f" loss before {before:.6f}, after {after:.6f}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("model", "images", "labels", "predictions"):
        parser.add_argument(name)
    parser.add_argument("--bytes", action="store_true")
    parser.add_argument("--train", action="store_true")
    args = parser.parse_args()
    keras.utils.set_random_seed(1)
    model = keras.models.load_model(args.model)
    images, labels = idx(args.images), idx(args.labels)
    x = images.astype("float32") / np.float32(1 if args.bytes else 255)
    x = x.reshape((len(x),) + tuple(model.input_shape[1:]))
    agrees = check_predictions(model, x, args.predictions)
    if args.train:
        check_training(model, x, labels)
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
