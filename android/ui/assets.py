"""Makes the fonts and the icons that the app ships, from the npm packages that publish them.

Run where `npm i @fontsource-variable/atkinson-hyperlegible-next
@fontsource-variable/atkinson-hyperlegible-mono @tabler/icons` was run, with fonttools and brotli:
`python3 assets.py NODE_MODULES`. The files it writes are kept in the repository; it is run again
when the catalogue or a screen names a new icon.
"""

import re
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
OUT = HERE / "src/main/resources"
CATALOGUE = HERE.parents[1] / "model/src/catalogue/types.toml"

# (family in npm, weight, file). Weights are those of design/tokens.json.
FONTS = [
    ("next", 400, "next-400.ttf"),
    ("next", 550, "next-550.ttf"),
    ("next", 680, "next-680.ttf"),
    ("mono", 400, "mono-400.ttf"),
]

# Icons that screens name, besides those of the catalogue's types.
SCREENS = """
alert-circle arrow-left arrows-split-2 bolt calendar camera car car-crash check checklist chevron-down chevron-right
chevron-up circle-check clock clock-pause cloud-check cloud-up cloud-off copy current-location device-mobile
dots-vertical eye file-text hand-stop history home id info-circle key language link lock lock-open map-pin
map-pin-off message moon notes pencil phone plus qrcode question-mark refresh search send server
settings shield-check sos stack-2 sun trash user user-check user-plus users versions wifi-off
writing x download battery-2 wifi filter arrow-back-up alert-triangle cloud-down ban
"""


def fonts(modules: Path) -> None:
    for family, weight, name in FONTS:
        package = f"atkinson-hyperlegible-{family}"
        files = modules / "@fontsource-variable" / package / "files"
        font = TTFont(files / f"{package}-latin-wght-normal.woff2")
        font = instantiateVariableFont(font, {"wght": weight})
        font.flavor = None
        font.save(OUT / "fonts" / name)
        print(name, (OUT / "fonts" / name).stat().st_size, "bytes")
    licence = modules / "@fontsource-variable/atkinson-hyperlegible-next/LICENSE"
    (OUT / "fonts/OFL.txt").write_bytes(licence.read_bytes())


def icons(modules: Path) -> None:
    wanted = set(SCREENS.split()) | set(re.findall(r'icon = "([^"]+)"', CATALOGUE.read_text()))
    lines = []
    for name in sorted(wanted):
        drawn = (modules / f"@tabler/icons/icons/outline/{name}.svg").read_text()
        paths = [path for path in re.findall(r"<path[^>]*\sd=\"([^\"]+)\"", drawn) if path != "M0 0h24v24H0z"]
        lines.append(f"{name} {' '.join(paths)}\n")
    (OUT / "icons/tabler.txt").write_text("".join(lines))
    (OUT / "icons/LICENSE-tabler.txt").write_bytes((modules / "@tabler/icons/LICENSE").read_bytes())
    print(len(lines), "icons")


if __name__ == "__main__":
    fonts(Path(sys.argv[1]))
    icons(Path(sys.argv[1]))
