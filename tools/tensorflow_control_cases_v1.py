# Loops, conditions and arrays of TensorFlow 1. See make-tensorflow-control-cases.py.

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1


def scalar(number):
    return np.array(number, "int32")


def fill(c):
    x = lambda rows: c.numbers(rows, 3)
    with_count = [{"x": x(2), "n": scalar(3)}, {"x": x(4), "n": scalar(0)}]
    plain = [{"x": x(2)}, {"x": x(5)}]
    loops(c, plain, with_count, x)
    conditions(c, plain)
    arrays(c, plain)


def loops(c, plain, with_count, x):
    def count(x, n):
        return v1.while_loop(lambda i, _: i < n, lambda i, y: (i + 1, y * 0.5 + 1.0), [0, x])

    c.v1("while counts", with_count, count)
    c.v1("while counts from two to five", plain, lambda x: v1.while_loop(lambda i, _: i <= 5, lambda i, y: (i + 1, y + tf.cast(i, tf.float32)), [2, x])[1])

    def until(x):
        return v1.while_loop(lambda i, y: tf.reduce_sum(tf.abs(y)) < 90.0, lambda i, y: (i + 1, y * 2.0), [0, x])

    c.v1("while data says so", plain, until)

    def both(x):
        return v1.while_loop(lambda i, y: tf.logical_and(i < 4, tf.reduce_max(y) < 6.0), lambda i, y: (i + 1, y + 1.0), [0, x])

    c.v1("while counts and data says so", plain, both)

    def nested(x):
        scale = tf.reduce_mean(x)

        def body(i, y):
            inner = v1.while_loop(lambda j, _: j < i, lambda j, z: (j + 1, z + scale * tf.cast(j, tf.float32) + x), [0, y])
            return i + 1, inner[1] * 0.5

        return v1.while_loop(lambda i, _: i < 4, body, [0, x])[1]

    c.v1("while in while", plain, nested)

    def grows(x):
        return v1.while_loop(
            lambda i, _: i < 3, lambda i, y: (i + 1, tf.concat([y, x], 0)), [0, x], shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 3])]
        )[1]

    c.v1("while grows", plain, grows)

    def swaps(x):
        return v1.while_loop(lambda i, a, b: i < 3, lambda i, a, b: (i + 1, b, a + 1.0), [0, x, x * 2.0])[1:]

    c.v1("while swaps", plain, swaps)
    c.v1("map_fn", plain, lambda x: v1.map_fn(lambda row: tf.reduce_sum(row) * row, x))
    c.v1("map_fn to more", plain, lambda x: v1.map_fn(lambda row: (row[:2], tf.cast(row[0] * 4, tf.int32)), x, dtype=(tf.float32, tf.int32)))
    c.v1("scan", plain, lambda x: v1.scan(lambda a, row: a * 0.5 + row, x))
    c.v1("scan in reverse", plain, lambda x: v1.scan(lambda a, row: a * 0.5 + row, x, initializer=tf.ones([3]), reverse=True))
    c.v1("foldl", plain, lambda x: v1.foldl(lambda a, row: a * 0.5 + row, x))


def conditions(c, plain):
    positive = lambda x: tf.reduce_sum(x) > 0.0
    runs = [{"x": np.abs(run["x"])} for run in plain[:1]] + [{"x": -np.abs(run["x"])} for run in plain[1:]]
    c.v1("cond", runs, lambda x: v1.cond(positive(x), lambda: (x + 1.0, x * 2.0), lambda: (x - 1.0, x)))
    c.v1("cond of constants", runs, lambda x: v1.cond(positive(x), lambda: tf.constant([1.0, 2.0]), lambda: tf.constant([3.0, 4.0])))
    c.v1("cond of a constant", runs, lambda x: v1.cond(positive(x), lambda: tf.constant(7.0), lambda: tf.reduce_sum(x)))
    c.v1("cond of shapes", runs, lambda x: v1.cond(positive(x), lambda: x[:1], lambda: tf.concat([x, x], 0)))

    def nested(x):
        return v1.cond(
            positive(x),
            lambda: v1.cond(tf.reduce_max(x) > 1.0, lambda: x + 1.0, lambda: x + 2.0),
            lambda: v1.cond(tf.reduce_max(x) > -1.0, lambda: x + 3.0, lambda: x + 4.0) * 2.0,
        )

    c.v1("cond in cond", runs, nested)

    def twice(x):
        p = positive(x)
        y = v1.cond(p, lambda: x + 1.0, lambda: x * 2.0)
        return v1.cond(p, lambda: y * 3.0, lambda: y - 4.0)

    c.v1("cond after cond", runs, twice)

    def inside(x):
        body = lambda i, y: (i + 1, v1.cond(tf.equal(i % 2, 0), lambda: y + 1.0, lambda: y * 2.0))
        return v1.while_loop(lambda i, _: i < 5, body, [0, x])[1]

    c.v1("cond in while", runs, inside)

    def around(x):
        return v1.cond(positive(x), lambda: v1.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * 2.0), [0, x])[1], lambda: x)

    c.v1("while in cond", runs, around)


def arrays(c, plain):
    def ends(x):
        array = v1.TensorArray(tf.float32, 3, element_shape=[None, 3], clear_after_read=False)
        array = array.write(2, x).write(0, x * 2.0).write(1, x * 3.0)
        return array.read(0), array.stack(), array.gather([2, 1]), array.concat(), tf.convert_to_tensor(array.size())

    c.v1("array written and read", plain, ends)

    def scattered(x):
        array = v1.TensorArray(tf.float32, tf.shape(x)[0] + 1)
        array = array.scatter(tf.range(tf.shape(x)[0], 0, -1), x).write(0, x[0] * 5.0)
        return array.stack()

    c.v1("array scattered", plain, scattered)

    def split(x):
        array = v1.TensorArray(tf.float32, 3, clear_after_read=False).split(tf.transpose(x), [1, 1, 1])
        return array.read(1), array.concat()

    c.v1("array split", plain, split)

    def backwards(x):
        steps = tf.shape(x)[0]
        source = v1.TensorArray(tf.float32, steps).unstack(x)
        target = v1.TensorArray(tf.float32, steps, element_shape=[3])
        body = lambda i, a: (i + 1, a.write(steps - 1 - i, source.read(i) * 2.0))
        return v1.while_loop(lambda i, _: i < steps, body, [0, target])[1].stack()

    c.v1("array written backwards", plain, backwards)

    def inside(x):
        target = v1.TensorArray(tf.float32, 4)

        def body(i, a):
            return i + 1, v1.cond(i < 2, lambda: a.write(i, tf.reduce_sum(x)), lambda: a.write(i, tf.reduce_max(x)))

        return v1.while_loop(lambda i, _: i < 4, body, [0, target])[1].stack()

    c.v1("array written in a branch", plain, inside)
