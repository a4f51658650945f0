"""Asks Keras whether the models in a folder are what the state files beside them say.

python3 keras_reads_our_files.py FOLDER

For each NAME.keras: loads it, any warning being an error; compares weights, steps and the optimizer's state bit for bit with
NAME.state (see StateFile); saves it again as NAME.resaved; trains one step. Exits 77 where there is no Keras.
"""
import glob
import os
import sys
import warnings

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
try:
    import keras
    import numpy as np
    import tensorflow  # noqa: F401
except ImportError as e:
    print(e)
    sys.exit(77)


# What our slots are called, in their order, as far as an optimizer has them.
ADAM = ("momentum", "velocity", "velocity_hat")
SLOTS = {"SGD": ("momentum",), "Adam": ADAM, "AdamW": ADAM, "Nadam": ADAM, "Adagrad": ("accumulator",), "Lion": ("momentum",),
         "Muon": ADAM, "RMSprop": ("velocity", "momentum", "average_gradient")}


def parts(slot, model):
    """A slot's values of each variable that trains."""
    of_all = np.split(slot, np.cumsum([v.numpy().size for v in weights(model)])[:-1])
    return [part for part, v in zip(of_all, weights(model)) if v.trainable]


def flat(variables):
    return np.concatenate([v.numpy().ravel() for v in variables])


def weights(model):
    """Layer by layer, with those that do not train."""
    return [v for layer in model.layers for v in layer.weights]


def trained(model):
    """Which values of the weights train."""
    return np.concatenate([np.full(int(np.prod(v.shape)), v.trainable) for v in weights(model)])


def state(file):
    with open(file, "rb") as f:
        data = f.read()
    count, slots, step = np.frombuffer(data, "<i8", 3, 8)
    return step, np.frombuffer(data, "<f4", (1 + slots) * count, 36).reshape(1 + slots, count)


def check(file):
    step, (w, *slots) = state(file.replace(".keras", ".state"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.models.load_model(file)
    optimizer = model.optimizer
    check_weights(model, w)
    assert int(optimizer.iterations.numpy()) == step, "iterations"
    if "server" in file:
        assert optimizer.name == "sgd" and len(optimizer.variables) == 2, optimizer.name
    else:
        kinds = [[v for v in optimizer.variables if v.name.endswith("_" + kind)] for kind in SLOTS[type(optimizer).__name__]]
        kinds = [variables for variables in kinds if variables]
        assert len(kinds) == len(slots), optimizer.name
        for i, (variables, slot) in enumerate(zip(kinds, slots)):
            ours = parts(slot, model)
            if len(variables) < len(ours):  # Muon's matrices have no velocity
                ours = [part for part, v in zip(ours, model.trainable_variables) if len(v.shape) != 2]
            assert flat(variables).tobytes() == np.concatenate(ours).tobytes(), f"slot {i} of {optimizer.name}"
    assert model.to_json() == keras.models.model_from_json(model.to_json()).to_json()
    os.rename(save(model, file), file.replace(".keras", ".resaved"))
    train(model)
    assert int(optimizer.iterations.numpy()) == step + 1, "iterations after a step"
    after = flat(model.trainable_variables)
    assert np.isfinite(after).all() and (after != w[trained(model)]).any(), "weights after a step"
    print(os.path.basename(file), model.count_params(), "parameters", optimizer.name)


def check_weights(model, w):
    """Bit for bit, but for what Keras keeps as whole numbers."""
    at = 0
    for v in weights(model):
        ours, theirs = w[at:at + int(np.prod(v.shape))], v.numpy().ravel()
        assert theirs.tobytes() == ours.astype(theirs.dtype).tobytes(), v.path
        at += len(theirs)
    assert at == len(w), "number of weights"


def save(model, file):
    resaved = file.replace(".keras", ".again.keras")
    model.save(resaved)
    return resaved


def train(model):
    random = np.random.default_rng(1)
    x = random.random((8, *model.input_shape[1:]), np.float32)
    classes = model.output_shape[-1]
    model.train_on_batch(x, np.eye(classes, dtype=np.float32)[random.integers(classes, size=8)])


for name in sorted(glob.glob(os.path.join(sys.argv[1], "*.keras"))):
    if "-muon" in name and not hasattr(keras.optimizers, "Muon"):
        os.remove(name)  # Keras 3.10 brought it
        continue
    check(name)
