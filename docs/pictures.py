"""Makes the pictures: those of the README, printed by LibreOffice from what the program writes, and the mark of drafts.

    python docs/pictures.py

Needs LibreOffice, pdftoppm (Debian: poppler-utils) and a Chinese font (Debian: fonts-noto-cjk).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
MARKS = {"草稿": "draft-zh.png", "DRAFT": "draft-en.png"}
"""What stands across drafts, and its picture, by the language of the workbook."""
FOLDER_OF_MARKS = ROOT / "chainscore" / "results" / "excel"
SAMPLE = ROOT / "sample_data" / "q2-2023.xlsx"
RESOLUTION = 80  # dots per inch
RED_AND_CLEAR = (192, 0, 0, 46)
# picture → (workbook, page): a department's sheet, the ranking, a scorecard
PAGES = {"template": ("template", 5), "ranking": ("results", 2), "scorecard": ("results", 6)}


def draw_mark(word: str, path: Path) -> None:
    """A word at a slant, so clear that what lies below it can be read."""
    found = subprocess.run(["fc-match", "-f", "%{file}", ":lang=zh-cn:bold"], capture_output=True, text=True, check=True)
    picture = Image.new("RGBA", (560, 300))
    font = ImageFont.truetype(found.stdout, 190 if len(word) == 2 else 150)
    ImageDraw.Draw(picture).text((280, 150), word, font=font, fill=RED_AND_CLEAR, anchor="mm")
    picture.rotate(18, resample=Image.Resampling.BICUBIC, expand=True).quantize(16).save(path, optimize=True)


def printed(workbook: Path, folder: Path) -> Path:
    """The workbook as LibreOffice prints it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{workbook.stem}.pdf"


def main() -> None:
    """Make all pictures again."""
    for word, name in MARKS.items():
        draw_mark(word, FOLDER_OF_MARKS / name)
    PICTURES.mkdir(exist_ok=True)
    program = [sys.executable, "-m", "chainscore"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = {"template": folder / "template.xlsx", "results": folder / "results.xlsx"}
        subprocess.run([*program, "template", "--period", "2023Q2", "-o", str(made["template"])], check=True)
        subprocess.run([*program, "score", str(SAMPLE), "-o", str(made["results"])], check=True)
        pages = {workbook: printed(path, folder) for workbook, path in made.items()}
        for picture, (workbook, page) in PAGES.items():
            target = PICTURES / picture
            command = ["pdftoppm", "-png", "-singlefile", "-r", str(RESOLUTION), "-f", str(page), "-l", str(page)]
            subprocess.run([*command, str(pages[workbook]), str(target)], check=True)


if __name__ == "__main__":
    main()
