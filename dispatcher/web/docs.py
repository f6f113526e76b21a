"""``/api/docs``: the API's description to read and try, from our own assets."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>民声 · 接口说明</title><link rel="icon" href="/static/minsheng.svg">
  <link rel="stylesheet" href="/static/vendor/swagger-ui.css">
</head>
<body>
  <div id="docs"></div>
  <script src="/static/vendor/swagger-ui-bundle.js"></script>
  <script src="/static/docs.js"></script>
</body>
</html>
"""


@router.get("/api/docs")
def docs() -> HTMLResponse:
    """The page; what it shows is ``/api/openapi.json``."""
    return HTMLResponse(_PAGE)
