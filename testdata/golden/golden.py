"""Computes the figures of this folder with Keras itself; README.md describes each file.

python3 golden.py [TARGET]. Needs keras 3.15.1, tensorflow-cpu and scikit-learn; float32, seeded, one thread.
"""
import json
import math
import os
import sys

os.environ.update(KERAS_BACKEND="tensorflow", TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="3")
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers as L  # noqa: E402

CLASSES = 10
TARGET = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))


# Files

def shortest(a):
    """Nested lists of the shortest decimals that give the same float32 again."""
    a = np.asarray(a, "float32")
    return [shortest(b) for b in a] if a.ndim else float(str(a[()]))


def flat(variables):
    return [shortest(np.ravel(v)) for v in variables]


def path(*names):
    p = os.path.join(TARGET, *names)
    os.makedirs(os.path.dirname(p), exist_ok=True)
    return p


def write_text(text, *names):
    with open(path(*names), "w", encoding="utf-8") as f:
        f.write(text)


def write(value, *names):
    """One line for each member."""
    lines = [json.dumps(k) + ":" + json.dumps(v, separators=(",", ":"), allow_nan=False) for k, v in value.items()]
    write_text("{\n" + ",\n".join(lines) + "\n}\n", *names)


# Networks

def softmax_layers():
    return [L.Dense(CLASSES), L.Activation("softmax")]


def hidden(units, rate):
    return [L.Dense(units), L.Activation("relu"), L.Dropout(rate)]


def mlp_layers(*units):
    return [layer for n in units for layer in hidden(n, 0.25)] + softmax_layers()


def cnn_layers(filters, units, padding):
    body = []
    for n in filters[:-1]:
        body += [L.Conv2D(n, 3, activation="relu", padding=padding), L.MaxPooling2D(2)]
    body += [L.Conv2D(filters[-1], 3, activation="relu", padding=padding), L.Flatten()]
    return body + hidden(units, 0.2) + softmax_layers()


def model_of(shape, layers):
    """A new model with the names of a first model; layers is a function, so that its names start from 0 too.

    It returns a list of layers, or takes the input and returns the output.
    """
    keras.utils.clear_session()
    if layers.__code__.co_argcount == 0:
        return keras.Sequential([keras.Input(shape)] + layers())
    inputs = keras.Input(shape)
    return keras.Model(inputs, layers(inputs))


def head(*layers):
    return list(layers) + [L.Flatten()] + softmax_layers()


def leaky_layers(filters):
    return head(L.Conv2D(filters, 3), L.LeakyReLU(negative_slope=0.2), L.MaxPooling2D(2))


def residual(x):
    x = L.Conv2D(4, 3, activation="relu")(x)
    y = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    x = L.Activation("relu")(L.Add()([L.Conv2D(4, 3, padding="same")(y), x]))
    y = L.Concatenate()([L.Conv2D(3, 1, activation="relu")(x), L.Conv2D(2, 3, padding="same")(x), x])
    gate = L.MaxPooling2D((y.shape[1], y.shape[2]))(y)
    x = L.Flatten()(L.Multiply()([y, gate]))
    return L.Dense(CLASSES, activation="softmax")(x)


def branches(x):
    a, b, c = (L.Dense(6, activation="relu")(x) for _ in range(3))
    a = L.Concatenate()([L.Maximum()([a, b, c]), L.Minimum()([a, b]), L.Average()([a, b, c]), L.Subtract()([b, c])])
    return L.Dense(CLASSES)(a)


R = keras.regularizers


def regularized_layers():
    return [L.Conv2D(4, 3, activation="relu", kernel_regularizer=R.L1L2(0.01, 0.02), bias_regularizer=R.L1(0.03),
                     activity_regularizer=R.L1(0.01)),
            L.MaxPooling2D(2), L.Conv2D(3, 2, kernel_regularizer="l2", activity_regularizer=R.L2(0.05)), L.Activation("relu"),
            L.Flatten(), L.Dense(9, activation="tanh", kernel_regularizer="l1", bias_regularizer=R.L2(0.5),
                                 activity_regularizer=R.L1L2(0.1, 0.2))] + softmax_layers()


def regularized_separable_layers():
    return head(
        L.DepthwiseConv2D(3, depthwise_regularizer=R.L2(0.02), bias_regularizer=R.L1(0.1), activity_regularizer=R.L1(0.01)),
        L.BatchNormalization(gamma_regularizer=R.L2(0.1), beta_regularizer=R.L1(0.02)),
        L.SeparableConv2D(4, 2, depthwise_regularizer=R.L1(0.05), pointwise_regularizer=R.L2(0.03), activity_regularizer="l2"),
        L.LayerNormalization(gamma_regularizer=R.L1(0.1), beta_regularizer=R.L2(0.3)),
        L.PReLU("ones", alpha_regularizer=R.L1L2(0.02, 0.01), shared_axes=[1, 2]), L.ActivityRegularization(0.01, 0.02))


