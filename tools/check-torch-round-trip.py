"""Opens with PyTorch and safetensors what @tersor/torchscript wrote, and holds values and outputs against the sources.

    node --import tsx --conditions=@tersor/source tools/write-torch-round-trip.ts <folder>
    python tools/check-torch-round-trip.py <folder>      (torch, safetensors, onnxruntime, numpy)
"""

import collections
import pathlib
import sys

import numpy
import onnxruntime
import torch
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
root = pathlib.Path(__file__).parent.parent
fixtures = root / "packages/torchscript/fixtures"
count = collections.Counter()


def same(a, b, what):
    a, b = a.detach(), b.detach()
    assert a.dtype == b.dtype and a.shape == b.shape, f"{what}: {a.dtype} {a.shape} against {b.dtype} {b.shape}"
    assert a.contiguous().view(torch.uint8).equal(b.contiguous().view(torch.uint8)) if a.dim() else a.equal(b), what
    count["tensors equal to the bit"] += 1


def source_of(name):
    if name == "scripted.pt":
        return torch.jit.load(fixtures / name).state_dict()
    if name.endswith("safetensors"):
        return load_file(fixtures / name)
    loaded = torch.load(fixtures / name, weights_only=True)
    return loaded.get("model_state_dict", loaded)


names = ["net.pt", "views.pt", "types.pt", "checkpoint.pth", "scripted.pt", "net.safetensors", "types.safetensors"]
for name in names:
    source = source_of(name)
    for copy in (
        torch.load(folder / f"{name}.copy.pt", weights_only=True),
        torch.load(folder / f"{name}.copy.pt", weights_only=True, mmap=True),
        load_file(folder / f"{name}.copy.safetensors"),
    ):
        assert list(sorted(copy)) == list(sorted(source)), f"{name}: {sorted(copy)}"
        for key in source:
            same(copy[key], source[key], f"{name} {key}")
views = torch.load(folder / "views.pt.copy.pt", weights_only=True)
assert views["tied_a"].data_ptr() == views["tied_b"].data_ptr(), "tied parameters are one storage"


def counted(tensors, source, name):
    for key, tensor in tensors.items():
        if key == "expanded" or source[key].dtype != torch.float32:
            continue
        if name == "views.pt" and key in ("whole", "transposed", "part", "steps"):
            continue  # views of one storage: what is written last shows in all
        expected = 1 + torch.arange(tensor.numel(), dtype=torch.float32).reshape(tensor.shape)
        same(tensor, expected, f"counted {name} {key}")


loaded = torch.load(folder / "counted-net.pt", weights_only=True)
assert hasattr(loaded, "_metadata") and list(loaded) == list(source_of("net.pt"))
counted(loaded, source_of("net.pt"), "net.pt")
counted(torch.load(folder / "counted-views.pt", weights_only=True), source_of("views.pt"), "views.pt")
counted(load_file(folder / "counted-net.safetensors"), source_of("net.safetensors"), "net.safetensors")
checkpoint = torch.load(folder / "counted-checkpoint.pth", weights_only=True)
before = torch.load(fixtures / "checkpoint.pth", weights_only=True)
counted(checkpoint["model_state_dict"], before["model_state_dict"], "checkpoint.pth")
for key in ("epoch", "lr", "name", "history", "size", "dtype", "device", "big", "seen"):
    assert checkpoint[key] == before[key] and type(checkpoint[key]) is type(before[key]), key
same(checkpoint["optimizer_state_dict"]["state"][0]["exp_avg"], before["optimizer_state_dict"]["state"][0]["exp_avg"], "exp_avg")
scripted = torch.jit.load(folder / "counted-scripted.pt")
counted(scripted.state_dict(), source_of("scripted.pt"), "scripted.pt")
scripted(torch.ones(1, 3))


# Compressed models: PyTorch with the weights that came back against onnxruntime with the compressed graph.
sys.argv = [sys.argv[0]]
namespace = {}
code = (root / "tools/make-torch-fixtures.py").read_text()
for part in ("class Net(", "class Text("):
    start = code.index(part)
    exec("import torch\n" + code[start : code.index("\n\n\n", start)], namespace)
torch.manual_seed(1)
inputs = {"conv": ("x", torch.randn(1, 3, 8, 8)), "text": ("tokens", torch.tensor([[3, 1, 7]]))}

for model in ("conv-torchscript", "conv-dynamo", "text-torchscript", "text-dynamo"):
    ending = "safetensors" if model.endswith("dynamo") else "pt"
    input_name, example = inputs[model.split("-")[0]]
    for kind, least in (("same", 100), ("weight-only", 90), ("weight-only-qdq", 90), ("dynamic", 15)):
        path = folder / f"{model}.{kind}.{ending}"
        state = load_file(path) if ending == "safetensors" else torch.load(path, weights_only=True)
        net = namespace["Net" if model.startswith("conv") else "Text"]().eval()
        wanted = net.state_dict()
        extras = [key for key in state if key not in wanted]
        net.load_state_dict({key: state[key] for key in wanted})
        # A norm that was folded stays as it was in the file.
        onnx = fixtures / "exported" / model / "model.onnx" if kind == "same" else folder / f"{model}.{kind}.onnx"
        y = onnxruntime.InferenceSession(onnx).run(None, {input_name: example.numpy()})[0]
        mine = net(example).detach().numpy()
        error = numpy.square(y - mine).sum() / numpy.square(y).sum()
        sqnr = 200.0 if error == 0 else -10 * numpy.log10(error)
        print(f"{path.name}: SQNR {sqnr:.1f} dB, {len(extras)} extras")
        # The tied embedding has one value in PyTorch; the graph looks it up in float and multiplies by its codes.
        assert sqnr >= (30 if model.startswith("text") and "only" in kind else least), path.name
        for key in extras:
            if not key.endswith(".quantized"):
                continue
            base = key.removesuffix(".quantized")
            scale, zero, q = state[f"{base}.scale"], state[f"{base}.zero_point"], state[key]
            for axis, (many, few) in enumerate(zip(q.shape, scale.shape)):
                block = -(-many // few)
                scale = scale.repeat_interleave(block, axis).narrow(axis, 0, many)
                zero = zero.repeat_interleave(block, axis).narrow(axis, 0, many)
            value = (q.to(torch.float32) - zero) * scale
            assert torch.allclose(value, state[base], rtol=0, atol=0), key
            count["quantized tensors that give their parameter"] += 1
print(dict(count))
