"""Writes the small files that the tests of @tersor/torchscript read, with PyTorch and safetensors.

    pip install torch==2.* safetensors numpy onnx onnxscript
    python tools/make-torch-fixtures.py

Expected values are those that PyTorch itself reads back, as text in expected.json: for each file a map of names to
{ dtype, shape, values }, values as doubles ("nan" and "inf" as strings).
"""

import collections
import json
import math
import pathlib

import onnx
import torch
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent.parent / "packages/torchscript/fixtures"
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(7)


def described(tensor):
    if tensor.is_complex():
        values = torch.view_as_real(tensor).to(torch.float64).flatten().tolist()
    else:
        values = tensor.detach().to(torch.float64).flatten().tolist()
    texts = [value if math.isfinite(value) else str(value) for value in values]
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": texts}


expected = {}


def expect(name, tensors):
    expected[name] = {key: described(tensor) for key, tensor in tensors.items()}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 4, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.conv2 = torch.nn.Conv2d(4, 4, 3)
        self.bn2 = torch.nn.BatchNorm2d(4, eps=1e-3)
        self.up = torch.nn.ConvTranspose2d(4, 2, 2)
        self.fc = torch.nn.Linear(2 * 5 * 5, 6)
        self.proj = torch.nn.Parameter(torch.randn(6, 5))
        for norm in (self.bn1, self.bn2):
            norm.weight.data.uniform_(0.5, 1.5)
            norm.bias.data.normal_()
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.bn2(self.conv2(x)))
        x = self.fc(self.up(x).flatten(1))
        return x @ self.proj


net = Net().eval()
state = net.state_dict()
torch.save(state, folder / "net.pt")
expect("net.pt", state)
save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / "net.safetensors", {"format": "pt"})
expect("net.safetensors", state)

# Views: transposed, with an offset and steps, expanded, tied, of one element and of none.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
tied = torch.randn(3, 2)
views = collections.OrderedDict(
    whole=base,
    transposed=base.t(),
    part=base[1:, 2:5],
    steps=base[::2, ::3],
    expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
    scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 3),
    tied_a=tied,
    tied_b=tied,
)
torch.save(views, folder / "views.pt")
expect("views.pt", views)

types = {
    name: torch.tensor([0, 1, 2, 3, 100]).to(getattr(torch, name))
    for name in "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool complex64 "
    "float8_e4m3fn float8_e5m2".split()
}
types["special"] = torch.tensor([float("nan"), float("inf"), -0.0, 1e-40])
types["large"] = torch.tensor([2**63 - 1, -(2**63)])
torch.save(types, folder / "types.pt")
expect("types.pt", types)
storable = {name: tensor for name, tensor in types.items()}
save_file(storable, folder / "types.safetensors")
expect("types.safetensors", storable)

optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(1, 3, 8, 8)).sum().backward()
optimizer.step()
state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
checkpoint = {
    "epoch": 3,
    "lr": 0.25,
    "name": "net \u00e9",
    "model_state_dict": net.state_dict(),
    "optimizer_state_dict": optimizer.state_dict(),
    "history": [{"loss": 1.0}, {"loss": 0.5}],
    "size": torch.Size([1, 2]),
    "dtype": torch.float16,
    "device": torch.device("cpu"),
    "big": 2**70,
    "seen": {1, 2},
}
torch.save(checkpoint, folder / "checkpoint.pth")
expect("checkpoint.pth", state)


class Scripted(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
        self.register_buffer("steps", torch.arange(3))

    def forward(self, x):
        return self.layers(x) + self.steps[:2]


scripted = Scripted().eval()
torch.jit.script(scripted).save(str(folder / "scripted.pt"))
expect("scripted.pt", scripted.state_dict())

torch.save(Scripted(), folder / "whole-module.pt")
torch.save({"weight": torch.ones(2)}, folder / "legacy.pt", _use_new_zipfile_serialization=False)

# A sharded model: two files and the index of them.
shards = {"model-00001-of-00002.safetensors": {"a.weight": torch.randn(2, 3)}}
shards["model-00002-of-00002.safetensors"] = {"b.weight": torch.randn(3), "b.bias": torch.randn(1)}
(folder / "sharded").mkdir(exist_ok=True)
for name, tensors in shards.items():
    save_file(tensors, folder / "sharded" / name, {"format": "pt"})
index = {"metadata": {"total_size": 40}, "weight_map": {t: name for name, tensors in shards.items() for t in tensors}}
(folder / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))
expect("sharded/model.safetensors.index.json", {t: x for tensors in shards.values() for t, x in tensors.items()})

# Exports of both exporters, with the state dict beside the graph.
class Text(torch.nn.Module):
    """The output layer is tied to the embedding; Linear, LSTM and GRU change how their weights lie."""

    def __init__(self):
        super().__init__()
        self.emb = torch.nn.Embedding(11, 64)
        self.mid = torch.nn.Linear(64, 64)
        self.norm = torch.nn.LayerNorm(64)
        self.lstm = torch.nn.LSTM(64, 4, batch_first=True)
        self.gru = torch.nn.GRU(4, 4, batch_first=True)
        self.out = torch.nn.Linear(4, 64)
        self.head = torch.nn.Linear(64, 11, bias=False)
        self.head.weight = self.emb.weight

    def forward(self, tokens):
        x = self.norm(self.mid(self.emb(tokens)))
        x = self.gru(self.lstm(x)[0])[0]
        return self.head(self.out(x))


def without_stack_traces(path):
    """They name folders of the machine."""
    model = onnx.load(path, load_external_data=False)
    for level in [model.graph, *model.functions]:
        for node in level.node:
            kept = [entry for entry in node.metadata_props if entry.key != "pkg.torch.onnx.stack_trace"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
            node.ClearField("doc_string")
    path.write_bytes(model.SerializeToString())


def export(name, model, example, dynamo, names):
    target = folder / "exported" / f"{name}-{'dynamo' if dynamo else 'torchscript'}"
    target.mkdir(parents=True, exist_ok=True)
    extra = {"external_data": name == "conv", "verbose": False} if dynamo else {}
    torch.onnx.export(model, (example,), target / "model.onnx", dynamo=dynamo, **names, **extra)
    without_stack_traces(target / "model.onnx")
    weights = {key: value.clone().contiguous() for key, value in model.state_dict().items()}
    if dynamo:
        save_file(weights, target / "model.safetensors", {"format": "pt"})
    else:
        torch.save(model.state_dict(), target / "model.pt")


fresh = Net().eval()
fresh.load_state_dict(torch.load(folder / "net.pt", weights_only=True))
text = Text().eval()
for dynamo in (False, True):
    export("conv", fresh, torch.randn(1, 3, 8, 8), dynamo, {"input_names": ["x"], "output_names": ["y"]})
    export("text", text, torch.tensor([[1, 2, 3]]), dynamo, {"input_names": ["tokens"], "output_names": ["y"]})

(folder / "expected.json").write_text(json.dumps(expected))