PRESETS = {
    "softmax": ((784,), softmax_layers),
    "mlp": ((784,), lambda: mlp_layers(200, 100, 60, 30)),
    "cnn-valid": ((28, 28, 1), lambda: cnn_layers((32, 64, 128), 512, "valid")),
    "cnn-same": ((28, 28, 1), lambda: cnn_layers((32, 64, 128), 512, "same")),
}
NETWORKS = {
    "softmax": ((20,), softmax_layers),
    "mlp": ((35,), lambda: mlp_layers(17, 9)),
    "cnn-valid": ((12, 11, 1), lambda: cnn_layers((4, 6), 8, "valid")),
    "cnn-same": ((9, 7, 1), lambda: cnn_layers((4, 6), 8, "same")),
    "cnn-three": ((28, 28, 1), lambda: cnn_layers((2, 3, 5), 7, "valid")),
    "conv-1x1": ((8, 8, 1), lambda: head(L.Conv2D(3, 1, activation="relu"), L.MaxPooling2D(4))),
    "conv-3x5-valid-pool-2-stride-1": (
        (7, 9, 2), lambda: head(L.Conv2D(3, (3, 5), activation="relu"), L.MaxPooling2D(2, strides=1))),
    "conv-3x5-same-pool-3-stride-1": (
        (5, 6, 2), lambda: head(L.Conv2D(3, (3, 5), padding="same", activation="relu"), L.MaxPooling2D(3, strides=1))),
    "conv-5x5-valid-pool-3": (
        (11, 12, 2), lambda: head(L.Conv2D(3, 5, activation="relu"), L.MaxPooling2D(3))),
    "conv-5x5-same-pool-3": (
        (7, 9, 2), lambda: head(L.Conv2D(3, 5, padding="same", activation="relu"), L.MaxPooling2D(3))),
    "conv-linear-pool-3-stride-2": (
        (8, 8, 1), lambda: head(L.Conv2D(4, 3, padding="same"), L.MaxPooling2D(3, strides=2))),
    "leaky": (
        (35,), lambda: [L.Dense(17), L.LeakyReLU(), L.Dense(9), L.LeakyReLU(negative_slope=0.1)] + softmax_layers()),
    "conv-leaky-pool-2": ((8, 9, 2), lambda: leaky_layers(4)),
    "residual": ((8, 9, 2), residual),
    "branches-logits": ((20,), branches),
    "conv-even-same": ((7, 8, 2), lambda: head(
        L.Conv2D(3, (2, 4), padding="same", activation="relu"), L.Conv2D(4, (4, 2), padding="same", use_bias=False))),
    "conv-strides": ((9, 10, 2), lambda: head(
        L.Conv2D(5, 3, strides=2, padding="same", activation="relu"), L.Conv2D(4, (2, 3), strides=(1, 2)),
        L.Conv2D(3, 1, strides=2, padding="same", use_bias=False))),
    "conv-dilation": ((11, 10, 2), lambda: head(
        L.Conv2D(4, 3, dilation_rate=2, activation="relu"), L.Conv2D(3, (3, 2), dilation_rate=(1, 3), padding="same"))),
    "depthwise": ((9, 8, 3), lambda: head(
        L.DepthwiseConv2D(3, padding="same", activation="relu"), L.DepthwiseConv2D(2, strides=2, depth_multiplier=2),
        L.DepthwiseConv2D((2, 3), dilation_rate=2, padding="same", use_bias=False))),
    "depthwise-strides-dilation": ((9, 9, 2), lambda: head(
        L.DepthwiseConv2D(3, strides=2, dilation_rate=2, padding="same"))),
    "separable": ((9, 8, 3), lambda: head(
        L.SeparableConv2D(4, 3, padding="same", activation="relu"),
        L.SeparableConv2D(5, (2, 3), strides=2, depth_multiplier=2, use_bias=False),
        L.SeparableConv2D(3, 2, dilation_rate=2, padding="same"))),
    "dense-without-bias": (
        (20,), lambda: [L.Dense(17, activation="relu", use_bias=False), L.Dense(CLASSES, use_bias=False), L.Activation("softmax")]),
    "pool-same": ((7, 9, 2), lambda: head(
        L.Conv2D(3, 3, padding="same"), L.MaxPooling2D(3, strides=2, padding="same"),
        L.MaxPooling2D((2, 3), strides=1, padding="same"))),
    "pool-stride-beyond": (
        (11, 12, 2), lambda: head(L.AveragePooling2D(2, strides=3), L.Conv2D(4, 1), L.MaxPooling2D(1, strides=2))),
    "average-pooling": ((9, 8, 2), lambda: head(
        L.Conv2D(4, 3, activation="relu"), L.AveragePooling2D(2), L.Conv2D(3, 1),
        L.AveragePooling2D((3, 2), strides=(2, 1), padding="same"))),
    "global-average-pooling": (
        (7, 6, 2), lambda: [L.Conv2D(5, 3, activation="relu"), L.GlobalAveragePooling2D()] + softmax_layers()),
    "global-max-pooling": (
        (7, 6, 2), lambda: head(L.Conv2D(5, 3), L.GlobalMaxPooling2D(keepdims=True), L.Conv2D(4, 1))),
    "reshape-permute": ((60,), lambda: head(
        L.Reshape((5, -1, 2)), L.Conv2D(3, 3), L.Permute((3, 1, 2)), L.Conv2D(2, 1), L.Reshape((-1, 2)), L.Permute((2, 1)))),
    "zero-padding-cropping": ((6, 5, 2), lambda: head(
        L.ZeroPadding2D(((1, 2), (0, 3))), L.Conv2D(3, 3), L.Cropping2D(((1, 0), (2, 1))))),
    "up-sampling": ((4, 5, 2), lambda: head(
        L.Conv2D(3, 3), L.UpSampling2D((2, 3)), L.Conv2D(2, 3), L.UpSampling2D((3, 2), interpolation="bilinear"))),
    "pool-first": ((8, 9, 3), lambda: head(L.MaxPooling2D(2), L.Conv2D(4, 3, activation="relu"))),
    "prelu": (
        (8, 9, 2), lambda: head(L.Conv2D(4, 3), L.PReLU("ones", shared_axes=[1, 2]), L.MaxPooling2D(2), L.PReLU())),
    "batch-normalization": (
        (8, 9, 2), lambda: head(L.Conv2D(4, 3, activation="relu"), L.BatchNormalization(), L.Activation("relu"),
                                L.Conv2D(3, 3, activation="relu"),
                                L.BatchNormalization(momentum=0.5, epsilon=0.01, scale=False))),
    "dense-batch-normalization": (
        (35,), lambda: [L.BatchNormalization(center=False), L.Dense(17, activation="tanh"), L.BatchNormalization(),
                        L.ReLU()] + softmax_layers()),
    "layer-normalization": (
        (8, 9, 2), lambda: head(L.Conv2D(5, 3), L.LayerNormalization(), L.ELU(0.5), L.MaxPooling2D(2),
                                L.LayerNormalization(epsilon=0.01, center=False))),
    "activations": (
        (35,), lambda: [L.Dense(17, activation="tanh"), L.Dense(13, activation="gelu"), L.Dense(11, activation="softmax"),
                        L.Dense(9, activation="selu"), L.Dense(7, activation="swish")] + softmax_layers()),
    "regularizers": ((8, 9, 2), regularized_layers),
    "regularizers-of-the-rest": ((8, 9, 2), regularized_separable_layers),
    "regularizer-of-probabilities": ((20,), lambda: [
        L.Dense(7, activation="relu"),
        L.Dense(CLASSES, activation="softmax", kernel_regularizer=R.L2(0.01), activity_regularizer=R.L1L2(0.05, 0.5))]),
}


def pixels(rng, n, shape):
    x = rng.integers(0, 256, (n,) + tuple(shape), dtype="uint8")
    x[rng.random(x.shape) < 0.3] = 0
    return x


def scaled(x):
    return x.astype("float32") / 255


def one_hot(labels):
    return keras.utils.to_categorical(labels, CLASSES)


def is_logits(model):
    return model.layers[-1].activation is not keras.activations.softmax


def probabilities(model, x):
    y = model(scaled(x), training=False)
    return keras.ops.softmax(y) if is_logits(model) else y


def normalizes_batches(model):
    return any(isinstance(layer, L.BatchNormalization) for layer in model.layers)


def gradients(model, x, labels):
    """The mean loss of a minibatch without dropout, and its gradients; moves a batch normalization's statistics."""
    cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=is_logits(model))
    with tf.GradientTape() as tape:
        loss = cross_entropy(one_hot(labels), model(scaled(x), training=normalizes_batches(model))) + sum(model.losses)
    return loss, tape.gradient(loss, model.trainable_variables)


def mean_loss(model, x, labels):
    return keras.losses.CategoricalCrossentropy()(one_hot(labels), model(scaled(x), training=False)) + sum(model.losses)


def weights(model):
    """Layer by layer, with those that do not train."""
    return [v for layer in model.layers for v in layer.weights]


def described(variables):
    return [{"path": v.path, "shape": list(v.shape)} | ({} if v.trainable else {"trainable": False}) for v in variables]


def moments(optimizer):
    return flat(optimizer._momentums), flat(optimizer._velocities)


