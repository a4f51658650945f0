"""Builds networks as notebooks and Keras's own examples have them, and trains each a little.

python3 notebook_networks.py IMAGES LABELS FOLDER

IMAGES and LABELS are IDX files of 28x28 grey images of 10 classes, gzipped or not. Writes FOLDER/NAME.keras for each, and prints
the names; `NAME bytes` is one that takes pixels from 0 to 255.
"""
import os
import sys

os.environ.update(KERAS_BACKEND="tensorflow", TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="3")
import keras  # noqa: E402
from keras import layers  # noqa: E402

from check_keras import idx  # noqa: E402

NETWORKS = {}


def network(function):
    NETWORKS[function.__name__] = function
    return function


def sequential(*stack):
    return keras.Sequential([keras.Input((28, 28, 1)), *stack])


@network
def simple_convnet():
    """Keras's example "Simple MNIST convnet"."""
    model = sequential(
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"), layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"), layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


@network
def quickstart_logits():
    """TensorFlow's quickstart for beginners."""
    model = sequential(layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.2), layers.Dense(10))
    model.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


@network
def two_by_two_rmsprop():
    """Pairs of convolutions, a pooling with strides, RMSprop."""
    model = sequential(
        layers.Conv2D(32, (5, 5), padding="same", activation="relu"), layers.Conv2D(32, (5, 5), padding="same", activation="relu"),
        layers.MaxPool2D((2, 2)), layers.Dropout(0.25),
        layers.Conv2D(64, (3, 3), padding="same", activation="relu"), layers.Conv2D(64, (3, 3), padding="same", activation="relu"),
        layers.MaxPool2D((2, 2), strides=(2, 2)), layers.Dropout(0.25),
        layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dropout(0.5), layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.001, rho=0.9), loss="categorical_crossentropy")
    return model


@network
def strides_and_batch_normalization():
    """Strided convolutions instead of pooling, BatchNormalization after each."""
    stack = []
    for filters in (32, 64):
        stack += [
            layers.Conv2D(filters, 3, activation="relu"), layers.BatchNormalization(),
            layers.Conv2D(filters, 3, activation="relu"), layers.BatchNormalization(),
            layers.Conv2D(filters, 5, strides=2, padding="same", activation="relu"), layers.BatchNormalization(),
            layers.Dropout(0.4)]
    model = sequential(
        *stack, layers.Conv2D(128, 4, activation="relu"), layers.BatchNormalization(), layers.Flatten(), layers.Dropout(0.4),
        layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    return model


@network
def lenet():
    """LeNet-5 with tanh and average pooling, trained by SGD."""
    model = sequential(
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"), layers.Flatten(), layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="categorical_crossentropy")
    return model


@network
def dense_elu_he():
    """Dense layers with BatchNormalization before ELU, He's initializer, L2, Nadam."""
    model = sequential(
        layers.Flatten(), layers.BatchNormalization(),
        layers.Dense(100, kernel_initializer="he_normal", use_bias=False), layers.BatchNormalization(), layers.Activation("elu"),
        layers.Dense(50, kernel_initializer="he_normal", kernel_regularizer=keras.regularizers.l2(1e-4)), layers.BatchNormalization(),
        layers.Activation("selu"), layers.Dense(10, activation="softmax"))
    model.compile(optimizer="nadam", loss="categorical_crossentropy")
    return model


@network
def toy_resnet():
    """The guide to Keras's functional API."""
    inputs = keras.Input(shape=(28, 28, 1), name="img")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    block_1 = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_1)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
    block_2 = layers.add([x, block_1])
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_2)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
    block_3 = layers.add([x, block_2])
    x = layers.Conv2D(64, 3, activation="relu")(block_3)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(10)(x), name="toy_resnet")
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3), loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1))
    return model


@network
def small_xception_bytes():
    """Keras's example "Image classification from scratch", made smaller: it takes pixels from 0 to 255."""
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Rescaling(1.0 / 255)(inputs)
    x = layers.Conv2D(16, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    previous = x
    for size in (32, 48):
        x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(size, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(size, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        residual = layers.Conv2D(size, 1, strides=2, padding="same")(previous)
        x = layers.add([x, residual])
        previous = x
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer=keras.optimizers.AdamW(3e-4), loss="categorical_crossentropy")
    return model


@network
def inception():
    """Branches of 1x1, 3x3 and 5x5 convolutions and a pooling, side by side."""
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    for filters in (8, 12):
        x = layers.Concatenate()([
            layers.Conv2D(filters, 1, padding="same", activation="relu")(x),
            layers.Conv2D(filters, 3, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(x)),
            layers.Conv2D(filters, 5, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(x)),
            layers.Conv2D(filters, 1, activation="relu")(layers.MaxPooling2D(3, strides=1, padding="same")(x))])
    x = layers.GlobalMaxPooling2D()(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    schedule = keras.optimizers.schedules.CosineDecay(0.003, 100)
    model.compile(optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0), loss="categorical_crossentropy")
    return model


@network
def augmented_mobile():
    """Augmentation in the model; depthwise convolutions with relu6."""
    model = sequential(
        layers.RandomFlip("horizontal"), layers.RandomRotation(0.03), layers.RandomZoom(0.1),
        layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.DepthwiseConv2D(3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.Conv2D(32, 1, use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.ZeroPadding2D(((0, 1), (0, 1))),
        layers.DepthwiseConv2D(3, strides=2, padding="valid", use_bias=False), layers.BatchNormalization(), layers.LeakyReLU(0.1),
        layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.Adam(0.001, amsgrad=True), loss="categorical_crossentropy")
    return model


@network
def squeeze_and_excitation():
    """Channels weighted by Dense layers over a mean that keeps its dimensions; a mixer of places by Permute."""
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(x)
    excited = layers.Dense(16, activation="sigmoid")(layers.Dense(4, activation="relu")(squeezed))
    x = layers.Multiply()([x, excited])
    x = layers.Conv2D(24, 2, strides=2)(x)
    x = layers.Reshape((49, 24))(x)
    mixed = layers.Permute((2, 1))(layers.LayerNormalization()(x))
    mixed = layers.Dense(49)(layers.Dense(32, activation="gelu")(mixed))
    x = layers.Add()([x, layers.Permute((2, 1))(mixed)])
    x = layers.GlobalAveragePooling2D()(layers.Reshape((7, 7, 24))(x))
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="categorical_crossentropy")
    return model


def main():
    images, labels, folder = sys.argv[1:]
    x = idx(images).astype("float32").reshape((-1, 28, 28, 1))[:1000]
    y = keras.utils.to_categorical(idx(labels)[:1000], 10)
    for name, build in NETWORKS.items():
        keras.utils.set_random_seed(1)
        model = build()
        takes_bytes = name.endswith("_bytes")
        model.fit(x if takes_bytes else x / 255, y, batch_size=64, epochs=2, verbose=0)
        model.save(os.path.join(folder, name + ".keras"))
        print(name, "bytes" if takes_bytes else "")


if __name__ == "__main__":
    main()
