# Tiny models with random weights, exported with the names that Optimum gives inputs and outputs, and the texts that
# transformers' generate() writes with them, for the suite of generation.
# Run with transformers 4.46.3 and torch:
#   python tools/make-generation-cases.py test/generation/fixtures
import json
import os
import sys

import onnx
import torch
from onnx import helper
from transformers import BartConfig, BartForConditionalGeneration, GPT2Config, GPT2LMHeadModel, T5Config, T5ForConditionalGeneration

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(7)
VOCABULARY = 29
cases = []


def export(name, module, feeds, outputs, fixed=()):
    """Sizes of the inputs are free but for those of heads and channels."""
    def axes(key):
        if key.startswith(("past", "present")):
            return {0: "batch", 2: f"length of {key}"}
        return {0: "batch", 1: f"length of {key}"}
    dynamic = {key: axes(key) for key in [*feeds, *outputs] if key not in fixed}
    path = f"{folder}/{name}.onnx"
    with torch.no_grad():
        torch.onnx.export(module, tuple(feeds.values()), path, input_names=list(feeds), output_names=list(outputs),
                          dynamic_axes=dynamic, opset_version=17, dynamo=False)
    model = onnx.load(path)
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    onnx.save(model, path)
    return model


class Wrapped(torch.nn.Module):
    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, *inputs):
        return self.call(*inputs)


def wrap(model, call):
    wrapped = Wrapped(call)
    wrapped.model = model
    return wrapped.eval()


def flat(cache):
    cache = cache.to_legacy_cache() if hasattr(cache, "to_legacy_cache") else cache
    return [tensor for layer in cache for tensor in layer]


def listed(model, inputs, settings, start):
    """New tokens of each row, up to the end."""
    sequences = model.generate(**inputs, **settings, do_sample=False)
    eos = settings["eos_token_id"]
    rows = []
    for row in sequences[:, start:].tolist():
        rows.append(row[: row.index(eos) + 1] if eos in row else row)
    return rows


SETTINGS = [
    dict(max_new_tokens=9),
    dict(max_new_tokens=12, repetition_penalty=1.7),
    dict(max_new_tokens=12, num_beams=3),
    dict(max_new_tokens=14, num_beams=4, length_penalty=2.0, no_repeat_ngram_size=2),
    dict(max_new_tokens=10, num_beams=2, early_stopping=True, bad_words_ids=[[5], [7, 8], [11]]),
    dict(max_new_tokens=15, num_beams=3, early_stopping="never", length_penalty=-0.5),
    dict(max_new_tokens=11, num_beams=3, min_length=9, forced_eos_token_id=2),
    dict(max_new_tokens=13, no_repeat_ngram_size=3, min_length=7),
]


def add(name, model, files, inputs, more, start):
    for settings in SETTINGS:
        whole = {**settings, **more}
        cases.append({
            "models": files, "name": name, "settings": whole,
            "inputs": {key: value.tolist() for key, value in inputs.items()},
            "expected": listed(model, inputs, whole, start),
        })


def tune(model, std):
    """Random weights of the usual size write the same token forever."""
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=std)
    return model.eval()


def gpt2():
    model = tune(GPT2LMHeadModel(GPT2Config(vocab_size=VOCABULARY, n_positions=64, n_embd=16, n_layer=2, n_head=2,
                                            attn_implementation="eager")), 0.35)
    ids = torch.tensor([[3, 9, 4, 12], [6, 6, 20, 1], [10, 11, 12, 13]])
    mask = torch.tensor([[1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 1]])
    names = [f"{layer}.{part}" for layer in range(2) for part in ("key", "value")]
    past = [torch.randn(3, 2, 2, 8) for _ in names]

    def with_past(ids, mask, positions, *past):
        pairs = tuple(zip(past[0::2], past[1::2]))
        out = model(input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=pairs, use_cache=True)
        return (out.logits, *flat(out.past_key_values))

    feeds = {"input_ids": ids, "attention_mask": torch.ones(3, 6, dtype=torch.int64), "position_ids": torch.arange(2, 6).repeat(3, 1),
             **{f"past_key_values.{name}": tensor for name, tensor in zip(names, past)}}
    export("gpt2-with-past", wrap(model, with_past), feeds, ["logits", *[f"present.{name}" for name in names]])
    export("gpt2", wrap(model, lambda ids: model(input_ids=ids, use_cache=False).logits), {"input_ids": ids}, ["logits"])
    more = dict(eos_token_id=2, pad_token_id=0)
    add("a decoder with a cache", model, {"decoder": "gpt2-with-past"}, {"input_ids": ids, "attention_mask": mask}, more, 4)
    add("a decoder without a cache", model, {"decoder": "gpt2"}, {"input_ids": ids}, more, 4)