def network(name, shape, layers):
    keras.utils.set_random_seed(len(name))
    rng = np.random.default_rng(len(name))
    model = model_of(shape, layers)
    for v in model.trainable_variables:
        if v.path.endswith("bias"):  # as trained ones are: zeros would hide a forgotten bias
            v.assign(rng.normal(0, 0.1, v.shape))
    x, labels = pixels(rng, 8, shape), rng.integers(0, CLASSES, 8)
    loss, first = mean_loss(model, x, labels), model.get_weights()
    training_loss, g = gradients(model, x, labels)
    model.set_weights(first)
    out = {
        "keras": keras.__version__,
        "architecture": json.loads(model.to_json()),
        "input_shape": list(shape),
        "pixels": x.reshape(8, -1).tolist(),
        "labels": labels.tolist(),
        "variables": described(weights(model)),
        "weights": flat(weights(model)),
        "probabilities": shortest(probabilities(model, x)),
        "loss": shortest(loss),
        "gradients": flat(g),
    } | ({"training_loss": shortest(training_loss)} if normalizes_batches(model) else {})
    adam, steps = keras.optimizers.Adam(0.001), []
    for batch in ([0, 1, 2], [3, 4, 5, 6, 7], [7, 0, 5, 2, 1, 6, 3, 4]):
        loss, g = gradients(model, x[batch], labels[batch])
        adam.apply(g, model.trainable_variables)
        steps.append({"batch": batch, "loss": shortest(loss), "weights": flat(weights(model))})
    m, v = moments(adam)
    write(out | {"adam": {"learning_rate": 0.001, "beta_1": adam.beta_1, "beta_2": adam.beta_2, "epsilon": adam.epsilon},
                 "steps": steps, "m": m, "v": v}, "networks", name + ".json")


# Layers

def function_case(name):
    return (3, 4), lambda: L.Activation(name)


def adapted(**settings):
    layer = L.Normalization(**settings)
    layer.adapt(np.random.default_rng(1).normal(3, 2, (50, 3, 4)).astype("float32"))
    return layer


