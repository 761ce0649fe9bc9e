# Cases of shapes, joins, slices, fills, moves, lookups and diagonals. See make-tensorflow-op-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops


def shapes(c):
    x = lambda c, shape=None: c.input(c.numbers([2, 3, 4]), shape)
    c.case("reshape", lambda c: raw.Reshape(tensor=x(c), shape=[4, -1]))
    c.case("reshape open", lambda c: tf.reshape(x(c, [None, 3, None]), [-1, 12]))

    def computed(c):
        value = x(c, [None, None, 4])
        shape = tf.shape(value)
        return tf.reshape(value, tf.stack([shape[0] * shape[1], shape[2]]))

    c.case("reshape computed", computed)

    def through(c):
        value = x(c, [None, None, None])
        shape = tf.shape(value)
        return tf.reshape(value, tf.concat([shape[:1], [tf.reduce_prod(shape[1:])]], 0)), tf.cast(shape[1], tf.float32) * 2.0, shape // 2

    c.case("reshape through products", through)
    c.case("reshape int64", lambda c: tf.reshape(x(c), c.input(np.array([6, 4]))))
    c.case("reshape computed int32", lambda c: tf.reshape(x(c), c.input(np.array([6, 4], "int32"))))
    c.case("reshape to scalar", lambda c: tf.reshape(c.input(c.numbers([1, 1])), []))
    c.case("reshape empty", lambda c: tf.reshape(c.input(np.zeros([0, 3], "float32"), [None, 3]), [3, 0]))
    c.case("squeeze", lambda c: raw.Squeeze(input=c.input(c.numbers([1, 3, 1, 2]))))
    c.case("squeeze axes", lambda c: raw.Squeeze(input=c.input(c.numbers([1, 3, 1, 2])), axis=[-2]))
    for axis in [0, 1, -1, -2]:
        c.case(f"expand {axis}", lambda c: raw.ExpandDims(input=x(c), axis=axis))
    for dtype in [tf.int32, tf.int64]:
        c.case(f"shape {dtype.name}", lambda c: raw.Shape(input=x(c, [None, 3, None]), out_type=dtype))
        c.case(f"size {dtype.name}", lambda c: raw.Size(input=x(c, [None, 3, None]), out_type=dtype))
    c.case("shape n", lambda c: raw.ShapeN(input=[x(c), x(c, [None, None, None])]))
    c.case("rank", lambda c: raw.Rank(input=x(c, [None, 3, None])))
    c.case("broadcast to", lambda c: raw.BroadcastTo(input=c.input(c.numbers([3, 1])), shape=[2, 3, 4]))
    c.case("broadcast to computed", lambda c: raw.BroadcastTo(input=c.input(c.numbers([3, 1])), shape=c.input(np.array([2, 3, 4], "int32"))))
    c.case("broadcast args", lambda c: raw.BroadcastArgs(s0=c.input(np.array([3, 1], "int32")), s1=c.input(np.array([2, 1, 4], "int32"))))


def joins(c):
    for axis in [0, 1, -1]:
        c.case(f"pack {axis}", lambda c: raw.Pack(values=[c.input(c.numbers([2, 3])) for _ in range(3)], axis=axis))
        c.case(f"unpack {axis}", lambda c: raw.Unpack(value=c.input(c.numbers([3, 2, 3])), num=2 if axis == 1 else 3, axis=axis))
        c.case(f"concat {axis}", lambda c: raw.ConcatV2(values=[c.input(c.numbers([2, 3])) for _ in range(2)], axis=axis))
        c.case(f"split {axis}", lambda c: raw.Split(axis=axis, value=c.input(c.numbers([4, 2, 4])), num_split=2))
    c.case("unpack one", lambda c: raw.Unpack(value=c.input(c.numbers([1, 3])), num=1, axis=0))
    c.case("pack one", lambda c: raw.Pack(values=[c.input(c.numbers([2]))], axis=0))
    c.case("concat first version", lambda c: raw.Concat(concat_dim=1, values=[c.input(c.numbers([2, 3])), c.input(c.numbers([2, 1]))]))
    c.case("split sizes", lambda c: raw.SplitV(value=c.input(c.numbers([2, 7])), size_splits=[1, 4, 2], axis=1, num_split=3))
    c.case("split rest", lambda c: raw.SplitV(value=c.input(c.numbers([2, 7])), size_splits=[1, -1, 2], axis=-1, num_split=3))
    c.case("split computed", lambda c: raw.SplitV(value=c.input(c.numbers([2, 7])), size_splits=c.input(np.array([3, 4], "int32")), axis=1, num_split=2))


