"""Turn trained weights into the files that serve: function/model.

encoder.tflite      VGG16 in int8, calibrated on train photos
decoder.tflite      the decoder's `start`, `step` and `attributes`
vocabulary.json, attributes.json
manifest.json       what these are, and where each weight stands in the two LiteRT files, for the TensorFlow engine

confidence.json, which training.calibrate writes next, is fitted to one model: the new manifest leaves it out.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import Decoder
from function.captioning.manifest import Manifest
from function.captioning.vocabulary import Vocabulary
from function.images.read import SIDE
from function.settings import Settings
from training import dataset
from training.attributes import Attributes
from training.convert import convert_decoder, convert_encoder
from training.places import locate

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
    encoder, equalized = convert_encoder(vgg16, photos)
    converted = {"encoder": (encoder, equalized), "decoder": (convert_decoder(decoder, args.decoder), trained)}
    model = Manifest(args.out, NAME, args.version, "en", "beam_captioner", SIDE, GRID, CHANNELS, args.length_penalty)
    for part, (content, weights) in converted.items():
        (args.out / f"{part}.tflite").write_bytes(content)
        model = model.with_file(part, f"{part}.tflite", locate(content, weights))
    shutil.copyfile(args.trained / "vocabulary.json", args.out / "vocabulary.json")
    (args.out / "attributes.json").write_text(json.dumps(attributes, indent=0) + "\n", encoding="utf-8")
    for part in ("vocabulary", "attributes"):
        model = model.with_file(part, f"{part}.json")
    model.write()


if __name__ == "__main__":
    main()