LAYERS = {name: function_case(name) for name in (
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", "linear",
    "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
    "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "tanh", "tanh_shrink")} | {
    "relu-settings": ((3, 4), lambda: L.ReLU(2.5, 0.25, 0.5)),
    "relu-max": ((3, 4), lambda: L.ReLU(6)),
    "relu-slope": ((3, 4), lambda: L.ReLU(negative_slope=0.1)),
    "relu-threshold": ((3, 4), lambda: L.ReLU(threshold=1.5)),
    "elu-alpha": ((3, 4), lambda: L.ELU(0.3)),
    "leaky": ((3, 4), lambda: L.LeakyReLU()),
    "prelu": ((2, 3, 2), lambda: L.PReLU()),
    "prelu-shared": ((2, 3, 2), lambda: L.PReLU("ones", shared_axes=[1, 2])),
    "prelu-shared-one": ((2, 3, 2), lambda: L.PReLU(shared_axes=[2])),
    "batch-normalization": ((2, 3, 5), lambda: L.BatchNormalization()),
    "batch-normalization-vector": ((5,), lambda: L.BatchNormalization(momentum=0.6, epsilon=0.2)),
    "batch-normalization-no-scale": ((3, 4), lambda: L.BatchNormalization(scale=False)),
    "batch-normalization-bare": ((2, 3, 4), lambda: L.BatchNormalization(axis=3, center=False, scale=False)),
    "layer-normalization": ((2, 3, 5), lambda: L.LayerNormalization()),
    "layer-normalization-vector": ((7,), lambda: L.LayerNormalization(epsilon=0.2, scale=False)),
    "layer-normalization-bare": ((3, 4), lambda: L.LayerNormalization(center=False, scale=False)),
    "rescaling": ((3, 4), lambda: L.Rescaling(1 / 127.5, offset=-1)),
    "rescaling-channels": ((2, 2, 3), lambda: L.Rescaling([1, 2, 0.5], offset=np.array([0.5, 0, -2]))),
    "normalization-given": ((2, 2, 3), lambda: L.Normalization(mean=[1, 0.5, -2], variance=[4, 0.25, 1])),
    "normalization-whole": ((3, 4), lambda: L.Normalization(axis=None, mean=1.5, variance=0.5)),
    "normalization-inverted": ((3, 4), lambda: L.Normalization(mean=1.5, variance=0.5, invert=True)),
    "normalization-adapted": ((3, 4), adapted),
    "normalization-adapted-whole": ((3, 4), lambda: adapted(axis=None)),
}


def layer_case(name, shape, make):
    """One layer alone, in training and in prediction: its output, gradients, and what becomes of its weights."""
    keras.utils.clear_session()
    rng = np.random.default_rng(len(name))
    layer, x = make(), rng.normal(0, 2, (4,) + shape).astype("float32")
    if not layer.built:  # as an adapted one is
        layer.build((None,) + shape)
    if not isinstance(layer, L.Normalization):
        for v in layer.weights:
            v.assign(rng.uniform(0.3, 1.5, v.shape))
    out = {"layer": keras.saving.serialize_keras_object(layer), "input_shape": list(shape), "variables": described(layer.weights),
           "weights": flat(layer.weights), "input": shortest(np.ravel(x)),
           "prediction": shortest(np.ravel(layer(x, training=False) if takes_training(layer) else layer(x)))}
    v = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = layer(v, training=True) if takes_training(layer) else layer(v)
    up = rng.normal(0, 1, y.shape).astype("float32")
    g = tape.gradient(y, [v] + layer.trainable_weights, output_gradients=tf.constant(up))
    return out | {"output": shortest(np.ravel(y)), "output_gradient": shortest(np.ravel(up)), "input_gradient": shortest(np.ravel(g[0])),
                  "gradients": flat(g[1:]), "weights_after": flat(layer.weights)}


def takes_training(layer):
    return isinstance(layer, L.BatchNormalization)


def single_layers():
    write({"keras": keras.__version__} | {name: layer_case(name, *made) for name, made in LAYERS.items()}, "layers.json")


# Initializers

I = keras.initializers
INITIALIZERS = [
    (I.Zeros(), "zeros"), (I.Ones(), "ones"), (I.Constant(0.25), None), (I.RandomUniform(seed=1), "random_uniform"),
    (I.RandomUniform(-1.0, 3.0, seed=2), None), (I.RandomNormal(seed=3), "normal"), (I.RandomNormal(0.5, 0.25, seed=4), None),
    (I.TruncatedNormal(seed=5), "truncated_normal"), (I.TruncatedNormal(0.5, 0.25, seed=6), None),
    (I.VarianceScaling(seed=7), "variance_scaling"), (I.VarianceScaling(3.0, "fan_out", "untruncated_normal", seed=8), None),
    (I.VarianceScaling(0.5, "fan_avg", "uniform", seed=9), None), (I.GlorotUniform(seed=10), "glorot_uniform"),
    (I.GlorotNormal(seed=11), "glorot_normal"), (I.HeUniform(seed=12), "he_uniform"), (I.HeNormal(seed=13), "he_normal"),
    (I.LecunUniform(seed=14), "lecun_uniform"), (I.LecunNormal(seed=15), "lecun_normal"),
    (I.Orthogonal(seed=16), "orthogonal"), (I.Orthogonal(2.0, seed=17), None), (I.Identity(), "identity"),
]


def initializers():
    cases = []
    for initializer, name in INITIALIZERS:
        kind = type(initializer).__name__
        shape = (40, 30) if kind == "Identity" else (3, 3, 64, 32)
        values = np.asarray(initializer(shape), "float64")
        normal = kind in ("RandomNormal", "Orthogonal") or getattr(initializer, "distribution", "") == "untruncated_normal"
        case = {"keras": keras.saving.serialize_keras_object(initializer), "shape": list(shape), "mean": shortest(values.mean()),
                "deviation": shortest(values.std()), "most": shortest(np.abs(values).max()), "unbounded": normal}
        cases.append(case | ({"name": name} if name else {}))
    write({"keras": keras.__version__, "cases": cases}, "initializers.json")


# Optimizers

OPTIMIZERS = [
    ({"name": "adam"}, lambda: keras.optimizers.Adam()),
    ({"name": "adam", "beta1": 0.5, "beta2": 0.75, "epsilon": 0.125}, lambda: keras.optimizers.Adam(0.25, 0.5, 0.75, 0.125)),
    ({"name": "sgd"}, lambda: keras.optimizers.SGD()),
    ({"name": "sgd", "momentum": 0.9}, lambda: keras.optimizers.SGD(0.01, 0.9)),
    ({"name": "sgd", "momentum": 0.9, "nesterov": True}, lambda: keras.optimizers.SGD(0.01, 0.9, True)),
    ({"name": "sgd", "weightDecay": 0.5}, lambda: keras.optimizers.SGD(0.01, weight_decay=0.5)),
    ({"name": "sgd", "clipvalue": 0.5}, lambda: keras.optimizers.SGD(0.25, clipvalue=0.5)),
    ({"name": "sgd", "clipnorm": 3.0}, lambda: keras.optimizers.SGD(0.25, clipnorm=3.0)),
    ({"name": "sgd", "globalClipnorm": 3.0}, lambda: keras.optimizers.SGD(0.25, global_clipnorm=3.0)),
    ({"name": "adam", "amsgrad": True, "weightDecay": 0.25}, lambda: keras.optimizers.Adam(0.01, amsgrad=True, weight_decay=0.25)),
    ({"name": "rmsprop"}, lambda: keras.optimizers.RMSprop()),
    ({"name": "rmsprop", "rho": 0.75, "momentum": 0.5, "epsilon": 0.125},
     lambda: keras.optimizers.RMSprop(0.01, 0.75, 0.5, 0.125)),
    ({"name": "rmsprop", "centered": True}, lambda: keras.optimizers.RMSprop(0.01, centered=True)),
    ({"name": "rmsprop", "momentum": 0.5, "centered": True, "clipnorm": 2.0},
     lambda: keras.optimizers.RMSprop(0.01, 0.9, 0.5, centered=True, clipnorm=2.0)),
    ({"name": "adamw"}, lambda: keras.optimizers.AdamW()),
    ({"name": "adamw", "weightDecay": 0.5, "amsgrad": True}, lambda: keras.optimizers.AdamW(0.01, 0.5, amsgrad=True)),
    ({"name": "nadam"}, lambda: keras.optimizers.Nadam()),
    ({"name": "nadam", "beta1": 0.5, "beta2": 0.75, "epsilon": 0.125}, lambda: keras.optimizers.Nadam(0.25, 0.5, 0.75, 0.125)),
    ({"name": "adagrad"}, lambda: keras.optimizers.Adagrad()),
    ({"name": "adagrad", "initialAccumulatorValue": 0.5, "epsilon": 0.125}, lambda: keras.optimizers.Adagrad(0.25, 0.5, 0.125)),
    ({"name": "lion"}, lambda: keras.optimizers.Lion()),
    ({"name": "lion", "beta1": 0.5, "beta2": 0.75, "weightDecay": 0.25},
     lambda: keras.optimizers.Lion(0.01, 0.5, 0.75, weight_decay=0.25)),
    ({"name": "muon"}, lambda: keras.optimizers.Muon()),
    ({"name": "muon", "momentum": 0.5, "nesterov": False, "rmsRate": 0.0, "weightDecay": 0.25, "adamWeightDecay": 0.5},
     lambda: keras.optimizers.Muon(0.01, momentum=0.5, nesterov=False, rms_rate=None, weight_decay=0.25, adam_weight_decay=0.5)),
    ({"name": "muon", "beta1": 0.5, "beta2": 0.75, "globalClipnorm": 2.0},
     lambda: keras.optimizers.Muon(0.01, 0.5, 0.75, global_clipnorm=2.0), ((5, 3), (3,), (2, 2, 3, 4), (4, 4))),
]


def optimizers():
    cases = []
    for ours, make, *other in OPTIMIZERS:
        keras.utils.clear_session()
        rng = np.random.default_rng(3)
        optimizer = make()
        shapes = other[0] if other else ((3, 5), (5,))
        variables = [keras.Variable(rng.normal(0, 1, shape).astype("float32")) for shape in shapes]
        case = {"epochflow": ours, "keras": keras.optimizers.serialize(optimizer), "rate": shortest(optimizer.learning_rate),
                "weights": [flat(variables)], "gradients": []}
        for _ in range(3):
            g = [rng.normal(0, 1, v.shape).astype("float32") for v in variables]
            optimizer.apply([keras.ops.convert_to_tensor(a) for a in g], variables)
            case["gradients"].append(flat(g))
            case["weights"].append(flat(variables))
        cases.append(case | {"state": flat(optimizer.variables[2:])} | ({"shapes": shapes} if other else {}))
    write({"keras": keras.__version__, "cases": cases}, "optimizers.json")


S = keras.optimizers.schedules
SCHEDULES = [
    ("exponential:decayRate=0.5,decaySteps=8", S.ExponentialDecay(0.1, 8, 0.5)),
    ("exponential:decayRate=0.5,decaySteps=8,staircase=true", S.ExponentialDecay(0.1, 8, 0.5, staircase=True)),
    ("inversetime:decayRate=0.5,decaySteps=8", S.InverseTimeDecay(0.1, 8, 0.5)),
    ("inversetime:decayRate=0.5,decaySteps=8,staircase=true", S.InverseTimeDecay(0.1, 8, 0.5, staircase=True)),
    ("polynomial:decaySteps=16,alpha=0.125,power=2", S.PolynomialDecay(0.1, 16, 0.0125, 2.0)),
    ("polynomial:decaySteps=7,alpha=0.125,cycle=true", S.PolynomialDecay(0.1, 7, 0.0125, cycle=True)),
    ("piecewise:boundaries=4/11,values=0.5/1/0.25", S.PiecewiseConstantDecay([4, 11], [0.05, 0.1, 0.025])),
    ("cosine:decaySteps=16", S.CosineDecay(0.1, 16)),
    ("cosine:decaySteps=16,alpha=0.25,warmup=4,warmupStart=0.125",
     S.CosineDecay(0.0125, 16, 0.25, warmup_target=0.1, warmup_steps=4)),
    ("cosine:decaySteps=3,restarts=10000", S.CosineDecayRestarts(0.1, 3)),
    ("cosine:decaySteps=5,restarts=10000,tMul=1,mMul=0.5,alpha=0.125", S.CosineDecayRestarts(0.1, 5, 1.0, 0.5, 0.125)),
]


def schedules():
    cases = [{"epochflow": ours, "keras": S.serialize(schedule), "rates": shortest([schedule(step) for step in range(24)])}
             for ours, schedule in SCHEDULES]
    write({"keras": keras.__version__, "cases": cases}, "schedules.json")


PLATEAUS = [
    ("never", "min", {}, [1, .9, .8, .7]),
    ("after patience", "min", {"factor": 0.5, "patience": 2}, [1, 1, 1, 1, .5, .5, .5, .5, .5]),
    ("patience 0", "min", {"factor": 0.5, "patience": 0}, [1, 1, .9, .95]),
    ("small changes", "min", {"factor": 0.5, "patience": 2, "min_delta": 0.1}, [1, .95, .92, .91, .75, .74, .73]),
    ("cooldown", "min", {"factor": 0.5, "patience": 1, "cooldown": 2}, [1, 1, 1, 1, 1, 1, 1, .5, .6, .6]),
    ("least rate", "max", {"factor": 0.25, "patience": 1, "min_lr": 0.01}, [.5, .5, .5, .5, .6, .6, .6]),
]


def plateaus():
    traces = []
    for name, mode, settings, values in PLATEAUS:
        model = Stub()
        model.optimizer = keras.optimizers.SGD(0.1)
        callback = keras.callbacks.ReduceLROnPlateau("monitored", mode=mode, **settings)
        callback.set_model(model)
        callback.on_train_begin()
        rates = []
        for epoch, value in enumerate(values):
            callback.on_epoch_end(epoch, {"monitored": value})
            rates.append(model.optimizer.learning_rate.numpy())
        traces.append({"name": name, "mode": mode, "settings": settings, "values": values, "rates": shortest(rates)})
    write({"keras": keras.__version__, "rate": 0.1, "traces": traces}, "plateaus.json")


# Worked example, pooling ties, losses

def apply_layer(layer, x):
    y = layer(np.asarray(x, "float32")[None, :, :, None])
    return shortest(np.asarray(y)[0, :, :, 0])


def worked_example():
    image = [[.6, .4, .1, .2, .2], [.2, .3, .8, .5, .3], [.1, .9, .6, 0, .1], [.4, .2, .1, 0, 0], [.5, .1, 0, .1, .3]]
    kernel = [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    out = {"keras": keras.__version__, "input": image, "kernel": kernel, "cases": []}
    for padding in ("valid", "same"):
        for bias in (0.0, 0.25):
            weights = {"kernel_initializer": lambda s, dtype: np.reshape(np.asarray(kernel, "float32"), s),
                       "bias_initializer": keras.initializers.Constant(bias)}
            relu = apply_layer(L.Conv2D(1, 3, padding=padding, activation="relu", **weights), image)
            out["cases"].append({
                "padding": padding, "bias": bias,
                "convolved": apply_layer(L.Conv2D(1, 3, padding=padding, **weights), image),
                "relu": relu,
                "pool_2_stride_1": apply_layer(L.MaxPooling2D(2, strides=1), relu),
                "pool_2_stride_2": apply_layer(L.MaxPooling2D(2), relu)})
    write(out, "worked-convolution.json")


def pooling_ties():
    """Which maximum gets the gradient if a window has several."""
    rng = np.random.default_rng(7)
    cases = []
    for size, stride in ((2, 2), (2, 1), (3, 3), (3, 1), (3, 2)):
        x = rng.integers(0, 3, (1, 7, 6, 2)).astype("float32")
        v = tf.Variable(x)
        with tf.GradientTape() as tape:
            y = L.MaxPooling2D(size, strides=stride)(v)
        up = (1 + np.arange(math.prod(y.shape), dtype="float32")).reshape(y.shape)
        cases.append({"pool_size": size, "strides": stride, "input": shortest(x[0]), "output": shortest(y[0]),
                      "output_gradient": shortest(up[0]),
                      "input_gradient": shortest(tape.gradient(y, v, output_gradients=tf.constant(up))[0])})
    write({"keras": keras.__version__, "cases": cases}, "pooling-ties.json")


IMAGE_LAYERS = [
    lambda: L.MaxPooling2D(3, strides=2, padding="same"),
    lambda: L.MaxPooling2D((2, 3), strides=1, padding="same"),
    lambda: L.MaxPooling2D(2, strides=3),
    lambda: L.MaxPooling2D(7, strides=2, padding="same"),
    lambda: L.AveragePooling2D(2),
    lambda: L.AveragePooling2D((2, 3), strides=1),
    lambda: L.AveragePooling2D(3, strides=2, padding="same"),
    lambda: L.AveragePooling2D((2, 4), strides=1, padding="same"),
    lambda: L.AveragePooling2D(2, strides=3, padding="same"),
    lambda: L.GlobalMaxPooling2D(),
    lambda: L.GlobalMaxPooling2D(keepdims=True),
    lambda: L.GlobalAveragePooling2D(),
    lambda: L.GlobalAveragePooling2D(keepdims=True),
    lambda: L.Flatten(),
    lambda: L.Reshape((4, -1, 3)),
    lambda: L.Permute((2, 1, 3)),
    lambda: L.Permute((3, 1, 2)),
    lambda: L.ZeroPadding2D(),
    lambda: L.ZeroPadding2D(((1, 0), (0, 2))),
    lambda: L.Cropping2D((1, 2)),
    lambda: L.Cropping2D(((0, 2), (1, 0))),
    lambda: L.UpSampling2D(),
    lambda: L.UpSampling2D((1, 3)),
    lambda: L.UpSampling2D(interpolation="bilinear"),
    lambda: L.UpSampling2D((3, 5), interpolation="bilinear"),
]


def image_layers():
    """What single layers make of images with many equal values, and where the gradient goes."""
    rng = np.random.default_rng(7)
    cases = []
    for make in IMAGE_LAYERS:
        keras.utils.clear_session()
        layer, v = make(), tf.Variable(rng.integers(0, 3, (3, 5, 6, 2)).astype("float32"))
        with tf.GradientTape() as tape:
            y = layer(v)
        up = rng.integers(-9, 10, y.shape).astype("float32")
        cases.append({"layer": json.loads(json.dumps(keras.saving.serialize_keras_object(layer))),
                      "output_shape": list(y.shape[1:]), "input": shortest(v), "output": shortest(y),
                      "output_gradient": shortest(up),
                      "input_gradient": shortest(tape.gradient(y, v, output_gradients=tf.constant(up)))})
    write({"keras": keras.__version__, "cases": cases}, "image-layers.json")


def losses():
    """The loss of given probabilities, and of a model that ends in softmax, whose logits Keras uses instead."""
    cases = []
    for p, label in (([0, 1, 0], 0), ([0, 1, 0], 1), ([1e-8, 1 - 1e-8, 0], 0), ([.2, .3, .5], 2), ([1 / 3] * 3, 0),
                     ([.1, .1, .2], 2)):
        p = np.asarray([p], "float32")
        y = np.eye(3, dtype="float32")[[label]]
        t = tf.Variable(p)
        with tf.GradientTape() as tape:
            loss = keras.losses.CategoricalCrossentropy()(y, t)
        cases.append({"probabilities": shortest(p[0]), "label": label, "loss": shortest(loss),
                      "gradient": shortest(tape.gradient(loss, t)[0])})
    p = np.asarray([c["probabilities"] for c in cases], "float32")
    y = np.eye(3, dtype="float32")[[c["label"] for c in cases]]
    models = []
    for logits, label in (([0, 5, 0], 0), ([0, 20, 0], 0), ([0, 100, 0], 0), ([-200, 0, 0], 0), ([0, 20, 0], 1)):
        model = model_of((3,), lambda: [L.Dense(3, kernel_initializer="identity"), L.Activation("softmax")])
        model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.SGD(1.0))
        x, target = np.asarray([logits], "float32"), np.eye(3, dtype="float32")[[label]]
        case = {"logits": logits, "label": label, "probabilities": shortest(model.predict(x, verbose=0)[0]),
                "evaluate_loss": shortest(model.evaluate(x, target, verbose=0)),
                "loss_of_predicted": shortest(keras.losses.CategoricalCrossentropy()(target, model.predict(x, verbose=0)))}
        case["fit_loss"] = shortest(model.fit(x, target, verbose=0).history["loss"][0])
        case["fit_logits_gradient"] = shortest(-np.asarray(model.layers[0].bias))  # SGD at rate 1 from bias 0
        models.append(case)
    write({"keras": keras.__version__, "clip": keras.config.epsilon(), "cases": cases,
           "mean_loss": shortest(keras.losses.CategoricalCrossentropy()(y, p)), "models": models}, "losses.json")


# Augmentation

def affine_matrix(layer, degrees, shape):
    zero, one = tf.zeros([1]), tf.ones([1])
    return layer._compute_affine_matrix(
        0.5, 0.5, tf.constant([degrees], "float32"), zero, zero, one, zero, zero, shape[0], shape[1])


def transformation(layer, drawn, shape):
    """What the layer makes of drawn numbers, in the form that its transform_images takes."""
    if isinstance(layer, L.RandomFlip):
        return {"flips": np.reshape(drawn[0] > 0, (1, 1, 1, 1))}
    if isinstance(layer, L.RandomTranslation):
        return {"translations": tf.constant([[drawn[1], drawn[0]]], "float32")}
    if isinstance(layer, L.RandomRotation):
        return {"rotation_matrix": affine_matrix(layer, drawn[0], shape)}
    if isinstance(layer, L.RandomZoom):
        return {"height_zoom": tf.constant([[drawn[0]]], "float32"), "width_zoom": tf.constant([[drawn[1]]], "float32")}
    if isinstance(layer, L.RandomCrop):
        return tuple(int(d) for d in drawn) if drawn else layer.get_random_transformation(np.zeros((1,) + shape))
    if isinstance(layer, L.RandomContrast):
        return {"contrast_factor": tf.constant(drawn[0], "float32")}
    if isinstance(layer, L.RandomBrightness):
        return {"rgb_delta": tf.constant(drawn[0], "float32")}
    top, left, bottom, right = (tf.constant([d], "float32") for d in drawn)
    images = (1,) + shape
    return {"apply_erasing": tf.constant([True]),
            "batch_masks": layer._generate_batch_mask(images, (left, right, top, bottom)),
            "fill_value": layer._get_fill_value(tf.zeros(images), images, None)}


def hundredths(rng, shape):
    return (rng.integers(0, 101, shape) / 100).astype("float32")


def augmented(rng, shape, layer, drawn, gradient=True):
    x = hundredths(rng, shape)
    v = tf.constant(x[None])
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = layer.transform_images(v, transformation(layer, drawn, shape), training=True)
    case = {"layer": keras.saving.serialize_keras_object(layer), "drawn": drawn, "shape": list(shape), "input": shortest(np.ravel(x)),
            "output": shortest(np.ravel(y))}
    if gradient:
        up = hundredths(rng, y.shape)
        case |= {"output_gradient": shortest(np.ravel(up)),
                 "input_gradient": shortest(np.ravel(tape.gradient(y, v, output_gradients=tf.constant(up))))}
    return case


def augmentation():
    """The gradients of geometric transforms are left out: TensorFlow's is that of the inverse transform."""
    rng = np.random.default_rng(11)
    keras.utils.clear_session()
    cases, flat_image, colour = [], (5, 4, 1), (6, 7, 3)
    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        cases += [augmented(rng, shape, L.RandomFlip(mode), [flips]) for shape, flips in ((flat_image, 1), (colour, 1), (colour, 0))]
    for fill in ("constant", "nearest", "reflect", "wrap"):
        for interpolation in ("nearest", "bilinear"):
            how = {"fill_mode": fill, "interpolation": interpolation, "fill_value": 0.25}
            for moved in ([1.3, -2.6], [-9.2, 11.7], [2, -1]):
                cases.append(augmented(rng, flat_image, L.RandomTranslation(0.5, (-0.2, 0.3), **how), moved, False))
            for degrees in (33.0, -171.5):
                cases.append(augmented(rng, colour, L.RandomRotation((-0.5, 0.25), **how), [degrees], False))
            for zooms in ([0.7, 1.6], [1.9, 0.4]):
                cases.append(augmented(rng, flat_image, L.RandomZoom((-0.6, 1), -0.5, **how), zooms, False))
    cases.append(augmented(rng, (9, 1, 1), L.RandomRotation(0.1), [90.0], False))
    cases.append(augmented(rng, flat_image, L.RandomZoom(0.3), [1.25, 1.25], False))
    for place in ([0, 0], [1, 3], [2, 4]):
        cases.append(augmented(rng, colour, L.RandomCrop(4, 3), place))
    for height, width in ((6, 7), (12, 14), (6, 5), (5, 7)):  # not larger both ways
        cases.append(augmented(rng, colour, L.RandomCrop(height, width), []))
    for contrast in (0.4, 1.0, 1.9):
        cases += [augmented(rng, colour, L.RandomContrast((0.9, 0.9), value_range=span), [contrast]) for span in ((0, 1), (0.2, 0.7))]
    cases.append(augmented(rng, flat_image, L.RandomContrast(0.5), [1.25]))
    for added in (-0.3, 0.6):
        cases += [augmented(rng, colour, L.RandomBrightness(0.7, value_range=span), [added]) for span in ((0, 1), (-1, 3))]
    cases.append(augmented(rng, flat_image, L.RandomBrightness((-0.1, 0.2)), [1.5]))
    for fill in (0.5, 7.0, (0.1, 0.2, 0.9)):
        for place in ([0.0, 0.0, 6.0, 7.0], [1.2, 2.0, 3.9, 5.0], [2.5, 3.5, 2.9, 3.9]):
            cases.append(augmented(rng, colour, L.RandomErasing(0.5, (0.1, 0.4), fill, (0, 1)), place))
    stills = []
    for height, width in ((4, 3), (12, 14), (3, 6), (6, 5)):
        x = hundredths(rng, colour)
        stills.append({"height": height, "width": width, "shape": list(colour), "input": shortest(np.ravel(x)),
                       "output": shortest(np.ravel(keras.preprocessing.image.smart_resize(x, (height, width))))})
    write({"keras": keras.__version__, "cases": cases, "stills": stills}, "augmentation.json")


# Early stopping

TRACES = [
    ("worked example", "min", 5, 0, [1, .9, .8, .81, .82, .83, .84, .85, .7]),
    ("equal is no improvement", "min", 3, 0, [.5, .5, .5, .5, .4]),
    ("wait starts again", "min", 2, 0, [1, 1.1, .9, 1, .8, .9, .95, .7]),
    ("patience 0", "min", 0, 0, [1, .9, .95, .8]),
    ("patience 1", "min", 1, 0, [1, .9, .95, .8]),
    ("min_delta: small gains do not count, and do not move the best", "min", 3, .05, [1, .98, .96, .94, .92, .9, .88, .86]),
    ("min_delta: a gain of exactly it does not count", "min", 2, .25, [1, .75, .5, .25]),
    ("val_accuracy", "max", 3, 0, [.5, .6, .7, .69, .7, .68, .9]),
    ("val_accuracy with min_delta", "max", 2, .01, [.5, .505, .52, .525, .529, .6]),
    ("negative zero and zero", "min", 2, 0, [0.0, -0.0, -0.0, 1]),
    ("infinite first", "min", 3, 0, [math.inf, .9, .8, .9, .9, .9]),
    ("NaN between", "min", 3, 0, [1, math.nan, .9, math.nan, math.nan, math.nan, .5]),
    ("NaN first", "min", 3, 0, [math.nan, 1, .9, .8, .7]),
    ("NaN first, val_accuracy", "max", 3, 0, [math.nan, .5, .6, .5, .5, .5, .9]),
    ("minus infinity", "min", 2, 0, [1, -math.inf, .5, .4]),
    ("never stops", "min", 5, 0, [1, .9, .8]),
]


class Stub:
    """The part of a model that the callbacks use."""
    stop_training, optimizer, built = False, None, True

    def __init__(self):
        self.saves = []

    def save(self, file, **_):
        self.saves.append(self.epoch)


def keras_trace(mode, patience, min_delta, values):
    model = Stub()
    stopping = keras.callbacks.EarlyStopping("monitored", min_delta=min_delta, patience=patience, mode=mode)
    checkpoint = keras.callbacks.ModelCheckpoint(path("unused.keras"), "monitored", save_best_only=True, mode=mode)
    waits = []
    for callback in (stopping, checkpoint):
        callback.set_model(model)
        callback.on_train_begin()
    for model.epoch, value in enumerate(values, 1):
        for callback in (stopping, checkpoint):
            callback.on_epoch_end(model.epoch - 1, {"monitored": value})
        waits.append(stopping.wait)
        if model.stop_training:
            break
    return {"epochs_run": len(waits), "stopped": model.stop_training, "best_epoch": stopping.best_epoch + 1, "waits": waits,
            "saved_epochs": model.saves}


def our_trace(mode, patience, min_delta, values):
    """Keras's rule, except that a value that is not finite is never an improvement."""
    sign = 1 if mode == "min" else -1
    best = saved = math.inf
    best_epoch, wait, waits, saves, stopped = 0, 0, [], [], False
    for epoch, value in enumerate(values, 1):
        loss = np.float32(sign * value)
        finite = math.isfinite(value)
        wait += 1
        if finite and loss < saved:
            saved = loss
            saves.append(epoch)
        if finite and np.float32(sign * value + min_delta) < best:
            best, best_epoch, wait = loss, epoch, 0
        waits.append(wait)
        if wait >= patience and wait > 0:
            stopped = True
            break
    return {"epochs_run": len(waits), "stopped": stopped, "best_epoch": best_epoch, "waits": waits, "saved_epochs": saves}


def early_stopping():
    traces = []
    for name, mode, patience, min_delta, values in TRACES:
        theirs, ours = (f(mode, patience, min_delta, values) for f in (keras_trace, our_trace))
        values = [v if math.isfinite(v) else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(v), "NaN") for v in values]
        trace = {"name": name, "mode": mode, "patience": patience, "min_delta": min_delta, "values": values, "keras": theirs}
        traces.append(trace | ({} if ours == theirs else {"epochflow": ours}))
    write({"keras": keras.__version__, "traces": traces}, "early-stopping.json")


