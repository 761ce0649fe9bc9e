# Loops, conditions and lists of TensorFlow 2, and Einsum. See make-tensorflow-control-cases.py.

import numpy as np
import tensorflow as tf

raw = tf.raw_ops


def scalar(number):
    return np.array(number, "int32")


def fill(c):
    x = lambda rows: c.numbers(rows, 3)
    plain = [{"x": x(2)}, {"x": x(5)}]
    loops(c, plain, [{"x": x(2), "n": scalar(3)}, {"x": x(4), "n": scalar(1)}])
    lists(c, plain)
    branches(c, [{"x": x(2), "n": scalar(k)} for k in (0, 1)], [{"x": x(2), "n": scalar(k)} for k in (2, 9)])
    einsums(c)


def loops(c, plain, with_count):
    def count(x, n):
        for i in tf.range(n):
            x = x * 0.5 + tf.cast(i, tf.float32)
        return x

    c.v2("for over a range", with_count, count)

    def rows(x):
        total = tf.zeros([3])
        for row in x:
            total = total * 0.5 + row
        return total

    c.v2("for over rows", plain, rows)

    def breaks(x, n):
        i = tf.constant(0)
        while i < 10:
            x = x + 1.0
            if tf.reduce_sum(x) > 20.0:
                break
            i += n
        return x, i

    c.v2("while with break", with_count, breaks)

    def nested(x, n):
        for i in tf.range(n):
            for j in tf.range(i):
                x = x + tf.cast(j, tf.float32)
            x = x * 0.5
        return x

    c.v2("for in for", with_count, nested)

    def fewer(x, n):
        """Fewer elements are written than there are: the others are zeros."""
        array = tf.TensorArray(tf.float32, 5, element_shape=[3])
        for i in tf.range(n):
            array = array.write(i, x[0] + tf.cast(i, tf.float32))
        return array.stack()

    c.v2("list written in part", with_count, fewer)


def lists(c, plain):
    def each(x):
        array = tf.TensorArray(tf.float32, tf.shape(x)[0])
        for i in tf.range(tf.shape(x)[0]):
            array = array.write(i, x[i] * 2.0)
        return array.stack()

    c.v2("list written in a loop", plain, each)

    def dynamic(x):
        array = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[3])
        for i in tf.range(4):
            array = array.write(i, x[0] + tf.cast(i, tf.float32))
        return array.stack()

    c.v2("list that grows", plain, dynamic)

    def pushed(x):
        handle = raw.EmptyTensorList(element_shape=tf.constant([3]), max_num_elements=-1, element_dtype=tf.float32)
        handle = raw.TensorListPushBack(input_handle=handle, tensor=x[0])
        handle = tf.while_loop(
            lambda i, _: i < 3, lambda i, h: (i + 1, raw.TensorListPushBack(input_handle=h, tensor=x[1] + tf.cast(i, tf.float32))), [0, handle]
        )[1]
        length = raw.TensorListLength(input_handle=handle)
        popped, last = raw.TensorListPopBack(input_handle=handle, element_shape=tf.constant([3]), element_dtype=tf.float32)
        stacked = raw.TensorListStack(input_handle=popped, element_shape=tf.constant([3]), element_dtype=tf.float32, num_elements=-1)
        return stacked, last, length

    c.v2("list pushed and popped", plain, pushed)

    def parts(x):
        shape, kinds = tf.constant([3]), {"element_dtype": tf.float32}
        handle = raw.TensorListFromTensor(tensor=x, element_shape=shape)
        handle = raw.TensorListSetItem(input_handle=handle, index=1, item=x[0] * 9.0)
        gathered = raw.TensorListGather(input_handle=handle, indices=[1, 0], element_shape=shape, **kinds)
        scattered = raw.TensorListScatterV2(tensor=x[:2], indices=[2, 0], element_shape=shape, num_elements=4)
        scattered = raw.TensorListScatterIntoExistingList(input_handle=scattered, tensor=x[1:2], indices=[3])
        return gathered, raw.TensorListStack(input_handle=scattered, element_shape=shape, num_elements=-1, **kinds)

    c.v2("list gathered and scattered", plain, parts)
    c.v2("cumulative map", plain, lambda x: tf.scan(lambda a, row: a * 0.5 + row, x))
    c.v2("map", plain, lambda x: tf.map_fn(lambda row: (tf.reduce_sum(row), row[:2]), x, fn_output_signature=(tf.float32, tf.float32)))


def branches(c, few, others):
    def chooses(x, n):
        return tf.cond(n > 0, lambda: (x + 1.0, n), lambda: (x * 2.0, n - 1))

    c.v2("if", few, chooses)
    def cased(x, n):
        return tf.switch_case(n, [lambda: x + 1.0, lambda: x * 2.0, lambda: x[:1]], default=lambda: x - 5.0)

    c.v2("case", few, cased)
    c.v2("case of others", others, cased)


def einsums(c):
    def case(equation, *shapes):
        runs = [{f"x{i}": c.numbers(rows, *shape) for i, shape in enumerate(shapes)} for rows in (2, 3)]
        c.v2(f"einsum {equation}", runs, lambda *values: raw.Einsum(inputs=list(values), equation=equation))

    case("abc,acd->abd", (4, 3), (3, 5))
    case("...ij,...jk->...ik", (2, 4, 3), (2, 3, 5))
    case("b...ij,bjk->b...ik", (2, 4, 3), (3, 5))
    case("aij->aji", (2, 3))
    case("aii->ai", (3, 3))
    case("aij->a", (2, 3))
    case("abc,abd->cd", (2, 3), (2, 4))
    case("abd,acd->abc", (2, 4), (3, 4))
