# Recurrent layers of TensorFlow 1, of Keras, and the operations of one cell or layer. See make-tensorflow-control-cases.py.

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
raw = tf.raw_ops
layers = tf.keras.layers


def fill(c):
    plain = [{"x": c.numbers(2, 5, 3)}, {"x": c.numbers(3, 7, 3)}]
    cells(c, plain)
    keras(c, plain)
    blocks(c)


def cells(c, plain):
    cell = v1.nn.rnn_cell
    lengths = [{**run, "n": np.array(n, "int32")} for run, n in zip(plain, ([5, 2], [0, 7, 4]))]

    def rnn(make, **options):
        def build(x, n=None):
            outputs, state = v1.nn.dynamic_rnn(make(), x, dtype=tf.float32, sequence_length=n, **options)
            return tf.nest.flatten((outputs, state))

        return build

    lstm = lambda: cell.LSTMCell(4, initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=1))
    basic = lambda: cell.BasicLSTMCell(4, forget_bias=0.5)
    gru = lambda: cell.GRUCell(4, kernel_initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=1))
    simple = lambda: cell.BasicRNNCell(4)
    projected = lambda: cell.LSTMCell(4, num_proj=2, use_peepholes=True)
    for name, make in [("lstm", lstm), ("basic lstm", basic), ("gru", gru), ("rnn", simple), ("lstm with projection", projected)]:
        c.v1(f"dynamic {name}", plain, rnn(make), (0, 1))
        c.v1(f"dynamic {name} of lengths", lengths, rnn(make), (0, 1))

    def both(x):
        outputs, _ = v1.nn.bidirectional_dynamic_rnn(lstm(), gru(), x, dtype=tf.float32)
        return tf.concat(outputs, 2)

    c.v1("dynamic in both directions", plain, both, (0, 1))

    def started(x):
        state = cell.LSTMStateTuple(tf.reduce_sum(x, 1)[:, :1] * tf.ones([1, 4]), tf.ones([tf.shape(x)[0], 4]))
        return v1.nn.dynamic_rnn(lstm(), x, initial_state=state)[0]

    c.v1("dynamic lstm with a state", plain, started, (0, 1))
    c.v1("stacked cells", plain, lambda x: v1.nn.dynamic_rnn(cell.MultiRNNCell([lstm(), gru()]), x, dtype=tf.float32)[0], (0, 1))
    c.v1("unrolled", plain[:1], lambda x: v1.nn.static_rnn(lstm(), tf.unstack(x, axis=1), dtype=tf.float32)[0][-1])


def keras(c, plain):
    def layer(name, make, runs=plain, before=lambda x: x):
        tf.keras.utils.set_random_seed(5)
        made = make()
        for weight_holder in [made]:
            weight_holder(before(tf.constant(runs[0][next(iter(runs[0]))])))
        made.set_weights([c.numbers(*weight.shape) * 0.25 for weight in made.get_weights()])
        c.v2(name, runs, lambda x: tf.nest.flatten(made(before(x))), (0, 1))

    layer("keras lstm", lambda: layers.LSTM(4))
    layer("keras lstm sequences and states", lambda: layers.LSTM(4, return_sequences=True, return_state=True))
    layer("keras lstm relu", lambda: layers.LSTM(4, activation="relu", return_sequences=True))
    layer("keras lstm hard sigmoid", lambda: layers.LSTM(4, recurrent_activation="hard_sigmoid"))
    layer("keras lstm without bias", lambda: layers.LSTM(4, use_bias=False, unit_forget_bias=False))
    layer("keras lstm implementation 1", lambda: layers.LSTM(4, implementation=1, return_sequences=True))
    layer("keras lstm backwards", lambda: layers.LSTM(4, go_backwards=True, return_sequences=True))
    layer("keras gru", lambda: layers.GRU(4))
    layer("keras gru sequences", lambda: layers.GRU(4, return_sequences=True, return_state=True))
    layer("keras gru reset before", lambda: layers.GRU(4, reset_after=False, return_sequences=True))
    layer("keras gru implementation 1", lambda: layers.GRU(4, implementation=1))
    layer("keras gru reset before implementation 1", lambda: layers.GRU(4, implementation=1, reset_after=False))
    layer("keras simple rnn", lambda: layers.SimpleRNN(4, return_sequences=True))
    layer("keras bidirectional lstm", lambda: layers.Bidirectional(layers.LSTM(4, return_sequences=True)))
    layer("keras bidirectional gru", lambda: layers.Bidirectional(layers.GRU(4)))
    layer("keras rnn of cells", lambda: layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)], return_sequences=True))
    masked = [{"x": run["x"].copy()} for run in plain]
    for run in masked:
        run["x"][0, 2:] = 0
        run["x"][1, :1] = 0
    mask = layers.Masking()
    layer("keras lstm masked", lambda: layers.LSTM(4, return_sequences=True), masked, mask)
    layer("keras gru masked", lambda: layers.GRU(4), masked, mask)


def blocks(c):
    hidden, wide = 4, 3
    weights = lambda *shape: tf.constant(c.numbers(*shape) * 0.25)
    runs = [{"x": c.numbers(5, 2, wide), "h": c.numbers(2, hidden), "c": c.numbers(2, hidden)} for _ in range(2)]
    open_axes = ()

    def block(op, peephole, steps=5, **options):
        w, b = weights(wide + hidden, 4 * hidden), weights(4 * hidden)
        peep = [weights(hidden) for _ in range(3)]

        def call(x, h, c):
            made = op(seq_len_max=tf.constant(steps, tf.int64), x=x, cs_prev=c, h_prev=h, w=w, wci=peep[0], wcf=peep[1], wco=peep[2], b=b, use_peephole=peephole, **options)
            return (made.h, made.cs) if steps == 5 else made.h

        return call

    c.v2("block lstm", runs, block(raw.BlockLSTM, False, cell_clip=-1.0), open_axes)
    c.v2("block lstm with peepholes", runs, block(raw.BlockLSTM, True, cell_clip=-1.0, forget_bias=0.5), open_axes)
    c.v2("block lstm of version 2", runs, block(raw.BlockLSTMV2, False), open_axes)
    c.v2("block lstm of fewer steps", runs, block(raw.BlockLSTM, False, steps=3, cell_clip=-1.0), open_axes)
    single = [{"x": c.numbers(2, wide), "h": c.numbers(2, hidden), "c": c.numbers(2, hidden)} for _ in range(2)]
    single[1] = {"x": c.numbers(3, wide), "h": c.numbers(3, hidden), "c": c.numbers(3, hidden)}

    def cell(peephole, clip=-1.0):
        w, b = weights(wide + hidden, 4 * hidden), weights(4 * hidden)
        peep = [weights(hidden) for _ in range(3)]

        def call(x, h, c):
            return list(raw.LSTMBlockCell(x=x, cs_prev=c, h_prev=h, w=w, wci=peep[0], wcf=peep[1], wco=peep[2], b=b, use_peephole=peephole, cell_clip=clip))

        return call

    c.v2("block lstm cell", single, cell(False))
    c.v2("block lstm cell with peepholes and clip", single, cell(True, 0.5))
    wru, wc, bru, bc = weights(wide + hidden, 2 * hidden), weights(wide + hidden, hidden), weights(2 * hidden), weights(hidden)
    grus = [{key: run[key] for key in ("x", "h")} for run in single]
    c.v2("block gru cell", grus, lambda x, h: list(raw.GRUBlockCell(x=x, h_prev=h, w_ru=wru, w_c=wc, b_ru=bru, b_c=bc)))