# Saved models and presets

def saved(name, shape, layers):
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    model = model_of(shape, layers)
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    x, labels = pixels(rng, 6, shape), rng.integers(0, CLASSES, 6)
    for _ in range(2):
        model.train_on_batch(scaled(x), one_hot(labels))
    model.save(path("models", name + ".keras"))
    m, v = moments(model.optimizer)
    out = {
        "keras": keras.__version__, "input_shape": list(shape), "pixels": x.reshape(6, -1).tolist(), "labels": labels.tolist(),
        "predictions": shortest(model.predict(scaled(x), verbose=0)),
        "variables": described(weights(model)),
        "weights": flat(weights(model)), "iterations": int(model.optimizer.iterations),
        "learning_rate": shortest(model.optimizer.learning_rate), "m": m, "v": v,
    }
    loss, g = gradients(model, x, labels)
    model.optimizer.apply(g, model.trainable_variables)
    write(out | {"next": {"loss": shortest(loss), "weights": flat(weights(model))}}, "models", name + ".json")


def normalizing_layers():
    adapt = L.Normalization()
    adapt.adapt(scaled(pixels(np.random.default_rng(2), 20, (10, 9, 1))))
    return [L.Rescaling(2.0), adapt] + head(L.Conv2D(3, 3), L.BatchNormalization(), L.ReLU(6.0), L.SpatialDropout2D(0.1),
                                            L.GaussianNoise(0.1), L.PReLU(shared_axes=[1, 2]), L.LayerNormalization(),
                                            L.GaussianDropout(0.1))


