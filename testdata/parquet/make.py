"""Writes small Parquet files of pictures as hubs publish them; README.md describes them.

python3 make.py TARGET. Was run with pyarrow 26.0.1 and pillow 13.0.0.
"""
import io
import json
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

TARGET = sys.argv[1]
NAMES = ["tee", "bag", "boot"]
NOTE = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}}}


def picture(i):
    """4x3 grey pixels of i, i + 1, ..."""
    file = io.BytesIO()
    Image.fromarray((np.arange(12, dtype=np.uint8) + i).reshape(4, 3)).save(file, "PNG")
    return {"bytes": file.getvalue(), "path": "%d.png" % i}


def write(name, rows, labels, codec, note=NOTE, row_group=3, **options):
    table = pa.table({"image": pa.array(rows, pa.struct([("bytes", pa.binary()), ("path", pa.string())])), "label": labels})
    if note:
        table = table.replace_schema_metadata({"huggingface": json.dumps(note)})
    file = os.path.join(TARGET, name)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    pq.write_table(table, file, compression=codec, row_group_size=row_group, **options)


def main():
    for codec in ("snappy", "zstd", "gzip", "lz4", "none", "brotli"):
        rows = [picture(i) for i in range(8)]
        labels = pa.array([i % 3 for i in range(8)], pa.int64())
        write(codec + "/data/train-00000-of-00002.parquet", rows[:5], labels[:5], codec)
        write(codec + "/data/train-00001-of-00002.parquet", rows[5:], labels[5:], codec, data_page_version="2.0")
        write(codec + "/data/test-00000-of-00001.parquet", rows[2:4], labels[2:4], codec)
    texts = pa.array(["b", "a", "b", "c"], pa.string())
    write("texts/train.parquet", [picture(i) for i in range(4)], texts, "snappy", None)
    rows = [picture(0), {"bytes": b"no picture", "path": None}, picture(2), None, {"bytes": None, "path": "x.png"}, picture(5), picture(6)]
    labels = pa.array([0, 1, -1, 0, 0, None, 7], pa.int64())
    write("broken/train.parquet", rows, labels, "snappy")


main()