def slices(c):
    x = lambda c, shape=None: c.input(c.numbers([4, 5, 6]), shape)
    c.case("slice", lambda c: raw.Slice(input=x(c), begin=[1, 0, 2], size=[2, -1, 3]))
    c.case("slice computed", lambda c: raw.Slice(input=x(c), begin=c.input(np.array([1, 0, 2], "int32")), size=c.input(np.array([2, -1, 3], "int32"))))
    c.case("slice computed begin", lambda c: raw.Slice(input=x(c), begin=c.input(np.array([1, 0, 2], "int64")), size=np.array([2, -1, 3])))
    index = {
        "plain": lambda x: x[1:3, 2:, :4],
        "negative": lambda x: x[-3:-1, -2:],
        "steps": lambda x: x[::2, 1::2, ::3],
        "backwards": lambda x: x[::-1, 3:0:-1, ::-2],
        "one": lambda x: x[2],
        "last": lambda x: x[-1],
        "inner": lambda x: x[:, 1],
        "several": lambda x: x[1, :, -1],
        "mixed": lambda x: x[1, 2:4, None],
        "ellipsis": lambda x: x[..., 2],
        "ellipsis middle": lambda x: x[1, ..., 2:],
        "new axes": lambda x: x[None, :, None, 1, ..., None],
        "beyond": lambda x: x[2:99, -99:3],
        "empty": lambda x: x[3:1],
        "ellipsis last": lambda x: x[1, ...],
    }
    for name, take in index.items():
        c.case(f"strided {name}", lambda c: take(x(c)))
        c.case(f"strided {name} open", lambda c: take(x(c, [None, None, None])))

    def computed(c):
        value, n = x(c, [None, 5, 6]), c.input(np.array(2, "int32"))
        return value[:n, 1:], value[n], value[n:, 2, :n], value[n : n + 1, n, ..., None], value[:, n - 3, 1:4]

    c.case("strided computed", computed)
    c.case("strided last shape", lambda c: tf.shape(x(c, [None, None, None]))[-1])
    c.case("strided of shape", lambda c: tf.shape(x(c, [None, None, None]))[1:])
    c.case("strided wide", lambda c: raw.StridedSlice(input=x(c), begin=c.input(np.array([1, 0, 3])), end=c.input(np.array([3, 2, 4])), strides=np.array([1, 1, 1]), shrink_axis_mask=4, begin_mask=2))