COMPILED = {
    "sgd": lambda: keras.optimizers.SGD(0.01, 0.9, nesterov=True, weight_decay=0.125),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, 0.75, 0.5, centered=True, clipvalue=0.5),
    "adam": lambda: keras.optimizers.Adam(0.01, amsgrad=True, clipnorm=0.5),
    "adamw": lambda: keras.optimizers.AdamW(0.01, 0.25, global_clipnorm=0.5),
    "nadam": lambda: keras.optimizers.Nadam(0.01, 0.75),
    "adagrad": lambda: keras.optimizers.Adagrad(0.01, 0.25),
    "lion": lambda: keras.optimizers.Lion(0.01, 0.75),
    "muon": lambda: keras.optimizers.Muon(0.01, adam_weight_decay=0.5),
    "schedule": lambda: keras.optimizers.Adam(S.CosineDecay(0.0125, 16, 0.25, warmup_target=0.1, warmup_steps=4)),
    "ftrl": lambda: keras.optimizers.Ftrl(0.01),
}


def compiled(name, make):
    """A small network after two steps, which Keras goes on from for one more."""
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    model = model_of((4,), lambda: [L.Dense(5, activation="relu")] + softmax_layers())
    model.compile(optimizer=make(), loss="categorical_crossentropy")
    x, labels = pixels(rng, 6, (4,)), rng.integers(0, CLASSES, 6)
    for _ in range(2):
        model.train_on_batch(scaled(x), one_hot(labels))
    model.save(path("compiled", name + ".keras"))
    rate = model.optimizer.learning_rate
    out = {"keras": keras.__version__, "pixels": x.tolist(), "labels": labels.tolist(), "rate": shortest(rate),
           "weights": flat(model.trainable_variables)}
    _, g = gradients(model, x, labels)
    model.optimizer.apply(g, model.trainable_variables)
    write(out | {"next": flat(model.trainable_variables)}, "compiled", name + ".json")


