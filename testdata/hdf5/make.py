"""Writes .keras files whose model.weights.h5 is laid out in every way that HDF5 has, with h5py: python3 make.py

Each holds a Dense layer of 3 inputs and 2 units with the weights 0 to 7, but for those that README.md says otherwise of.
"""
import io
import json
import os
import zipfile
import zlib

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = np.arange(6, dtype="<f4").reshape(3, 2)
BIAS = np.array([6, 7], dtype="<f4")
CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "softmax",
        "build_input_shape": [None, 3],
        "layers": [{"class_name": "Dense", "config": {"name": "dense", "units": 2, "activation": "softmax"}}],
    },
}


def plain(f):
    f.create_group("vars")
    v = f.create_group("layers/dense/vars")
    v["0"], v["1"] = KERNEL, BIAS


def many(f):
    plain(f)
    for i in range(100):
        f.create_group(f"layers/other_{i}/vars")


def soft(f):
    plain(f)
    v = f["layers/dense/vars"]
    f["bias"] = BIAS
    del v["1"]
    v["1"] = h5py.SoftLink("/aside/bias")
    f["aside"] = h5py.SoftLink("/aside_2")
    f.create_group("aside_2")["bias"] = h5py.SoftLink("/bias")
    f.move("layers/dense", "layers/moved")
    f["layers/dense"] = h5py.SoftLink("moved")


def circle(f):
    f["layers"] = h5py.SoftLink("/more")
    f["more"] = h5py.SoftLink("layers")


def external(f):
    plain(f)
    del f["layers/dense"]
    f["layers/dense"] = h5py.ExternalLink("plain.h5", "/layers/dense")


def hard_circle(f):
    plain(f)
    del f["layers/dense"]
    f["layers/dense"] = f["layers"]


def dataset(f, **how):
    f.create_dataset("layers/dense/vars/0", **how)
    f["layers/dense/vars/1"] = BIAS


def fill(f):
    dataset(f, shape=(3, 2), dtype="<f4", fillvalue=0.5)


def unwritten(f):
    dataset(f, shape=(3, 2), dtype="<f4")


def unwritten_chunks(f):
    dataset(f, shape=(3, 2), dtype="<f4", chunks=(2, 1), fillvalue=0.5)


def chunks(f):
    dataset(f, data=KERNEL, chunks=(2, 1))


def gzip(f):
    dataset(f, data=KERNEL, chunks=(2, 1), compression="gzip", shuffle=True, fletcher32=True)


def lzf(f):
    dataset(f, data=KERNEL, chunks=(2, 1), compression="lzf")


def bomb(f):
    dataset(f, shape=(3, 2), dtype="<f4", chunks=(2, 1), compression="gzip")
    f["layers/dense/vars/0"].id.write_direct_chunk((0, 0), zlib.compress(bytes(1_000_000)))


def big_endian(f):
    dataset(f, data=KERNEL.astype(">f4"))


def double(f):
    dataset(f, data=KERNEL.astype("<f8"))


def empty(f):
    dataset(f, data=h5py.Empty("<f4"))


def text(f):
    dataset(f, data="weights")


def save(name, build, libver=None):
    h5 = io.BytesIO()
    with h5py.File(h5, "w", libver=libver) as f:
        build(f)
    path = os.path.join(HERE, name + ".keras")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for entry, content in ("config.json", json.dumps(CONFIG)), ("model.weights.h5", h5.getvalue()):
            z.writestr(zipfile.ZipInfo(entry), content, zipfile.ZIP_DEFLATED)
    print(name, os.path.getsize(path))


for build in (plain, many, soft, circle, hard_circle, external, fill, unwritten, unwritten_chunks, chunks, gzip, lzf, bomb,
              big_endian, double, empty, text):
    name = build.__name__.replace("_", "-")
    save(name, build)
    save(name + "-latest", build, "latest")
