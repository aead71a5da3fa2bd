"""The umT5 text encoder (Chung et al., 2023: "UniMax"; the network of T5 1.1, but every layer has its own relative
position bias)."""

import math

import torch
from torch import nn

from .layers import RootMeanSquareNorm, attention, linear

STEM = "model"
# Some checkpoints hold the tied embedding under its second name as well.
IGNORED = ("encoder.embed_tokens.",)
RENAMED = {"shared.weight": "encoder.embed_tokens.weight"}
INPUTS = ("input_ids", "attention_mask")
OUTPUT = "text_embeddings"


def from_config(config, dtype):
    config.require("feed_forward_proj", ["gated-gelu"], "gated-gelu")
    return TextEncoder(
        vocabulary=config.whole("vocab_size"),
        width=config.whole("d_model"),
        head_size=config.whole("d_kv"),
        heads=config.whole("num_heads"),
        feed_forward_size=config.whole("d_ff"),
        layers=config.whole("num_layers"),
        buckets=config.whole("relative_attention_num_buckets", 32),
        longest=config.whole("relative_attention_max_distance", 128),
        epsilon=config.number("layer_norm_epsilon", 1e-6),
        dtype=dtype,
    )


class TextEncoder(nn.Module):
    """input_ids and attention_mask [batch, tokens] -> text_embeddings [batch, tokens, width]; what it gives for
    padding is left as it is."""

    def __init__(self, vocabulary, width, head_size, heads, feed_forward_size, layers, buckets, longest, epsilon,
                 dtype):
        super().__init__()
        self.shared = nn.Embedding(vocabulary, width, device="meta", dtype=dtype)
        self.encoder = nn.ModuleDict({
            "block": nn.ModuleList(
                Layer(width, head_size, heads, feed_forward_size, buckets, epsilon, dtype) for _ in range(layers)),
            "final_layer_norm": RootMeanSquareNorm(width, epsilon),
        })
        self.longest = longest
        self.buckets = bucket_table(buckets, longest)

    def activations(self):
        """Numbers that live at once for each token: the residual stream and its normalised copy in 32 bits, and either
        query, key, value and result or the feed-forward's inside."""
        width, inner = self.shared.embedding_dim, self.encoder["block"][0].layer[1]["DenseReluDense"].wi_0.out_features
        attention_size = self.encoder["block"][0].layer[0]["SelfAttention"].q.out_features
        return 4 * width + max(4 * attention_size, 2 * inner)

    def forward(self, input_ids, attention_mask):
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        distances = positions.unsqueeze(0) - positions.unsqueeze(1)  # of the key from the query
        buckets = self.buckets[distances.clamp(-self.longest, self.longest) + self.longest]
        lowest = torch.finfo(torch.float32).min
        padding = (attention_mask == 0).unsqueeze(1).unsqueeze(1).float() * lowest
        # The residual stream keeps 32 bits: in 16-bit floats it leaves their range.
        x = self.shared(input_ids).float()
        for layer in self.encoder["block"]:
            x = layer(x, buckets, padding)
        return self.encoder["final_layer_norm"](x)


def bucket_table(buckets, longest):
    """The bucket of every distance from -longest to longest: half of them for keys after the query, and of each half
    one for every small distance and logarithmically wider ones up to the longest (Raffel et al., 2019)."""
    distance = torch.arange(-longest, longest + 1)
    half = buckets // 2
    exact = half // 2
    size = distance.abs()
    logarithm = torch.log(size.clamp(min=1).float() / exact) / math.log(longest / exact) * (half - exact)
    far = (exact + logarithm.long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(size < exact, size, far)


class Layer(nn.Module):
    def __init__(self, width, head_size, heads, feed_forward_size, buckets, epsilon, dtype):
        super().__init__()
        self.layer = nn.ModuleList((
            nn.ModuleDict({
                "SelfAttention": SelfAttention(width, head_size, heads, buckets, dtype),
                "layer_norm": RootMeanSquareNorm(width, epsilon),
            }),
            nn.ModuleDict({
                "DenseReluDense": GatedFeedForward(width, feed_forward_size, dtype),
                "layer_norm": RootMeanSquareNorm(width, epsilon),
            }),
        ))
        self.dtype = dtype

    def forward(self, x, buckets, padding):
        first, second = self.layer
        x = x + first["SelfAttention"](first["layer_norm"](x).to(self.dtype), buckets, padding).float()
        return x + second["DenseReluDense"](second["layer_norm"](x).to(self.dtype))


class SelfAttention(nn.Module):
    """Attention without a scale, as T5 has it: the scale is in the weights."""

    def __init__(self, width, head_size, heads, buckets, dtype):
        super().__init__()
        self.heads = heads
        self.head_size = head_size
        inner = heads * head_size
        self.q = linear(width, inner, dtype, bias=False)
        self.k = linear(width, inner, dtype, bias=False)
        self.v = linear(width, inner, dtype, bias=False)
        self.o = linear(inner, width, dtype, bias=False)
        self.relative_attention_bias = nn.Embedding(buckets, heads, device="meta")

    def forward(self, x, buckets, padding):
        query, key, value = (part(x).reshape(x.shape[0], -1, self.heads, self.head_size).transpose(1, 2)
                             for part in (self.q, self.k, self.v))
        bias = self.relative_attention_bias(buckets).permute(2, 0, 1).unsqueeze(0) + padding
        result = attention(query, key, value, bias)
        return self.o(result.transpose(1, 2).reshape(x.shape[0], -1, self.heads * self.head_size))


class GatedFeedForward(nn.Module):
    def __init__(self, width, inner, dtype):
        super().__init__()
        self.wi_0 = linear(width, inner, dtype, bias=False)
        self.wi_1 = linear(width, inner, dtype, bias=False)
        # The products leave the range of fp16 (not of bf16) in the published encoders.
        self.inner_dtype = torch.float32 if dtype == torch.float16 else dtype
        self.wo = linear(inner, width, self.inner_dtype, bias=False)

    def forward(self, x):
        gate = nn.functional.gelu(self.wi_0(x), approximate="tanh")
        return self.wo(gate.to(self.inner_dtype) * self.wi_1(x).to(self.inner_dtype)).float()
