"""Writes a network as ONNX without ever holding its weights in memory.

The module's parameters are placeholders of one number each, seen under their full shape. PyTorch traces the graph with
the parameters as its inputs; then each becomes an initializer whose bytes are copied from the checkpoint, tensor by
tensor.
"""

import hashlib
import inspect
import io
import os

import numpy
import onnx
import torch

from .checkpoint import CheckpointError

OPSET = 17
# A protocol buffer may hold 2 GiB; weights beyond this stand in a file of their own beside the graph.
_INSIDE_LIMIT = 1 << 30
# ONNX Runtime and TensorRT map large tensors from the file into memory, which wants whole pages.
_PAGE = 4096
_ONNX_TYPES = {
    torch.float32: onnx.TensorProto.FLOAT,
    torch.float16: onnx.TensorProto.FLOAT16,
    torch.bfloat16: onnx.TensorProto.BFLOAT16,
}
_STORAGE_TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def place_holders(module):
    """Gives every parameter one number of memory. The numbers differ, so that no two parameters are taken for one."""
    # Small numbers, each one unit in the last place above the one before.
    first = {torch.float32: (0x3A000000, torch.int32), torch.bfloat16: (0x3900, torch.int16),
             torch.float16: (0x1400, torch.int16)}
    for index, (name, parameter) in enumerate(list(module.named_parameters())):
        bits, kind = first[parameter.dtype]
        assign(module, name, torch.tensor(bits + index, dtype=kind).view(parameter.dtype).expand(parameter.shape))


def assign(module, name, value):
    *path, last = name.split(".")
    owner = module.get_submodule(".".join(path))
    owner._parameters[last] = torch.nn.Parameter(value, requires_grad=False)


def trace(module, examples, inputs, output, dynamic):
    """The graph as ONNX, with the parameters as further inputs under their names."""
    file = io.BytesIO()
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad():
        torch.onnx.export(module.eval(), examples, file, export_params=False, do_constant_folding=False,
                          input_names=list(inputs), output_names=[output], dynamic_axes=dynamic, opset_version=OPSET,
                          **options)
    return onnx.load_from_string(file.getvalue())


def fold_transposes(graph, parameters):
    """Takes away the transpositions of whole parameters and returns the names of those to be stored transposed."""
    uses = {}
    for node in graph.node:
        for name in node.input:
            uses[name] = uses.get(name, 0) + 1
    transposed, dropped = {}, []
    for node in graph.node:
        if node.op_type == "Transpose" and node.input[0] in parameters and uses[node.input[0]] == 1:
            transposed[node.output[0]] = node.input[0]
            dropped.append(node)
    for node in dropped:
        graph.node.remove(node)
    for node in graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = transposed.get(name, name)
    return set(transposed.values())


def convert(values, dtype, name):
    """32-bit floats as the numbers that a tensor of this type is stored as."""
    if dtype == torch.float32:
        return values
    if dtype == torch.float16:
        if values.size and numpy.abs(values).max() > 65504:
            raise CheckpointError(f"{name} holds values beyond 16-bit floats: import with --precision bf16 or fp32.")
        return values.astype("<f2")
    bits = values.view("<u4")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")  # to the nearest, ties to even


def content(weights, name, dtype, transpose):
    """What the network stores for one parameter, in its type, contiguous."""
    kind, values = weights.stored(name)
    if kind != _STORAGE_TYPES[dtype]:
        values = convert(numpy.ascontiguousarray(weights.float32(name)), dtype, name)
    return numpy.ascontiguousarray(values.T if transpose else values)


class HashedFile:
    """A file that is written under a temporary name, with the SHA-256 of what went through."""

    def __init__(self, path):
        self.path = path
        self.file = open(path + ".part", "wb")
        self.digest = hashlib.sha256()
        self.position = 0

    def write(self, data):
        view = memoryview(data).cast("B") if len(data) else b""
        self.file.write(view)
        self.digest.update(view)
        self.position += len(view)

    def finish(self):
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.path + ".part", self.path)
        return {os.path.basename(self.path): {"sha256": self.digest.hexdigest(), "bytes": self.position}}


def write(module, examples, inputs, output, dynamic, channels, weights, path, progress):
    """Exports the module with the given weights to path; returns the digest of each file written.

    channels: the extent of the output's second axis, None if it may be any; progress(done, total): bytes of weights.
    """
    place_holders(module)
    model = trace(module, examples, inputs, output, dynamic)
    graph = model.graph
    if channels is not None:  # the trace loses it where the output is reshaped
        graph.output[0].type.tensor_type.shape.dim[1].dim_value = channels
    parameters = {name: parameter for name, parameter in module.named_parameters()}
    lost = set(parameters) - {value.name for value in graph.input}
    if lost:
        raise RuntimeError(f"The traced graph lacks the parameters {sorted(lost)[:5]}.")
    transposed = fold_transposes(graph, parameters)
    for value in [value for value in graph.input if value.name in parameters]:
        graph.input.remove(value)
    sizes = {name: parameter.numel() * parameter.element_size() for name, parameter in parameters.items()}
    total = sum(sizes.values())
    outside = HashedFile(path + ".data") if total > _INSIDE_LIMIT else None
    done = 0
    for name, parameter in parameters.items():
        data = content(weights, name, parameter.dtype, name in transposed)
        tensor = onnx.TensorProto(name=name, data_type=_ONNX_TYPES[parameter.dtype], dims=data.shape)
        if outside is None:
            tensor.raw_data = data.tobytes()
        else:
            outside.write(bytes(-outside.position % _PAGE))
            tensor.data_location = onnx.TensorProto.EXTERNAL
            place = {"location": os.path.basename(outside.path), "offset": outside.position, "length": data.nbytes}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            outside.write(data.reshape(-1))
        graph.initializer.append(tensor)
        done += sizes[name]
        progress(done, total)
    files = outside.finish() if outside else {}
    graph_file = HashedFile(path)
    graph_file.write(model.SerializeToString())
    files.update(graph_file.finish())
    return files