def fills(c):
    c.case("fill", lambda c: raw.Fill(dims=c.input(np.array([2, 3], "int32")), value=np.float32(1.5)))
    c.case("fill computed", lambda c: raw.Fill(dims=[2, 3], value=c.input(np.float32(2.5))))
    c.case("fill bool", lambda c: raw.Fill(dims=c.input(np.array([2], "int64")), value=True))
    c.case("fill like a batch", lambda c: tf.fill(tf.stack([tf.shape(c.input(c.numbers([3, 2]), [None, 2]))[0], 2]), 7))
    for dtype in ["float32", "int32", "bool", "int64"]:
        c.case(f"zeros {dtype}", lambda c: raw.ZerosLike(x=c.input(c.numbers([2, 3], dtype), [None, 3])))
        c.case(f"ones {dtype}", lambda c: raw.OnesLike(x=c.input(c.numbers([2, 3], dtype), [None, 3])))
    c.case("empty", lambda c: raw.Empty(shape=c.input(np.array([2, 2], "int32")), dtype=tf.float32, init=True))
    c.case("range", lambda c: raw.Range(start=c.input(np.int32(2)), limit=c.input(np.int32(9)), delta=3))
    c.case("range down", lambda c: raw.Range(start=c.input(np.float32(2)), limit=np.float32(-1), delta=np.float32(-0.5)))
    c.case("range of size", lambda c: tf.range(tf.shape(c.input(c.numbers([3, 2]), [None, None]))[0]))
    for count in [1, 5]:
        c.case(f"lin space {count}", lambda c: raw.LinSpace(start=c.input(np.float32(-1)), stop=c.input(np.float32(3)), num=count))
    indices = np.array([[0, 2, -1], [3, 1, 9]], "int32")
    for axis in [-1, 0, 1]:
        c.case(f"one hot {axis}", lambda c: raw.OneHot(indices=c.input(indices), depth=4, on_value=np.float32(1), off_value=np.float32(0), axis=axis))
    c.case("one hot values", lambda c: raw.OneHot(indices=c.input(indices.astype("int64")), depth=4, on_value=np.float32(2.5), off_value=np.float32(-1)))
    for dtype in ["int32", "bool", "int64"]:
        c.case(f"one hot {dtype}", lambda c: raw.OneHot(indices=c.input(indices), depth=4, on_value=np.array(1, dtype), off_value=np.array(0, dtype)))
    c.case("one hot computed depth", lambda c: tf.one_hot(c.input(indices), c.input(np.array(4, "int32"))))
    c.case("one hot scalar", lambda c: tf.one_hot(c.input(np.array(2, "int64")), 4))
    c.case("bucketize", lambda c: raw.Bucketize(input=c.input(c.numbers([3, 4])), boundaries=[-2.0, 0.015625, 1.5]))
    rows, values = np.sort(c.numbers([2, 6]), -1), c.numbers([2, 3])
    for op in [raw.LowerBound, raw.UpperBound]:
        c.case(op.__name__, lambda c: op(sorted_inputs=c.input(rows), values=c.input(np.concatenate([values, rows[:, 2:4]], 1))))


def moves(c):
    c.case("transpose", lambda c: raw.Transpose(x=c.input(c.numbers([2, 3, 4])), perm=[2, 0, 1]))
    c.case("transpose reversed", lambda c: tf.transpose(c.input(c.numbers([2, 3, 4]))))
    c.case("tile", lambda c: raw.Tile(input=c.input(c.numbers([2, 3])), multiples=[2, 3]))
    c.case("tile computed", lambda c: raw.Tile(input=c.input(c.numbers([2, 3])), multiples=c.input(np.array([1, 2], "int32"))))
    c.case("reverse", lambda c: raw.ReverseV2(tensor=c.input(c.numbers([2, 3, 4])), axis=[0, -1]))
    c.case("reverse none", lambda c: raw.ReverseV2(tensor=c.input(c.numbers([2, 3])), axis=np.array([], "int32")))
    c.case("reverse first version", lambda c: raw.Reverse(tensor=c.input(c.numbers([2, 3, 4])), dims=[False, True, True]))
    for seq, batch in [(1, 0), (0, 1), (2, 0), (1, 2)]:
        sizes = [3, 4, 3]
        lengths = c.random.randint(1, sizes[seq] + 1, sizes[batch])
        c.case(f"reverse sequence {seq} {batch}", lambda c: raw.ReverseSequence(input=c.input(c.numbers(sizes)), seq_lengths=c.input(lengths), seq_dim=seq, batch_dim=batch))
    pads = np.array([[1, 0], [2, 1]], "int32")
    c.case("pad", lambda c: raw.Pad(input=c.input(c.numbers([2, 3])), paddings=pads))
    c.case("pad value", lambda c: raw.PadV2(input=c.input(c.numbers([2, 3])), paddings=pads, constant_values=np.float32(1.5)))
    c.case("pad computed", lambda c: raw.Pad(input=c.input(c.numbers([2, 3])), paddings=c.input(pads)))
    for mode in ["REFLECT", "SYMMETRIC"]:
        c.case(f"mirror {mode}", lambda c: raw.MirrorPad(input=c.input(c.numbers([2, 3])), paddings=np.array([[1, 1], [2, 0]]), mode=mode))
    for op, shape in [(raw.SpaceToDepth, [1, 4, 6, 3]), (raw.DepthToSpace, [1, 2, 3, 12])]:
        c.case(op.__name__, lambda c: op(input=c.input(c.numbers(shape)), block_size=2))
    c.case("space to batch", lambda c: raw.SpaceToBatchND(input=c.input(c.numbers([2, 3, 4, 2])), block_shape=[2, 3], paddings=[[1, 0], [0, 2]]))
    c.case("batch to space", lambda c: raw.BatchToSpaceND(input=c.input(c.numbers([12, 2, 3, 2])), block_shape=[2, 3], crops=[[1, 0], [2, 1]]))
    c.case("space to batch first version", lambda c: raw.SpaceToBatch(input=c.input(c.numbers([1, 3, 4, 2])), paddings=[[1, 0], [0, 0]], block_size=2))
    c.case("batch to space first version", lambda c: raw.BatchToSpace(input=c.input(c.numbers([4, 2, 3, 1])), crops=[[1, 0], [0, 1]], block_size=2))
    c.case("roll", lambda c: raw.Roll(input=c.input(c.numbers([3, 5])), shift=[1, -2], axis=[0, 1]))
    c.case("roll far", lambda c: raw.Roll(input=c.input(c.numbers([5])), shift=12, axis=0))
    c.case("roll open", lambda c: raw.Roll(input=c.input(c.numbers([5]), [None]), shift=2, axis=0))


