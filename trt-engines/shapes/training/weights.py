"""Weights out of exported networks: they keep their PyTorch names there."""
import numpy as np
import onnx
import onnx.numpy_helper
import torch

SCALE = "/scale"  # what a weight in eight bits is multiplied with, one for each output channel, has the weight's name and this


def load_weights(module, file):
    """Puts the weights of an exported network back into a module."""
    stored = {i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}

    def single(name):
        values = torch.from_numpy(stored[name].astype(np.float32))
        return values * torch.from_numpy(stored[name + SCALE].copy()).reshape(-1, *[1] * (values.ndim - 1)) if name + SCALE in stored else values

    module.load_state_dict({name: single(name) for name, _ in module.named_parameters()})
    return module
