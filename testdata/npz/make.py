"""Writes the .npz files of this folder with NumPy: python make.py"""

import numpy as np

x = (np.arange(5 * 4 * 3) * 7 % 256).astype(np.uint8).reshape(5, 4, 3)
y = np.array([0, 1, 2, 1, 255])
test = x[:2, :, ::-1].copy()

np.savez("stored.npz", x_test=test, x_train=x, y_train=y.astype(np.uint8), y_test=y[:2].astype(np.int32))
np.savez_compressed("deflated.npz", x_train=x, y_train=y.astype(np.int64), x_test=test, y_test=y[:2].astype(">i4"))
np.savez("colour.npz", x_train=x.reshape(5, 2, 2, 3), y_train=y)
np.savez("half.npz", x_train=x)
np.savez("other.npz", images=x, labels=y)
np.savez("float.npz", x_train=x / np.float32(255), y_train=y)
np.savez("fortran.npz", x_train=np.asfortranarray(x), y_train=y)
np.savez("flat.npz", x_train=x.reshape(5, 12), y_train=y)
np.savez("one-hot.npz", x_train=x, y_train=np.eye(5))
np.savez("negative.npz", x_train=x, y_train=y - 1)
np.savez("large.npz", x_train=x, y_train=(y + 1).astype(np.uint16))
np.savez("fewer.npz", x_train=x, y_train=y[:4])
np.savez("empty.npz", x_train=x[:0], y_train=y[:0])
with open("truncated.npz", "wb") as out, open("stored.npz", "rb") as whole:
    out.write(whole.read()[:400])