def lookups(c):
    table = lambda c: c.input(c.numbers([5, 3, 4]))
    indices = np.array([[0, 4], [2, 2]], "int32")
    c.case("gather", lambda c: raw.Gather(params=table(c), indices=indices))
    for axis in [0, 1, -1]:
        c.case(f"gather {axis}", lambda c: raw.GatherV2(params=table(c), indices=c.input(indices % 3), axis=axis))
    c.case("gather scalar", lambda c: raw.GatherV2(params=table(c), indices=2, axis=1))
    for axis, batch in [(1, 1), (2, 1), (2, 2), (3, 1)]:
        shape = [2, 3, 4, 5]
        looked = c.random.randint(0, shape[axis], shape[:batch] + [2])
        c.case(f"gather batch {axis} {batch}", lambda c: raw.GatherV2(params=c.input(c.numbers(shape)), indices=c.input(looked), axis=axis, batch_dims=batch))
    c.case("gather nd", lambda c: raw.GatherNd(params=table(c), indices=c.input(np.array([[0, 1], [4, 2]], "int32"))))
    c.case("gather nd batch", lambda c: tf.gather_nd(c.input(c.numbers([2, 3, 4])), c.input(np.array([[[0], [2]], [[1], [1]]])), batch_dims=1))
    c.case("embedding", lambda c: tf.nn.embedding_lookup(c.numbers([6, 3]), c.input(indices)))
    places = np.array([[1], [3], [1]], "int32")
    c.case("scatter", lambda c: raw.ScatterNd(indices=places, updates=c.input(c.numbers([3, 2])), shape=[5, 2]))
    c.case("scatter int32", lambda c: raw.ScatterNd(indices=c.input(places), updates=c.input(c.numbers([3], "int32")), shape=[5]))
    c.case("tensor scatter", lambda c: raw.TensorScatterUpdate(tensor=c.input(c.numbers([5, 2])), indices=places[:2], updates=c.input(c.numbers([2, 2]))))
    for op in [raw.TensorScatterAdd, raw.TensorScatterSub]:
        c.case(op.__name__, lambda c: op(tensor=c.input(c.numbers([5, 2])), indices=places, updates=c.input(c.numbers([3, 2]))))
    c.case("segment sum", lambda c: raw.SegmentSum(data=c.input(c.numbers([4, 3])), segment_ids=c.input(np.array([0, 0, 2, 2], "int32"))))
    c.case("unsorted segment sum", lambda c: raw.UnsortedSegmentSum(data=c.input(c.numbers([4, 3])), segment_ids=c.input(np.array([2, 0, 2, 3], "int32")), num_segments=5))
    c.case("stitch", lambda c: raw.DynamicStitch(indices=[[0, 3], c.input(np.array([2, 1, 4], "int32"))], data=[c.input(c.numbers([2, 2])), c.input(c.numbers([3, 2]))]))
    c.case("stitch scalars", lambda c: raw.DynamicStitch(indices=[1, [[0, 2]]], data=[c.input(c.numbers([2])), c.input(c.numbers([1, 2, 2]))]))
    for dtype in ["int32", "int64"]:
        c.case(f"invert permutation {dtype}", lambda c: raw.InvertPermutation(x=c.input(np.array([2, 0, 3, 1], dtype))))
    c.case("top k", lambda c: raw.TopKV2(input=c.input(c.random.permutation(12).reshape([2, 6]).astype("float32")), k=3))
    c.case("top k ties", lambda c: raw.TopKV2(input=c.input(np.float32([1, 3, 3, 2, 3])), k=4))
    c.case("top k computed", lambda c: raw.TopKV2(input=c.input(c.random.permutation(6).astype("int32")), k=c.input(np.array(2, "int32"))))
    repeated = np.array([5, 2, 5, 9, 2, 1])
    for dtype in ["int32", "int64", "float32"]:
        c.case(f"unique {dtype}", lambda c: raw.Unique(x=c.input(repeated.astype(dtype))))
    c.case("unique with counts", lambda c: raw.UniqueWithCounts(x=c.input(repeated)))
    c.case("unique v2", lambda c: raw.UniqueV2(x=c.input(repeated), axis=np.array([0])))


