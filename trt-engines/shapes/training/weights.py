"""Weights out of exported networks: they keep their PyTorch names there."""
import numpy as np
import onnx
import onnx.numpy_helper
import torch


def load_weights(module, file):
    """Puts the weights of an exported network back into a module."""
    stored = {i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}
    module.load_state_dict({name: torch.from_numpy(stored[name].astype(np.float32)) for name, _ in module.named_parameters()})
    return module
