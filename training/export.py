"""Turn trained weights into the files that serve: function/model.

encoder.npz, decoder.npz         weights as float16, for the TensorFlow engine
encoder.tflite                   VGG16 in int8, calibrated on train photos, for LiteRT
decoder.tflite                   the decoder's `start` and `step`, for LiteRT
vocabulary.json, attributes.json, model.json, SHA256SUMS
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from function.captioning import manifest
from function.captioning.engines.network import Decoder
from function.captioning.vocabulary import Vocabulary
from function.settings import Settings
from training import dataset
from training.attributes import Attributes
from training.convert import convert_decoder, convert_encoder

FILES = (
    manifest.TENSORFLOW_ENCODER,
    manifest.TENSORFLOW_DECODER,
    manifest.LITERT_ENCODER,
    manifest.LITERT_DECODER,
    manifest.VOCABULARY,
    manifest.ATTRIBUTES,
    manifest.DESCRIPTION,
)
NAME = "glimpse-vgg16-lstm"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the trained network to the files that serve (under a minute).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/ and vgg16/")
    parser.add_argument(
        "--trained", type=Path, default=dataset.RUNS / "reinforced", help="what training.reinforce wrote"
    )
    parser.add_argument("--out", type=Path, default=Settings().model, help="folder for the model files")
    parser.add_argument("--version", default="3", help="model version, shown in every record")
    parser.add_argument("--length-penalty", type=float, default=0.8, help="of the beam search, chosen on dev")
    parser.add_argument("--decoder", choices=("float16", "int8"), default="int8", help="weights of decoder.tflite")
    args = parser.parse_args()
    photos = dataset.Flickr8k(args.data)
    with np.load(args.trained / "best.npz") as arrays:
        trained = dict(arrays)
    vgg16 = {name: trained.pop(name, weights) for name, weights in dataset.vgg16(args.data).items()}
    attributes = Attributes.commonest(photos).words
    decoder = Decoder(len(Vocabulary.load(args.trained / "vocabulary.json")), len(attributes))
    decoder.load(trained)
    args.out.mkdir(parents=True, exist_ok=True)
    save_weights(args.out / manifest.TENSORFLOW_ENCODER, vgg16)
    (args.out / manifest.LITERT_ENCODER).write_bytes(convert_encoder(vgg16, photos))
    save_weights(args.out / manifest.TENSORFLOW_DECODER, trained)
    (args.out / manifest.LITERT_DECODER).write_bytes(convert_decoder(decoder, args.decoder))
    shutil.copyfile(args.trained / "vocabulary.json", args.out / manifest.VOCABULARY)
    (args.out / manifest.ATTRIBUTES).write_text(json.dumps(attributes, indent=0) + "\n", encoding="utf-8")
    description = {"name": NAME, "version": args.version, "language": "en", "length_penalty": args.length_penalty}
    (args.out / manifest.DESCRIPTION).write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    manifest.write_checksums(args.out, FILES)


def save_weights(path: Path, weights: dict[str, np.ndarray]) -> None:
    """As float16, half the size; the weights are far inside its range (export's tests hold it to float32)."""
    np.savez(path, **{name: array.astype(np.float16) for name, array in weights.items()})


if __name__ == "__main__":
    main()
