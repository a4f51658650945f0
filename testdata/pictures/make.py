"""Writes small pictures of every kind that is read, and what Keras makes of them.   usage: make.py

Needs keras, tensorflow and pillow.
"""

import json
import pathlib
import shutil
import tempfile

import numpy
from keras.utils import image_dataset_from_directory
from PIL import Image

HERE = pathlib.Path(__file__).parent
HEIGHT, WIDTH = 12, 10
SIZES = [(HEIGHT, WIDTH), (5, 8), (17, 13)]


def colours(seed):
    """A picture of soft waves, so that JPEG keeps it, with some noise."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [128 + 100 * numpy.sin(y / 3 + random.uniform(0, 6)) * numpy.cos(x / 4) for _ in range(3)]
    noise = random.integers(-20, 20, (HEIGHT, WIDTH, 3))
    return numpy.clip(numpy.stack(waves, -1) + noise, 0, 255).astype(numpy.uint8)


def read_by_keras(path, size, mode):
    with tempfile.TemporaryDirectory() as folder:
        inner = pathlib.Path(folder) / "class"
        inner.mkdir()
        shutil.copy(path, inner)
        data = image_dataset_from_directory(
            folder, labels=None, image_size=size, color_mode=mode, batch_size=1, shuffle=False, verbose=False
        )
        return next(iter(data))[0]


def main():
    rgb = Image.fromarray(colours(1))
    grey = Image.fromarray(colours(2)[:, :, 0])
    alpha = numpy.concatenate([colours(3), colours(4)[:, :, :1]], -1)
    wide = (colours(5)[:, :, 0].astype(int) * 257 - 100 * (colours(5)[:, :, 0] > 9)).clip(0).astype(numpy.uint16)
    rgb.save(HERE / "colour.png")
    grey.save(HERE / "grey.png")
    Image.fromarray(alpha).save(HERE / "alpha.png")
    Image.fromarray(wide).save(HERE / "sixteen-bits.png")
    rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=16).save(HERE / "palette.png")
    grey.convert("1").save(HERE / "one-bit.png")
    rgb.save(HERE / "colour.jpg", quality=92)
    grey.save(HERE / "grey.jpeg", quality=92)
    rgb.save(HERE / "turned.jpg", quality=92, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
    rgb.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)
    rgb.save(HERE / "colour.bmp")
    rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(HERE / "colour.gif")
    golden = {}
    for path in sorted(HERE.iterdir()):
        if path.suffix not in (".png", ".jpg", ".jpeg", ".bmp", ".gif"):
            continue
        for mode in ("rgb", "grayscale"):
            if path.stem == "cmyk" or (mode == "grayscale" and path.suffix in (".bmp", ".gif")):  # Keras refuses them
                continue
            for height, width in SIZES:
                image = read_by_keras(path, (height, width), mode)
                name = f"{path.name} {mode} {height}x{width}"
                golden[name] = [round(float(v), 2) for v in numpy.asarray(image).ravel()]
    (HERE / "keras.json").write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in golden.items()) + "\n}\n")


main()
