"""Turns a published Wan checkpoint (Diffusers layout) into ONNX networks with the ports of an engine bundle.

Needs Python 3.9, PyTorch 1.13, onnx 1.12 and NumPy, or newer; neither Diffusers nor the network. The networks are this
project's own modules: they follow the published configuration keys and tensor names, and their weights are streamed
from the memory-mapped checkpoint into the ONNX file, so that exporting 14 billion parameters takes a few gigabytes of
memory and one pass over the disk.
"""

VERSION = "1"
