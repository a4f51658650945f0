"""Asks Keras whether the models in a folder are what the state files beside them say.

python3 keras_reads_our_files.py FOLDER

For each NAME.keras: loads it, any warning being an error; compares weights, steps and the optimizer's state bit for bit with
NAME.state (see StateFile); saves it again as NAME.resaved; trains one step. Exits 77 where there is no Keras.
"""
import glob
import inspect
import json
import os
import sys
import warnings
import zipfile

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
        kinds = [[v for v in optimizer.variables if ("_" + v.name).endswith("_" + kind)] for kind in SLOTS[type(optimizer).__name__]]
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


def forgets(name):
    """Whether it has what Dense of Keras 3.3 forgets: the activity_regularizer."""
    with zipfile.ZipFile(name) as z:
        layers = json.loads(z.read("config.json"))["config"]["layers"]
    dense = [layer["config"] for layer in layers if layer["class_name"] == "Dense"]
    return keras.layers.Dense(1, activity_regularizer="l2").get_config().get("activity_regularizer") is None and any(
        config.get("activity_regularizer") for config in dense)


def opens(name):
    """False where Keras itself changed: Muon got rms_rate after 3.12, Nadam's product moved behind the slots after 3.9."""
    if forgets(name):
        return False
    if "-muon" in name:
        return hasattr(keras.optimizers, "Muon") and "rms_rate" in inspect.signature(keras.optimizers.Muon).parameters
    if "-nadam" in name:
        nadam = keras.optimizers.Nadam()
        nadam.build([keras.Variable(np.zeros(2, np.float32))])
        return nadam.variables[2].shape != ()
    return True


for name in sorted(glob.glob(os.path.join(sys.argv[1], "*.keras"))):
    if not opens(name):
        os.remove(name)
        continue
    check(name)
