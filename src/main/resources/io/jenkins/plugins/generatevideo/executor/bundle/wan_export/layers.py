"""What the networks share: parameters without memory, and normalisations computed in 32 bits."""

import torch
from torch import nn

PRECISIONS = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def parameter(*shape, dtype=torch.float32):
    """A parameter that has a shape and a type but no memory yet; see onnx_writer."""
    return nn.Parameter(torch.empty(shape, dtype=dtype, device="meta"), requires_grad=False)


def linear(inputs, outputs, dtype, bias=True):
    return nn.Linear(inputs, outputs, bias=bias, device="meta", dtype=dtype)


class RootMeanSquareNorm(nn.Module):
    """x / sqrt(mean(x^2) + epsilon) * weight over the last axis (Zhang and Sennrich, 2019), in 32 bits."""

    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = parameter(size)
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        wide = wide * torch.rsqrt((wide * wide).mean(-1, keepdim=True) + self.epsilon)
        return (wide * self.weight).to(x.dtype)


class LayerNorm(nn.Module):
    """Layer normalisation over the last axis in 32 bits, with or without its own scale and shift."""

    def __init__(self, size, epsilon, affine):
        super().__init__()
        self.size = size
        self.epsilon = epsilon
        self.weight = parameter(size) if affine else None
        self.bias = parameter(size) if affine else None
        # ONNX's operator must have a scale, and ONNX Runtime's fusions crash where it has no shift: without its own it
        # gets constants of the graph, which are no weights of the checkpoint.
        self.constants = None if affine else (torch.ones(size), torch.zeros(size))

    def forward(self, x):
        """Returns 32-bit floats whatever the type of x: modulation follows, which wants them."""
        scale, shift = self.constants or (self.weight, self.bias)
        return nn.functional.layer_norm(x.float(), (self.size,), scale, shift, self.epsilon)


def attention(query, key, value, bias=None):
    """softmax(query key^T + bias) value over [batch, heads, tokens, size]; the caller scales the query."""
    scores = torch.matmul(query, key.transpose(-1, -2))
    if bias is not None:
        scores = scores.float() + bias
    return torch.matmul(torch.softmax(scores, -1).to(value.dtype), value)
