"""Makes the fixtures of packages/keras with Keras itself: tiny models of many layers, inputs and what Keras computes.

Run with Keras 2 (tensorflow-cpu 2.15) for all but "keras3", and with Keras 3 (jax) for "keras3":
  python tools/make-keras-fixtures.py packages/keras/fixtures
  KERAS_BACKEND=jax python tools/make-keras-fixtures.py packages/keras/fixtures keras3
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import h5py
import numpy as np

folder = sys.argv[1]
which = sys.argv[2] if len(sys.argv) > 2 else "keras2"
rng = np.random.default_rng(7)

if which == "keras2":
    import tensorflow as tf
    from tensorflow import keras
else:
    import keras
L = keras.layers


def randomise(model):
    """Weights of no special value, so that a wrong order or a missing one shows."""
    values = []
    for w in model.get_weights():
        value = rng.normal(size=w.shape) * 0.4
        values.append(value.astype(w.dtype) if w.dtype.kind == "f" else w)
    model.set_weights(values)
    for layer in all_layers(model):
        if isinstance(layer, L.BatchNormalization):
            layer.moving_variance.assign(rng.uniform(0.5, 1.5, size=layer.moving_variance.shape).astype("float32"))
        if isinstance(layer, L.Normalization) and layer.input_mean is None:
            layer.adapt(normal(5, *layer.input.shape[1:]) * 2 + 1)


def all_layers(model):
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from all_layers(layer)
        if hasattr(layer, "layer") and hasattr(layer.layer, "layers"):
            yield from all_layers(layer.layer)


def store(name, model, inputs, endings=(".h5",)):
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    for ending in endings:
        model.save(os.path.join(folder, name + ending))
    with h5py.File(os.path.join(folder, name + ".io.h5"), "w") as f:
        for tensor, value in zip(model.inputs, inputs):
            f["in/" + tensor.name.split(":")[0]] = value
        for i, value in enumerate(outputs):
            f["out/%03d" % i] = np.asarray(value)
    print(name, len(outputs), [os.path.getsize(os.path.join(folder, name + e)) for e in (*endings, ".io.h5")])


def normal(*shape):
    return rng.normal(size=shape).astype("float32")


def images():
    x = L.Input((6, 7, 4), name="image")
    c = L.Permute((3, 1, 2))(x)
    outs = [
        L.Conv2D(3, 3, name="conv_valid")(x),
        L.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu", name="conv_same")(x),
        L.Conv2D(4, 3, dilation_rate=2, padding="same", groups=2, use_bias=False, name="conv_dilated")(x),
        L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", strides=2, name="depthwise")(x),
        L.SeparableConv2D(5, 3, depth_multiplier=2, activation="elu", name="separable")(x),
        L.Conv2DTranspose(3, 3, strides=2, padding="same", name="deconv_same")(x),
        L.Conv2DTranspose(2, (2, 3), strides=(3, 2), padding="valid", name="deconv_valid")(x),
        L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1, name="deconv_out")(x),
        L.BatchNormalization(name="bn")(x),
        L.BatchNormalization(axis=1, scale=False, center=False, name="bn_first")(c),
        L.MaxPooling2D(3, 2, padding="same", name="max_same")(x),
        L.MaxPooling2D(2, name="max")(x),
        L.AveragePooling2D(3, 2, padding="same", name="avg_same")(x),
        L.GlobalAveragePooling2D(name="gap")(x),
        L.GlobalAveragePooling2D(keepdims=True, name="gap_keep")(x),
        L.GlobalMaxPooling2D(name="gmp")(x),
        L.GlobalMaxPooling2D(data_format="channels_first", keepdims=True, name="gmp_first")(c),
        L.ZeroPadding2D(((1, 2), (0, 3)), name="pad")(x),
        L.Cropping2D(((1, 2), (0, 3)), name="crop")(x),
        L.UpSampling2D((2, 3), name="up_nearest")(x),
        L.UpSampling2D(2, interpolation="bilinear", name="up_bilinear")(x),
        L.UpSampling2D(2, interpolation="bicubic", name="up_bicubic")(x),
        L.Flatten(name="flat")(x),
        L.Flatten(data_format="channels_first", name="flat_first")(c),
        L.GroupNormalization(2, name="group")(x),
        L.GroupNormalization(-1, axis=1, scale=False, name="instance")(c),
        L.LayerNormalization(name="layer_norm")(x),
        L.LayerNormalization(axis=(1, 2, 3), name="layer_norm_all")(x),
        L.UnitNormalization(axis=(1, 3), name="unit")(x),
        L.PReLU(shared_axes=[1, 2], name="prelu")(x),
        L.Rescaling(0.5, offset=-1.0, name="rescaling")(x),
        L.Rescaling([0.5, 1.0, 2.0, 3.0], offset=[0.1, 0.2, 0.3, 0.4], name="rescaling_each")(x),
        L.Resizing(5, 12, name="resizing")(x),
        L.Resizing(12, 14, interpolation="nearest", name="resizing_nearest")(x),
        L.CenterCrop(4, 5, name="center_crop")(x),
        L.Normalization(axis=-1, name="normalization")(x),
        L.Normalization(mean=0.5, variance=2.0, name="normalization_given")(x),
        L.Dropout(0.5, name="dropout")(x),
        L.GaussianNoise(0.5, name="noise")(x),
        L.SpatialDropout2D(0.5, name="spatial_dropout")(x),
        L.SpectralNormalization(L.Conv2D(2, 2, name="spectral_conv"), name="spectral")(x),
    ]
    model = keras.Model(x, outs)
    randomise(model)
    store("images", model, [normal(2, 6, 7, 4)])


def spaces():
    s = L.Input((10, 3), name="series")
    v = L.Input((5, 6, 4, 2), name="volume")
    outs = [
        L.Conv1D(4, 3, padding="causal", dilation_rate=2, name="causal")(s),
        L.Conv1D(4, 4, strides=3, padding="same", activation="swish", name="conv1")(s),
        L.Conv1DTranspose(2, 3, strides=2, padding="same", name="deconv1")(s),
        L.SeparableConv1D(4, 3, padding="same", name="separable1")(s),
        L.DepthwiseConv1D(3, depth_multiplier=2, name="depthwise1")(s),
        L.MaxPooling1D(3, 2, padding="same", name="max1")(s),
        L.AveragePooling1D(2, name="avg1")(s),
        L.GlobalAveragePooling1D(name="gap1")(s),
        L.GlobalMaxPooling1D(keepdims=True, name="gmp1")(s),
        L.ZeroPadding1D((1, 2), name="pad1")(s),
        L.Cropping1D((1, 2), name="crop1")(s),
        L.UpSampling1D(2, name="up1")(s),
        L.TimeDistributed(L.Dense(3, activation="tanh"), name="td_dense")(s),
        L.TimeDistributed(keras.Sequential([L.Reshape((3, 1)), L.Conv1D(2, 2), L.Flatten()]), name="td_model")(s),
        L.Conv3D(3, 2, strides=(1, 2, 1), padding="same", name="conv3")(v),
        L.Conv3DTranspose(2, 2, strides=2, name="deconv3")(v),
        L.MaxPooling3D(2, name="max3")(v),
        L.AveragePooling3D(2, padding="same", name="avg3")(v),
        L.GlobalAveragePooling3D(name="gap3")(v),
        L.ZeroPadding3D((1, 0, 2), name="pad3")(v),
        L.Cropping3D(1, name="crop3")(v),
        L.UpSampling3D((1, 2, 2), name="up3")(v),
    ]
    model = keras.Model([s, v], outs)
    randomise(model)
    store("spaces", model, [normal(2, 10, 3), normal(2, 5, 6, 4, 2)])


def vectors():
    a, b = L.Input((6,), name="a"), L.Input((6,), name="b")
    m, n = L.Reshape((2, 3))(a), L.Reshape((3, 2))(b)
    names = "relu sigmoid tanh softmax softplus softsign elu selu exponential hard_sigmoid swish gelu mish linear".split()
    outs = [L.Activation(name, name="act_" + name)(a) for name in names]
    outs += [
        L.Activation(tf.nn.relu6, name="act_relu6")(a),
        L.Activation(tf.nn.log_softmax, name="act_log_softmax")(a),
        L.ReLU(0.8, negative_slope=0.1, threshold=0.3, name="relu_all")(a),
        L.ReLU(6.0, name="relu_6")(a),
        L.LeakyReLU(0.2, name="leaky")(a),
        L.ELU(0.7, name="elu_layer")(a),
        L.ThresholdedReLU(0.4, name="thresholded")(a),
        L.PReLU(name="prelu_all")(a),
        L.Softmax(axis=1, name="softmax_axis")(m),
        L.Dense(3, activation=L.LeakyReLU(0.1), name="dense")(a),
        L.Dense(3, use_bias=False, name="dense_rank3")(m),
        L.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", name="einsum")(m),
        L.Add(name="add")([a, b, a]),
        L.Subtract(name="subtract")([a, b]),
        L.Multiply(name="multiply")([a, b]),
        L.Average(name="average")([a, b, b]),
        L.Maximum(name="maximum")([a, b]),
        L.Minimum(name="minimum")([a, b]),
        L.Concatenate(axis=1, name="concat")([a, b]),
        L.Dot(axes=1, normalize=True, name="dot")([a, b]),
        L.Dot(axes=(2, 1), name="dot_matrix")([m, n]),
        L.RepeatVector(3, name="repeat")(a),
        L.Permute((2, 1), name="permute")(m),
        L.Reshape((-1, 2), name="reshape")(a),
        L.Discretization([-1.0, 0.0, 0.5], name="discretization")(a),
        L.Identity(name="identity")(a),
        L.LayerNormalization(axis=1, center=False, name="layer_norm2")(a),
    ]
    # What arithmetic on tensors of Keras becomes.
    outs += [
        a * 2.0 + b,
        1.0 - a,
        a / (tf.abs(b) + 1.0),
        -a,
        tf.nn.relu(a - b),
        tf.math.multiply(a, b),
        tf.concat([a, b], axis=-1),
        tf.reshape(a, (-1, 3, 2)),
        tf.reduce_mean(m, axis=[1], keepdims=True),
        tf.reduce_sum(m, axis=-1),
        tf.transpose(m, (0, 2, 1)),
        tf.expand_dims(a, 1),
        tf.squeeze(tf.expand_dims(a, 1), axis=1),
        tf.matmul(m, n),
        m[:, 0],
        m[:, -1:, ::2],
        m[..., 1],
        m[:, tf.newaxis, 1:],
        tf.math.sqrt(tf.math.square(a) + 0.5),
        tf.cast(a > b, tf.float32),
        tf.clip_by_value(a, -0.5, 0.5),
        tf.math.maximum(a, 0.1),
        tf.nn.gelu(a),
        tf.nn.softmax(m, axis=1),
        tf.pad(m, [[0, 0], [1, 0], [0, 2]]),
        tf.stack([a, b], axis=1),
        tf.math.pow(tf.abs(a), 1.5),
        tf.nn.l2_normalize(a, axis=-1),
        tf.math.exp(a),
        tf.where(a > 0.0, a, b),
        tf.split(a, 3, axis=1)[1],
    ]
    model = keras.Model([a, b], outs)
    randomise(model)
    store("vectors", model, [normal(3, 6), normal(3, 6)])


def sequences():
    ids = L.Input((7,), dtype="int32", name="ids")
    x = L.Input((7, 4), name="x")
    h, c = L.Input((3,), name="h"), L.Input((3,), name="c")
    e = L.Embedding(9, 4, mask_zero=True, name="embedding")(ids)
    plain = L.Embedding(9, 4, name="plain")(ids)
    masked = L.Masking(0.0, name="masking")(x)
    both = L.Bidirectional
    outs = [
        L.LSTM(3, name="lstm")(x),
        L.LSTM(3, return_sequences=True, recurrent_activation="hard_sigmoid", use_bias=False, name="lstm_seq")(x),
        L.LSTM(3, name="lstm_state")(x, initial_state=[h, c]),
        L.GRU(3, name="gru")(x),
        L.GRU(3, reset_after=False, return_sequences=True, go_backwards=True, name="gru_old")(x),
        L.SimpleRNN(3, activation="relu", return_sequences=True, name="simple")(x),
        L.RNN(L.LSTMCell(3, name="cell"), name="rnn")(x),
        both(L.LSTM(3, return_sequences=True), name="bi_concat")(x),
        both(L.GRU(3), merge_mode="sum", name="bi_sum")(x),
        both(L.GRU(3, return_sequences=True), merge_mode="ave", name="bi_ave")(x),
        both(L.SimpleRNN(3), merge_mode="mul", name="bi_mul")(x),
        *L.LSTM(3, return_state=True, return_sequences=True, name="states")(x),
        *both(L.LSTM(3), merge_mode=None, name="bi_none")(x),
        e,
        L.LSTM(3, name="m_lstm")(e),
        L.LSTM(3, return_sequences=True, name="m_lstm_seq")(e),
        L.GRU(3, return_sequences=True, go_backwards=True, name="m_gru_back")(e),
        both(L.LSTM(3, return_sequences=True), name="m_bi")(e),
        both(L.GRU(3), name="m_bi_last")(e),
        L.LSTM(3, name="m_stack")(L.LSTM(3, return_sequences=True, name="m_first")(L.Dropout(0.1)(e))),
        L.GlobalAveragePooling1D(name="m_gap")(e),
        L.SimpleRNN(3, return_sequences=True, name="m_simple")(masked),
        L.LSTM(3, name="m_add")(L.Add(name="add")([e, masked])),
        L.LSTM(3, name="m_concat")(L.Concatenate(name="concat")([e, masked])),
        L.MultiHeadAttention(2, 3, name="mha")(x, plain),
        L.MultiHeadAttention(2, 3, value_dim=2, output_shape=5, use_bias=False, name="mha_self")(x, x),
        L.MultiHeadAttention(2, 3, name="mha_causal")(plain, plain, use_causal_mask=True),
        L.MultiHeadAttention(2, 3, name="mha_masked")(e, e),
        L.Attention(name="attention")([x, plain]),
        L.Attention(use_scale=True, score_mode="concat", name="attention_concat")([x, plain]),
        L.Attention(use_scale=True, name="attention_masked")([x, e]),
        L.AdditiveAttention(name="additive")([x, plain]),
        L.AdditiveAttention(use_scale=False, name="additive_masked")([x, e]),
        L.CategoryEncoding(num_tokens=9, output_mode="multi_hot", name="multi_hot")(ids),
        L.CategoryEncoding(num_tokens=9, output_mode="count", name="count")(ids),
    ]
    model = keras.Model([ids, x, h, c], outs)
    randomise(model)
    tokens = np.array([[1, 2, 3, 0, 0, 0, 0], [4, 0, 5, 8, 0, 6, 7], [0, 0, 1, 2, 3, 4, 5]], "int32")
    values = normal(3, 7, 4)
    values[0, 5:] = 0
    values[1, 0] = 0
    store("sequences", model, [tokens, values, normal(3, 3), normal(3, 3)])


def nested(endings, name):
    inner_in = L.Input((6, 6, 3), name="inner_in")
    y = L.Conv2D(4, 3, padding="same", name="inner_conv")(inner_in)
    y = L.BatchNormalization(name="inner_bn")(y)
    inner = keras.Model(inner_in, L.ReLU(name="inner_relu")(y), name="inner")
    head = keras.Sequential([L.Conv2D(2, 1, name="head_conv"), L.GlobalAveragePooling2D(), L.Dense(3)], name="head")
    a, b = L.Input((6, 6, 3), name="left"), L.Input((6, 6, 3), name="right")
    shared = L.Conv2D(3, 1, name="shared")
    p, q = inner(shared(a)), inner(shared(b))
    merged = L.Concatenate(name="merged")([p, q])
    seq = L.Reshape((6, 48), name="as_steps")(merged)
    outs = [
        head(merged),
        L.Dense(2, activation="softmax", name="probabilities")(head(merged)),
        L.Bidirectional(L.LSTM(2), name="bi")(seq),
        L.MultiHeadAttention(2, 3, name="mha")(seq, seq),
        L.TimeDistributed(L.Dense(2), name="td")(seq),
    ]
    model = keras.Model([a, b], outs, name="outer")
    randomise(model)
    store(name, model, [normal(2, 6, 6, 3), normal(2, 6, 6, 3)], endings)


def sequential():
    model = keras.Sequential(
        [L.Conv1D(4, 3, input_shape=(8, 2), name="first"), L.GRU(3, return_sequences=True), L.Flatten(), L.Dense(2)],
        name="chain",
    )
    model.compile("adam", "mse")
    model.fit(normal(4, 8, 2), normal(4, 2), verbose=0)
    store("sequential", model, [normal(2, 8, 2)])
    model.save_weights(os.path.join(folder, "weights-only.h5"))


def keras3():
    """What only Keras 3 writes: calls as keras_tensor, operations as layers, its own order of things."""
    import keras.ops as ops

    nested((".keras",), "keras3-nested")
    x = L.Input((7, 4), name="x")
    image = L.Input((6, 6, 4), name="image")
    ids = L.Input((7,), dtype="int32", name="ids")
    e = L.Embedding(9, 4, mask_zero=True, name="embedding")(ids)
    outs = [
        L.LSTM(3, name="lstm", return_sequences=True)(x),
        L.GRU(3, name="gru", reset_after=False)(x),
        L.Bidirectional(L.GRU(3, return_sequences=True), name="bi")(e),
        L.Activation("hard_sigmoid", name="hard")(x),
        L.LeakyReLU(negative_slope=0.2, name="leaky")(x),
        L.LayerNormalization(name="ln")(x),
        L.GroupNormalization(2, name="gn")(image),
        L.DepthwiseConv2D(3, name="depthwise")(image),
        L.SeparableConv2D(3, 3, name="separable")(image),
        L.Conv2DTranspose(3, 3, strides=2, padding="same", name="deconv")(image),
        L.BatchNormalization(name="bn")(image),
        L.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", name="einsum")(x),
        L.RMSNormalization(name="rms")(x) if hasattr(L, "RMSNormalization") else L.Identity()(x),
        L.Dot(axes=2, name="dot")([x, e]),
        L.Attention(name="attention")([x, e]),
        L.Normalization(name="normalization")(x),
        # TensorFlow computes none of these on a CPU.
        *[
            L.Conv2D(3, 3, strides=2, padding="same", data_format="channels_first", name="conv_first")(image),
            L.SeparableConv2D(3, 3, data_format="channels_first", name="separable_first")(image),
            L.Conv2DTranspose(3, 2, strides=2, data_format="channels_first", name="deconv_first")(image),
            L.MaxPooling2D(2, data_format="channels_first", name="max_first")(image),
            L.AveragePooling2D(3, 2, padding="same", data_format="channels_first", name="avg_first")(image),
            L.GlobalAveragePooling2D(data_format="channels_first", name="gap_first")(image),
            L.UpSampling2D(2, data_format="channels_first", interpolation="bilinear", name="up_first")(image),
            L.ZeroPadding2D(((1, 0), (0, 2)), data_format="channels_first", name="pad_first")(image),
            L.Cropping2D(((1, 0), (0, 2)), data_format="channels_first", name="crop_first")(image),
        ],
        x * 2.0 + 1.0,
        x[:, 0],
        ops.concatenate([x, x], axis=-1),
        ops.mean(x, axis=1, keepdims=True),
        ops.relu6(x),
        ops.reshape(x, (-1, 28)),
        ops.transpose(x, (0, 2, 1)),
    ]
    model = keras.Model([x, image, ids], outs)
    randomise(model)
    tokens = np.array([[1, 2, 3, 0, 0, 0, 0], [4, 0, 5, 8, 0, 6, 7]], "int32")
    store("keras3", model, [normal(2, 7, 4), normal(2, 6, 6, 4), tokens], (".keras",))


if which == "keras3":
    keras3()
else:
    images()
    spaces()
    vectors()
    sequences()
    nested((".h5", ".keras"), "nested")
    sequential()

# Configurations are long and repeat themselves: the files are kept packed.
import gzip

for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    if name.endswith((".h5", ".keras")):
        with open(path, "rb") as f, gzip.GzipFile(path + ".gz", "wb", 9, mtime=0) as packed:
            packed.write(f.read())
        os.remove(path)
