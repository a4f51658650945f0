"""Draws the class-balanced subset of Fashion-MNIST in this folder.

python3 draw.py SOURCE [TARGET]: SOURCE holds the four Fashion-MNIST files, gzipped. Standard library only; the same
bytes on every machine with the same zlib, the same content on every other.
"""
import gzip
import os
import random
import struct
import sys

PARTS = (("train", 500), ("t10k", 100))
SEED = 20170828


def read(path):
    with gzip.open(path, "rb") as f:
        data = f.read()
    sizes = struct.unpack_from(f">{data[3]}I", data, 4)
    return sizes, data[4 + 4 * data[3]:]


def write(path, magic, sizes, data):
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(struct.pack(f">{1 + len(sizes)}I", magic, *sizes) + data)


def draw(labels, per_class, rng):
    chosen = []
    for c in range(10):
        chosen += rng.sample([i for i, label in enumerate(labels) if label == c], per_class)
    rng.shuffle(chosen)
    return chosen


def main(source, target):
    rng = random.Random(SEED)
    for part, per_class in PARTS:
        images_name, labels_name = f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"
        (_, height, width), pixels = read(os.path.join(source, images_name))
        _, labels = read(os.path.join(source, labels_name))
        chosen = draw(labels, per_class, rng)
        size = height * width
        write(os.path.join(target, images_name), 0x803, (len(chosen), height, width),
              b"".join(pixels[i * size:(i + 1) * size] for i in chosen))
        write(os.path.join(target, labels_name), 0x801, (len(chosen),), bytes(labels[i] for i in chosen))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__)))
