"""Errors as pages: what the API answers as a problem document, a browser gets as a page with a way on."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatcher.web.pages.field_words import in_sentences
from dispatcher.web.pages.guard import is_page
from dispatcher.web.pages.ways import LOGIN, came_from, to_login
from dispatcher.web.problems import MEDIA_TYPE, problem
from models.errors import Problem

_WORDS = {
    400: ("提交的内容无法读取", "内容在传输中不完整。请返回上一页，重新提交。"),
    401: ("请先登录", "登录已失效，或尚未登录。"),
    403: ("没有权限", "您的角色不能使用这一页或这项操作。如确需使用，请联系系统管理员。"),
    404: ("没有找到", "地址有误，或该工单不存在。请核对工单编号，或到工单列表中查找。"),
    405: ("不支持这样访问", "请从页面上的链接或按钮进入。"),
    413: ("提交的内容过大", "请缩短内容后重新提交。"),
    422: ("查询条件或填写内容有误", "请按下面的提示修改后重试。"),
    429: ("尝试次数过多", "请稍候再试。"),
    503: ("服务暂时没有响应", "后台正在恢复，数据不会丢失。请稍等片刻后刷新页面。"),
}
_OTHERWISE = ("系统出了问题", "这次操作没有完成，问题已记录。请稍后重试；若仍不成功，请联系管理员。")

_FOREIGN = ("不能这样提交", "这次提交不是从本系统的页面发出的，已被拦下。请从页面重新操作。")
"""A 403 that says nothing of who asks, but of where the form came from."""
_ANOTHER_SITE = "another site"
"""Stands in the detail of such a 403."""


def error_html(
    environment: Environment,
    status: int,
    back: str | None,
    problems: list[Problem] | None = None,
    foreign: bool = False,
) -> str:
    """The page for ``status``, with a way ``back`` where there is one; ``foreign``: another site's page has asked."""
    heading, sentence = _FOREIGN if foreign else _WORDS.get(status, _OTHERWISE)
    template = environment.get_template("error.html")
    told = in_sentences(problems or [])
    return template.render(
        status=status, heading=heading, sentence=sentence, problems=told, back=back, nav="", who=None
    )


class ErrorPages:
    """Turns the problem documents that pages come to into HTML."""

    def __init__(self, app: ASGIApp, environment: Environment) -> None:
        self._app = app
        self._environment = environment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body = b""

        async def turned(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start" and _is_problem(message):
                held = message
            elif held is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._send_page(held, body, scope, send)

        await self._app(scope, receive, turned)

    async def _send_page(self, start: Message, body: bytes, scope: Scope, send: Send) -> None:
        if start["status"] == 401 and not scope["path"].startswith(LOGIN):
            await to_login(scope, send)
            return
        document: dict[str, Any] = json.loads(body)
        problems = [Problem(item["field"], item["reason"]) for item in document.get("errors", [])]
        foreign = start["status"] == 403 and _ANOTHER_SITE in document["detail"]
        page = error_html(self._environment, start["status"], came_from(scope), problems, foreign).encode()
        headers = MutableHeaders(scope=start)
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(page))
        await send(start)
        await send({"type": "http.response.body", "body": page})


def install_last_resort(app: FastAPI, environment: Environment) -> None:
    """Answer what nobody foresaw: a page to browsers, a problem document to programs. The server logs it."""

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> HTMLResponse | JSONResponse:
        if is_page(request.url.path):
            return HTMLResponse(error_html(environment, 500, came_from(request.scope)), 500)
        return problem(500, "the server failed on this request; the reason is in its log")


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(MEDIA_TYPE)