def diagonals(c):
    for lower, upper in [(-1, 0), (0, -1), (1, 1), (0, 0), (-1, -1), (2, 0)]:
        c.case(f"band {lower} {upper}", lambda c: raw.MatrixBandPart(input=c.input(c.numbers([2, 4, 5])), num_lower=lower, num_upper=upper))
    c.case("band int", lambda c: raw.MatrixBandPart(input=c.input(c.numbers([4, 4], "int32"), [None, None]), num_lower=-1, num_upper=0))
    c.case("diag", lambda c: raw.MatrixDiag(diagonal=c.input(c.numbers([2, 3]))))
    for k in [0, 1, -2]:
        c.case(f"diag {k}", lambda c: tf.linalg.diag(c.input(c.numbers([2, 3])), k=k))
    c.case("diag sized", lambda c: tf.linalg.diag(c.input(c.numbers([3])), num_rows=5, num_cols=3, padding_value=1.5))
    c.case("diag open", lambda c: tf.linalg.diag(c.input(c.numbers([3]), [None])))
    c.case("eye of batch", lambda c: tf.eye(3, batch_shape=[tf.shape(c.input(c.numbers([2, 1]), [None, 1]))[0]]))
    c.case("part", lambda c: raw.MatrixDiagPart(input=c.input(c.numbers([2, 3, 4]))))
    for k in [0, 2, -1]:
        c.case(f"part {k}", lambda c: tf.linalg.diag_part(c.input(c.numbers([2, 3, 4])), k=k))
    c.case("set", lambda c: raw.MatrixSetDiag(input=c.input(c.numbers([2, 3, 4])), diagonal=c.input(c.numbers([2, 3]))))
    c.case("set tall", lambda c: raw.MatrixSetDiag(input=c.input(c.numbers([5, 3])), diagonal=c.input(c.numbers([3]))))
    for k in [1, -1]:
        c.case(f"set {k}", lambda c: tf.linalg.set_diag(c.input(c.numbers([2, 3, 4])), c.input(c.numbers([2, 3 if k == 1 else 2])), k=k))


FAMILIES = {
    "shapes": shapes,
    "joins": joins,
    "slices": slices,
    "fills": fills,
    "moves": moves,
    "lookups": lookups,
    "diagonals": diagonals,
}
