# SPDX-License-Identifier: MIT
# Lists the parameters and state of torchvision's models: python tests/golden/models.py (made with torch 2.14.1,
# torchvision 0.29.2). Writes names_<model>.txt: a line "path extents..." per entry of the state dictionary, in torch's
# order and extents: (k, c, r, s) for filters.
import torchvision
from golden_file import folder, script, version

vision = torchvision.__version__.partition("+")[0]
for name in ("resnet18", "resnet34", "resnet50", "vgg16", "vgg16_bn"):
    model = getattr(torchvision.models, name)()
    lines = [f"# {name}: made by tests/golden/{script} with torch {version}, torchvision {vision}."]
    lines += [" ".join([path, *map(str, values.shape)]) for path, values in model.state_dict().items()]
    (folder / f"names_{name}.txt").write_text("\n".join(lines) + "\n")
    print(f"names_{name}.txt: {len(lines) - 1} entries")