def encoder_decoder(name, model, more):
    ids = torch.tensor([[3, 9, 4, 12, 2], [6, 20, 1, 2, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]])
    start = torch.tensor([[more["decoder_start_token_id"], 8], [more["decoder_start_token_id"], 4]])
    encoder = model.get_encoder()
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    export(f"{name}-encoder", wrap(model, lambda ids, mask: encoder(input_ids=ids, attention_mask=mask).last_hidden_state),
           {"input_ids": ids, "attention_mask": mask}, ["last_hidden_state"])
    names = [f"{layer}.{side}.{part}" for layer in range(2) for side in ("decoder", "encoder") for part in ("key", "value")]

    def first(mask, ids, states):
        out = model(encoder_outputs=(states,), attention_mask=mask, decoder_input_ids=ids, use_cache=True)
        return (out.logits, *flat(out.past_key_values))

    def later(mask, ids, states, *past):
        layers = tuple(tuple(past[i:i + 4]) for i in range(0, len(past), 4))
        out = model(encoder_outputs=(states,), attention_mask=mask, decoder_input_ids=ids, past_key_values=layers, use_cache=True)
        return (out.logits, *flat(out.past_key_values))

    outputs = ["logits", *[f"present.{each}" for each in names]]
    feeds = {"encoder_attention_mask": mask, "input_ids": start, "encoder_hidden_states": states}
    with torch.no_grad():
        past = first(mask, start, states)[1:]
    decoder = export(f"{name}-decoder", wrap(model, first), feeds, outputs)
    with_past = export(f"{name}-decoder-with-past", wrap(model, later),
                       {**feeds, "input_ids": start[:, :1], **{f"past_key_values.{each}": tensor for each, tensor in zip(names, past)}},
                       outputs)
    export(f"{name}-whole", wrap(model, lambda ids, mask, start: model(input_ids=ids, attention_mask=mask, decoder_input_ids=start, use_cache=False).logits),
           {"input_ids": ids, "attention_mask": mask, "decoder_input_ids": start}, ["logits"])
    return decoder, with_past, {"input_ids": ids, "attention_mask": mask}


def merged(name, first, later):
    """One decoder for all steps, as Optimum merges them: the branch with a cache gives no keys and values of the encoder."""
    def branch(model, label):
        return helper.make_graph(model.graph.node, label, [], model.graph.output, model.graph.initializer)
    for node in later.graph.node:
        for names in (node.input, node.output):
            for i, each in enumerate(names):
                if ".encoder." in each and each.startswith("present"):
                    names[i] = f"unused_{each}"
    empties = [helper.make_tensor(output.name, onnx.TensorProto.FLOAT, [0, 2, 1, 8], []) for output in later.graph.output
               if ".encoder." in output.name]
    then = branch(later, "with_past")
    then.node.extend([helper.make_node("Constant", [], [tensor.name], value=tensor) for tensor in empties])
    for graph in (then, orelse := branch(first, "no_past")):
        for value in graph.output:
            value.type.tensor_type.ClearField("shape")
    names = [output.name for output in first.graph.output]
    node = helper.make_node("If", ["use_cache_branch"], names, then_branch=then, else_branch=orelse)
    use = helper.make_tensor_value_info("use_cache_branch", onnx.TensorProto.BOOL, [1])
    inputs = {value.name: value for value in [*first.graph.input, *later.graph.input]}
    graph = helper.make_graph([node], "merged", [*inputs.values(), use], first.graph.output)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, f"{folder}/{name}-decoder-merged.onnx")


def t5():
    model = tune(T5ForConditionalGeneration(T5Config(vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=24, num_layers=2, num_heads=2)), 0.4)
    more = dict(eos_token_id=1, pad_token_id=0, decoder_start_token_id=0)
    _, _, inputs = encoder_decoder("t5", model, more)
    add("an encoder with two decoders", model,
        {"encoder": "t5-encoder", "decoder": "t5-decoder", "decoderWithPast": "t5-decoder-with-past"}, inputs, more, 1)


def bart():
    model = tune(BartForConditionalGeneration(BartConfig(
        vocab_size=VOCABULARY, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=64, forced_eos_token_id=None, attn_implementation="eager")), 0.35)
    more = dict(eos_token_id=2, pad_token_id=1, decoder_start_token_id=2, forced_bos_token_id=14)
    decoder, with_past, inputs = encoder_decoder("bart", model, more)
    merged("bart", decoder, with_past)
    add("an encoder with a merged decoder", model, {"encoder": "bart-encoder", "decoder": "bart-decoder-merged"}, inputs, more, 1)
    add("both in one graph", model, {"decoder": "bart-whole"}, inputs, more, 1)


with torch.no_grad():
    gpt2()
    t5()
    bart()
for unused in ("bart-decoder", "bart-decoder-with-past", "t5-whole"):
    os.remove(f"{folder}/{unused}.onnx")
with open(f"{folder}/cases.json", "w") as file:
    json.dump(cases, file)