def foreign():
    """Models that epochflow has no layers for."""
    keras.utils.set_random_seed(5)
    model_of((6, 5), lambda: [L.LSTM(3)] + softmax_layers()).save(path("models", "lstm.keras"))


# Trainings

C = keras.losses


def small(units, activation=None, layers=lambda: []):
    return lambda: layers() + [L.Dense(8, activation="tanh"), L.Dense(units, activation=activation)]


def frozen_layers():
    return [L.Dense(6, kernel_regularizer=R.L2(0.1), activity_regularizer=R.L2(0.05), trainable=False)]


TRAININGS = {
    "plain": (small(4, "softmax"), "categorical_crossentropy", None),
    "sparse": (small(4, "softmax"), "sparse_categorical_crossentropy", None),
    "smooth": (small(4, "softmax"), C.CategoricalCrossentropy(label_smoothing=0.1), None),
    "smooth-logits": (small(4), C.CategoricalCrossentropy(from_logits=True, label_smoothing=0.25), None),
    "sparse-logits": (small(4), C.SparseCategoricalCrossentropy(from_logits=True), None),
    "binary": (small(1, "sigmoid"), "binary_crossentropy", None),
    "smooth-binary": (small(1, "sigmoid"), C.BinaryCrossentropy(label_smoothing=0.2), {0: 0.5, 1: 2.0}),
    "binary-logits": (small(1), C.BinaryCrossentropy(from_logits=True), None),
    "weights": (small(4, "softmax"), "sparse_categorical_crossentropy", {0: 0.25, 1: 1.0, 2: 3.0, 3: 0.0}),
    "regularized": (small(4, "softmax", lambda: regularized_layers()[:-2]), C.CategoricalCrossentropy(label_smoothing=0.1),
                    {0: 2.0, 1: 1.0, 2: 0.5, 3: 1.0}),
    "frozen": (small(4, "softmax", frozen_layers), C.categorical_crossentropy, None),
}


