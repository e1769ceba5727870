"""Puts trained weights into the spaCy pipeline that ships.

python training/package.py WEIGHTS.npz addon/maskwire/detect/model
"""

import sys
from pathlib import Path

from maskwire.detect.names_model import new_pipeline


def main(weights: Path, folder: Path) -> None:
    """Write the pipeline."""
    nlp, component = new_pipeline()
    component.read_weights(weights)
    nlp.meta.update(
        name="maskwire_names", version="1.0.0", license="CC BY-SA 4.0", author="the maskwire authors",
        description="People, organizations and places in twelve languages, in chat, mail, records and code.",
    )  # fmt: skip
    nlp.to_disk(folder, exclude=["vocab"])
    print(f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
