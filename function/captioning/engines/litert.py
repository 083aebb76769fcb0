"""The engine that serves: LiteRT on two model files, the encoder in int8.

Two files because they are made in two ways: encoder.tflite is quantized with photos to calibrate it,
decoder.tflite, with its signatures `start` and `step`, keeps float activations; and either can be
replaced without the other.
"""

import os

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from function.captioning.engines.base import Floats, Images, Words, check_shapes
from function.captioning.engines.silence import silenced
from function.captioning.manifest import Manifest

Memory = dict[str, Floats]


class LiteRTEngine:
    """int8 encoder and small decoder; not safe for use by two threads at once (the captioner takes turns)."""

    name = "litert"

    def __init__(self, model: Manifest, threads: int) -> None:
        encoder_path, decoder_path = model.file("encoder"), model.file("decoder")
        with silenced():
            encoder = Interpreter(str(encoder_path), num_threads=threads or os.cpu_count() or 1)
            # A decoder step is a few small matrix products: waking a second thread costs more than it saves.
            decoder = Interpreter(str(decoder_path), num_threads=1)
            encoder.allocate_tensors()
            decoder.allocate_tensors()
        self._encode = encoder.get_signature_runner("encode")
        shapes = self._encode.get_input_details()["images"], self._encode.get_output_details()["features"]
        check_shapes(model, *(details["shape"].tolist() for details in shapes))
        self._start = decoder.get_signature_runner("start")
        self._step = decoder.get_signature_runner("step")

    def encode(self, images: Images) -> Floats:
        # one photo at a time: a batch gains nothing on a processor and would hold its activations n times
        return np.concatenate([self._encode(images=image[None])["features"] for image in images])

    def start(self, features: Floats) -> tuple[Memory, Floats, Floats]:
        memory = self._start(features=features)
        return memory, memory.pop("state"), memory.pop("concepts")

    def step(self, words: Words, memory: Memory, state: Floats) -> tuple[Floats, Floats, Floats]:
        result = self._step(words=words, state=state, **memory)
        return result["log_probs"], result["state"], result["attention"]
