"""Makes the files of this folder, each with one fault; see README.md. Standard library only."""
import gzip
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
COUNT, HEIGHT, WIDTH = 5, 4, 3


def idx(magic, sizes, data):
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes) + data


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


pixels = bytes(4 * i for i in range(COUNT * HEIGHT * WIDTH))
good_images = idx(0x803, (COUNT, HEIGHT, WIDTH), pixels)
good_labels = idx(0x801, (COUNT,), bytes(range(COUNT)))
packed = gzip.compress(good_images, mtime=0)
flipped = bytearray(packed)
flipped[len(packed) // 2] ^= 0x10

write("good-images-idx3-ubyte", good_images)
write("good-labels-idx1-ubyte", good_labels)
write("wrong-magic-images-idx3-ubyte", idx(0x801, (COUNT, HEIGHT, WIDTH), pixels))
write("wrong-magic-labels-idx1-ubyte", idx(0x803, (COUNT,), bytes(range(COUNT))))
write("wrong-type-images-idx3-ubyte", idx(0xA03, (COUNT, HEIGHT, WIDTH), pixels))
write("truncated-header-images-idx3-ubyte", good_images[:13])
write("truncated-images-idx3-ubyte", good_images[:-5])
write("truncated-labels-idx1-ubyte", good_labels[:-1])
write("trailing-images-idx3-ubyte", good_images + b"\0\0\0")
write("trailing-labels-idx1-ubyte", good_labels + b"\0")
write("overflow-images-idx3-ubyte", idx(0x803, (0x7FFFFFFF,) * 3, pixels))
write("overflow-labels-idx1-ubyte", idx(0x801, (0xFFFFFFFF,), bytes(range(COUNT))))
write("empty-images-idx3-ubyte", b"")
write("empty-labels-idx1-ubyte", b"")
write("zero-images-idx3-ubyte", idx(0x803, (0, HEIGHT, WIDTH), b""))
write("zero-labels-idx1-ubyte", idx(0x801, (0,), b""))
write("no-pixels-images-idx3-ubyte", idx(0x803, (COUNT, HEIGHT, 0), b""))
write("corrupt-images-idx3-ubyte.gz", flipped)
write("truncated-images-idx3-ubyte.gz", packed[:len(packed) - 15])
write("text-images-idx3-ubyte", b"label,pixel1,pixel2\n3,0,255\n")
write("beyond-classes-labels-idx1-ubyte", idx(0x801, (COUNT,), bytes((0, 1, 10, 3, 255))))
write("fewer-labels-idx1-ubyte", idx(0x801, (COUNT - 1,), bytes(range(COUNT - 1))))
