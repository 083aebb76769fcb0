"""Turn trained weights into the files that serve: function/model.

encoder.tflite      VGG16 in int8, calibrated on train photos
decoder.tflite      the decoder's `start` and `step`
vocabulary.json     the words
attributes.json     what the heads predict: each attribute with the words that mention it
objects.json        and the classes of objects
manifest.json       what these are, and where each weight stands in the two LiteRT files, for the TensorFlow engine

confidence.json, which training.calibrate writes next, is fitted to one model: the new manifest leaves it out.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import Decoder
from function.captioning.manifest import Manifest
from function.captioning.vocabulary import Vocabulary
from function.images.read import SIDE
from function.settings import Settings
from training.concepts import Concepts, lemma
from training.convert import convert_decoder, convert_encoder
from training.data import vgg16
from training.data.base import DEFAULT, RUNS
from training.data.sets import open_sets
from training.places import locate
from training.train import load_outputs

NAME = "glimpse-vgg16-lstm"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the trained network to the files that serve (under a minute).")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets and vgg16/")
    parser.add_argument("--trained", type=Path, default=RUNS / "reinforced", help="what training.reinforce wrote")
    parser.add_argument("--out", type=Path, default=Settings().model, help="folder for the model files")
    parser.add_argument("--version", default="4", help="model version, shown in every record")
    parser.add_argument("--length-penalty", type=float, default=0.8, help="of the beam search, chosen on dev")
    parser.add_argument("--object-weight", type=float, default=1.0, help="of an improbable object's log-probability")
    parser.add_argument("--object-threshold", type=float, default=0.3, help="below which an object is improbable")
    parser.add_argument("--decoder", choices=("float16", "int8"), default="int8", help="weights of decoder.tflite")
    args = parser.parse_args()
    photos = [photo for data in open_sets(args.data) for photo in data.split("train")]
    with np.load(args.trained / "best.npz") as arrays:
        trained = dict(arrays)
    encoder_weights = {name: trained.pop(name, weights) for name, weights in vgg16.weights(args.data).items()}
    vocabulary, concepts = load_outputs(args.trained)
    decoder = Decoder(len(vocabulary), len(concepts))
    decoder.load(trained)
    args.out.mkdir(parents=True, exist_ok=True)
    encoder, equalized = convert_encoder(encoder_weights, photos)
    converted = {"encoder": (encoder, equalized), "decoder": (convert_decoder(decoder, args.decoder), trained)}
    sizes, search = (SIDE, GRID, CHANNELS), (args.length_penalty, args.object_weight, args.object_threshold)
    model = Manifest(args.out, NAME, args.version, "en", "beam_captioner", *sizes, *search)
    for part, (content, weights) in converted.items():
        (args.out / f"{part}.tflite").write_bytes(content)
        model = model.with_file(part, f"{part}.tflite", locate(content, weights))
    vocabulary.save(args.out / "vocabulary.json")
    for part, names in (("attributes", mentions(concepts, vocabulary)), ("objects", concepts.objects)):
        (args.out / f"{part}.json").write_text(json.dumps(names, indent=0) + "\n", encoding="utf-8")
    for part in ("vocabulary", "attributes", "objects"):
        model = model.with_file(part, f"{part}.json")
    model.write()


def mentions(concepts: Concepts, vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Each attribute with the words of the vocabulary that mention it."""
    words: dict[str, list[str]] = {attribute: [] for attribute in concepts.attributes}
    for word in vocabulary.words:
        words.get(lemma(word) or "", []).append(word)
    return words


if __name__ == "__main__":
    main()
