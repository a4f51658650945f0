"""Computes the figures of this folder with Keras itself; README.md describes each file.

python3 golden.py [TARGET]. Needs keras 3.15.1 and tensorflow-cpu; float32, seeded, one thread.
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


def sequential(shape, layers):
    """A new model with the names of a first model; layers is a function, so that its names start from 0 too."""
    keras.utils.clear_session()
    return keras.Sequential([keras.Input(shape)] + layers())


def head(*layers):
    return list(layers) + [L.Flatten()] + softmax_layers()


def leaky_layers(filters):
    return head(L.Conv2D(filters, 3), L.LeakyReLU(negative_slope=0.2), L.MaxPooling2D(2))


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
    "pool-first": ((8, 9, 3), lambda: head(L.MaxPooling2D(2), L.Conv2D(4, 3, activation="relu"))),
}


def pixels(rng, n, shape):
    x = rng.integers(0, 256, (n,) + tuple(shape), dtype="uint8")
    x[rng.random(x.shape) < 0.3] = 0
    return x


def scaled(x):
    return x.astype("float32") / 255


def one_hot(labels):
    return keras.utils.to_categorical(labels, CLASSES)


def gradients(model, x, labels):
    """The mean loss of a minibatch without dropout, and its gradients."""
    with tf.GradientTape() as tape:
        loss = keras.losses.CategoricalCrossentropy()(one_hot(labels), model(scaled(x), training=False))
    return loss, tape.gradient(loss, model.trainable_variables)


def moments(optimizer):
    return flat(optimizer._momentums), flat(optimizer._velocities)


def network(name, shape, layers):
    keras.utils.set_random_seed(len(name))
    rng = np.random.default_rng(len(name))
    model = sequential(shape, layers)
    for v in model.trainable_variables:
        if v.path.endswith("bias"):  # as trained ones are: zeros would hide a forgotten bias
            v.assign(rng.normal(0, 0.1, v.shape))
    x, labels = pixels(rng, 8, shape), rng.integers(0, CLASSES, 8)
    loss, g = gradients(model, x, labels)
    out = {
        "keras": keras.__version__,
        "architecture": json.loads(model.to_json()),
        "input_shape": list(shape),
        "pixels": x.reshape(8, -1).tolist(),
        "labels": labels.tolist(),
        "variables": [{"path": v.path, "shape": list(v.shape)} for v in model.trainable_variables],
        "weights": flat(model.trainable_variables),
        "probabilities": shortest(model(scaled(x), training=False)),
        "loss": shortest(loss),
        "gradients": flat(g),
    }
    adam, steps = keras.optimizers.Adam(0.001), []
    for batch in ([0, 1, 2], [3, 4, 5, 6, 7], [7, 0, 5, 2, 1, 6, 3, 4]):
        loss, g = gradients(model, x[batch], labels[batch])
        adam.apply(g, model.trainable_variables)
        steps.append({"batch": batch, "loss": shortest(loss), "weights": flat(model.trainable_variables)})
    m, v = moments(adam)
    write(out | {"adam": {"learning_rate": 0.001, "beta_1": adam.beta_1, "beta_2": adam.beta_2, "epsilon": adam.epsilon},
                 "steps": steps, "m": m, "v": v}, "networks", name + ".json")


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
        model = sequential((3,), lambda: [L.Dense(3, kernel_initializer="identity"), L.Activation("softmax")])
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
    model = sequential(shape, layers)
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    x, labels = pixels(rng, 6, shape), rng.integers(0, CLASSES, 6)
    for _ in range(2):
        model.train_on_batch(scaled(x), one_hot(labels))
    model.save(path("models", name + ".keras"))
    m, v = moments(model.optimizer)
    out = {
        "keras": keras.__version__, "input_shape": list(shape), "pixels": x.reshape(6, -1).tolist(), "labels": labels.tolist(),
        "predictions": shortest(model.predict(scaled(x), verbose=0)),
        "variables": [{"path": p.path, "shape": list(p.shape)} for p in model.trainable_variables],
        "weights": flat(model.trainable_variables), "iterations": int(model.optimizer.iterations),
        "learning_rate": shortest(model.optimizer.learning_rate), "m": m, "v": v,
    }
    loss, g = gradients(model, x, labels)
    model.optimizer.apply(g, model.trainable_variables)
    write(out | {"next": {"loss": shortest(loss), "weights": flat(model.trainable_variables)}}, "models", name + ".json")


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
    model = sequential((4,), lambda: [L.Dense(5, activation="relu")] + softmax_layers())
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
    sequential((6, 5), lambda: [L.LSTM(3)] + softmax_layers()).save(path("models", "lstm.keras"))
    sequential((12,), lambda: [L.Dense(4), L.BatchNormalization()] + softmax_layers()).save(
        path("models", "batch-normalization.keras"))
    keras.utils.clear_session()
    i = keras.Input((12,))
    h = L.Dense(4, activation="relu")(i)
    keras.Model(i, L.Dense(CLASSES, activation="softmax")(L.Concatenate()([i, h]))).save(path("models", "functional.keras"))


def preset(name, shape, layers):
    model = sequential(shape, layers)
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
    for name, (shape, layers) in PRESETS.items():
        preset(name, shape, layers)
    saved("mlp", (30,), lambda: mlp_layers(7))
    saved("cnn", (10, 9, 1), lambda: cnn_layers((3, 4), 6, "same"))
    saved("leaky", (10, 9, 1), lambda: leaky_layers(3))
    foreign()
    for name, make in COMPILED.items():
        compiled(name, make)
    optimizers()
    schedules()
    plateaus()
    worked_example()
    pooling_ties()
    losses()
    early_stopping()


if __name__ == "__main__":
    main()