def training(name, layers, loss, class_weight):
    """What fit and evaluate report where a minibatch is all of the examples, and what they lead to."""
    keras.utils.set_random_seed(7)
    rng = np.random.default_rng(7)
    shape = (8, 9, 2) if name == "regularized" else (12,)
    model = model_of(shape, layers)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    units = model.output_shape[-1]
    parts = [(pixels(rng, n, shape), np.concatenate([np.arange(4), rng.integers(0, 4, n - 4)]) % max(units, 2)) for n in (12, 8)]
    out = {"keras": keras.__version__, "architecture": json.loads(model.to_json()), "loss": model.get_compile_config()["loss"],
           "weights": flat(weights(model))}
    for part, (x, labels) in zip(("train", "validation"), parts):
        out |= {part: {"pixels": x.reshape(len(x), -1).tolist(), "labels": labels.tolist()}}
    if class_weight:
        out["class_weight"] = [class_weight[c] for c in range(len(class_weight))]
    categorical = units > 1 and "sparse" not in str(out["loss"])
    x, labels, validation, answers = [a for x, y in parts for a in (scaled(x), keras.utils.to_categorical(y, units) if categorical else y)]
    history = model.fit(x, labels, batch_size=12, epochs=4, shuffle=False, validation_data=(validation, answers), class_weight=class_weight,
                        verbose=0).history
    write(out | {"history": {k: shortest(v) for k, v in history.items()}, "weights_after": flat(weights(model)),
                 "evaluated": shortest(model.evaluate(validation, answers, batch_size=3, verbose=0))}, "trainings", name + ".json")
    if name == "regularized":
        model.save(path("compiled", "regularized.keras"))
        model.compile(optimizer="adam", loss="mse")
        model.save(path("compiled", "squared-error.keras"))


# Metrics

def metric_case(name, labels, probabilities):
    """scikit-learn's means over the classes, Keras's top-k accuracies, and the calibration error by its definition."""
    from sklearn.metrics import precision_recall_fscore_support
    p = np.asarray(probabilities, "float32")
    labels, predicted, confidence = np.asarray(labels), p.argmax(1), p.max(1).astype("float64")
    means = {}
    for average in ("macro", "weighted"):
        figures = precision_recall_fscore_support(labels, predicted, average=average, zero_division=0)[:3]
        means[average] = dict(zip(("precision", "recall", "f1"), map(float, figures)))
    top_k = []
    for k in range(1, p.shape[1] + 1):
        metric = keras.metrics.TopKCategoricalAccuracy(k=k)
        metric.update_state(np.eye(p.shape[1])[labels], p)
        top_k.append(float(metric.result()))
    ece = 0.0
    for m in range(1, 16):
        inside = (confidence > (m - 1) / 15) & (confidence <= m / 15)
        if inside.any():
            ece += inside.mean() * abs((labels == predicted)[inside].mean() - confidence[inside].mean())
    return {"name": name, "labels": labels.tolist(), "probabilities": shortest(p), **means, "top_k": top_k, "ece": float(ece)}


def metrics():
    rng = np.random.default_rng(12)

    def drawn(n, classes, sharpness, labels):
        logits = rng.normal(size=(n, classes)) + sharpness * np.eye(classes)[labels]
        return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)

    even = rng.integers(0, 5, 60)
    skewed = np.minimum(rng.geometric(0.5, 80) - 1, 6)  # the last classes may be missing
    two = rng.integers(0, 2, 30)
    write({"cases": [
        metric_case("five classes", even, drawn(60, 5, 1.5, even)),
        metric_case("eight classes of which some are missing", skewed, drawn(80, 8, 2.5, skewed)),
        metric_case("two classes", two, drawn(30, 2, 1, two)),
        metric_case("a class that is never predicted", [0, 0, 1, 2, 2, 2],
                    [[.9, .1, 0], [.2, .1, .7], [.6, .3, .1], [0, 0, 1], [.25, .25, .5], [.5, .25, .25]]),
    ]}, "metrics.json")


def preset(name, shape, layers):
    model = model_of(shape, layers)
    write_text(json.dumps(json.loads(model.to_json()), indent=1) + "\n", "presets", name + ".json")
    lines = []
    model.summary(line_length=80, print_fn=lambda text, **_: lines.append(text))
    write_text("\n".join(lines).rstrip() + "\n", "presets", name + ".summary.txt")


def main():
    tf.get_logger().setLevel("ERROR")
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(1)
    for name, (shape, layers) in NETWORKS.items():
        network(name, shape, layers)
    single_layers()
    for name, (shape, layers) in PRESETS.items():
        preset(name, shape, layers)
    saved("mlp", (30,), lambda: mlp_layers(7))
    saved("functional", (12, 11, 2), residual)
    saved("cnn", (10, 9, 1), lambda: cnn_layers((3, 4), 6, "same"))
    saved("leaky", (10, 9, 1), lambda: leaky_layers(3))
    saved("normalizing", (10, 9, 1), normalizing_layers)
    saved("windows", (9, 10, 1), lambda: head(
        L.Conv2D(4, 3, strides=2, padding="same", activation="relu"), L.SeparableConv2D(3, 2, padding="same", use_bias=False),
        L.DepthwiseConv2D(2, dilation_rate=2, depth_multiplier=2), L.Conv2D(2, 1, kernel_initializer="he_normal")))
    foreign()
    initializers()
    for name, make in COMPILED.items():
        compiled(name, make)
    for name, made in TRAININGS.items():
        training(name, *made)
    optimizers()
    schedules()
    plateaus()
    worked_example()
    pooling_ties()
    image_layers()
    losses()
    augmentation()
    metrics()
    early_stopping()


if __name__ == "__main__":
    main()
